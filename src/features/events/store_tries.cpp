// Code that is tried on an event's public data.
#include "features/events/store_acts.h"

namespace events {
namespace {

base::Result<Seen> tried_by(storage::Session& session, std::string_view key, const people::Viewer& viewer,
                            base::Instant now) {
  auto seen = see(session, key, now);
  if (!seen) return tl::unexpected(seen.error());
  const auto& event = seen->event;
  const auto team = team_of(session, event.id, viewer.person->id);
  if (!team) return tl::unexpected(team.error());
  const Tryer who{.is_participant = team->has_value(),
                  .is_organiser = people::has_role(viewer, people::kOrganiser, ref_of(event.id), now)};
  if (auto refusal = why_no_try(event, seen->state, who, now)) return tl::unexpected(*refusal);
  return seen;
}

}  // namespace

// As handing in: a look first, which spares the files of those who would be refused anyway; then the decision
// and what follows from it in one transaction.
base::Result<submissions::Try> try_out(const storage::Database& database, submissions::Room& room,
                                       std::string_view key, const people::Viewer& viewer,
                                       std::vector<submissions::File> files, base::Instant now) {
  if (!viewer.person)
    return tl::unexpected(base::Error{base::ErrorKind::unauthenticated, "sign in first: `agora login URL`"});
  const auto looked = storage::read(
      database, [&](storage::Snapshot& snapshot) { return tried_by(snapshot, key, viewer, now); });
  if (!looked) return tl::unexpected(looked.error());
  submissions::NewTry asked{looked->event.problem, ref_of(looked->event.id), viewer.person->id,
                            std::move(files)};
  if (auto checked = submissions::check_try(room, asked); !checked) return tl::unexpected(checked.error());
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<submissions::Try> {
    const auto seen = tried_by(tx, key, viewer, now);
    if (!seen) return tl::unexpected(seen.error());
    asked.problem = seen->event.problem;
    return submissions::create_try(room, tx, asked, now);
  });
}

base::Result<base::json::value> view_of(const storage::Database& database, submissions::Room& room,
                                        const submissions::Try& made, base::Instant now) {
  return storage::read(
      database, [&](storage::Snapshot& snapshot) { return submissions::view(room, snapshot, made, now); });
}

}  // namespace events
