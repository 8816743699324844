// What people ask of tries, as far as the queue is concerned: create, cancel; and what becomes of old ones.
#include "features/submissions/jobs_types.h"
#include "features/submissions/parts_tries.h"
#include "features/submissions/rules_tries.h"

namespace submissions {
namespace {

// Its job is told to stop where it runs; what that would still write comes to nothing.
base::Result<void> cancel_in(Parts& parts, storage::Transaction& tx, KeptTry& kept, base::Instant now) {
  if (kept.job) {
    auto job = engine::cancel(tx, engine::JobId(*kept.job), now);
    if (!job) return tl::unexpected(job.error());
  }
  kept.face.state = TryState::cancelled;
  kept.face.ended = now;
  tx.after_commit([&parts, id = kept.face.id.value()] { parts.at_work.stop(id); });
  return save_and_tell(parts, tx, kept, now);
}

base::Result<void> cancel_those_at_work(Parts& parts, storage::Transaction& tx,
                                        const people::PersonId& author, base::Instant now) {
  auto all = tries_at_work(tx, author);
  if (!all) return tl::unexpected(all.error());
  for (auto& one : *all)
    if (auto cancelled = cancel_in(parts, tx, one, now); !cancelled) return cancelled;
  return {};
}

}  // namespace

base::Result<void> check_try(Room& room, const NewTry& asked) {
  return check_files(room.parts(), asked.problem, asked.files);
}

// At the priority of submissions, in a lane of its author's own: lanes take turns, so neither kind of job
// holds up the other for longer than it takes to serve everybody once.
base::Result<Try> create_try(Room& room, storage::Transaction& tx, const NewTry& asked, base::Instant now) {
  auto& parts = room.parts();
  if (auto cancelled = cancel_those_at_work(parts, tx, asked.author, now); !cancelled)
    return tl::unexpected(cancelled.error());
  KeptTry kept{.face = {.id = TryId(base::make_ulid(now)),
                        .problem = asked.problem,
                        .contest = asked.contest,
                        .author = asked.author,
                        .created = now}};
  auto job = engine::enqueue(tx, job_for(kTry, {.tried = kept.face.id}, base::to_text(asked.author)), now);
  if (!job) return tl::unexpected(job.error());
  kept.job = job->value();
  auto done = insert_try(tx, kept, asked.files);
  if (done) done = save_and_tell(parts, tx, kept, now);
  if (!done) return tl::unexpected(done.error());
  return std::move(kept.face);
}

base::Result<Try> cancel_try(Room& room, const TryId& id, base::Instant now) {
  auto& parts = room.parts();
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<Try> {
    auto kept = expect_try(tx, id);
    if (!kept) return tl::unexpected(kept.error());
    if (auto why = why_not_cancelled(kept->face)) return tl::unexpected(*why);
    if (auto cancelled = cancel_in(parts, tx, *kept, now); !cancelled)
      return tl::unexpected(cancelled.error());
    return std::move(kept->face);
  });
}

base::Result<void> remove_old_tries(Room& room, base::Instant now) {
  auto removed = remove_tries(room.parts().database, now - kKeepTries);
  if (!removed) return tl::unexpected(removed.error());
  return {};
}

}  // namespace submissions
