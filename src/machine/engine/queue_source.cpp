// The queue as an executor sees it.
#include "machine/engine/queue_bell.h"
#include "machine/engine/queue_jobs.h"

namespace engine {
namespace {

using storage::Database;
using storage::Transaction;

base::Result<std::shared_ptr<Claim>> claim_for(const Database& database, const Worker& worker) {
  auto claimed = claim(database, worker.types, worker.name, worker.lease, base::now());
  if (!claimed) return tl::unexpected(claimed.error());
  if (!*claimed) return nullptr;
  return std::make_shared<Claim>(std::move(**claimed));
}

// Tells the job's room where this was its end.
base::Result<void> tell(Transaction& tx, const Worker& worker, const Claim& claim, JobState state,
                        base::Instant now) {
  if (state == JobState::waiting) return {};
  const auto ended = worker.ended.find(claim.job.type);
  if (ended == worker.ended.end()) return {};
  auto job = find_job(tx, claim.job.id);
  if (!job) return tl::unexpected(job.error());
  if (!*job) return base::internal("a job has gone while it was given back");
  return ended->second(tx, **job, now);
}

template <class Leave>
base::Result<void> leave(const Database& database, const Worker& worker, const Claim& claim, Leave&& how) {
  const auto now = base::now();
  return storage::transact(database, [&](Transaction& tx) -> base::Result<void> {
    auto state = how(tx, now);
    if (!state) return tl::unexpected(state.error());
    return tell(tx, worker, claim, *state, now);
  });
}

}  // namespace

Source source_of(const Database& database, Worker worker) {
  const auto own = std::make_shared<const Worker>(std::move(worker));
  Source source;
  source.claim = [=] { return claim_for(database, *own); };
  source.beat = [=](const Claim& claim) { return beat(database, claim, own->lease, base::now()); };
  source.give_back = [=](const Claim& claim, const base::Error& error) {
    return leave(database, *own, claim, [&](Transaction& tx, base::Instant now) {
      return give_back(tx, claim, error.message, now);
    });
  };
  source.put_back = [=](const Claim& claim) {
    return leave(database, *own, claim,
                 [&](Transaction& tx, base::Instant now) { return put_back(tx, claim, now); });
  };
  source.type_of = [](const Claim& claim) { return claim.job.type; };
  source.news = rings;
  source.wait = wait_for_ring;
  source.tend = [=]() -> base::Result<void> {
    auto expired = expire(database, base::now(), own->ended);
    if (!expired) return tl::unexpected(expired.error());
    return {};
  };
  return source;
}

}  // namespace engine
