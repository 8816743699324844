// Acts of participants: join, leave, hand in.
#include "features/events/store_acts.h"
#include "features/events/store_news.h"

namespace events {
namespace {

using base::Instant;
using people::Person;
using storage::Transaction;

people::Grant participation(const EventId& event, const Person& person) {
  return {{"person", base::to_text(person.id)}, ref_of(event), std::string(people::kParticipant)};
}

struct Entrant {
  Seen seen;
  std::optional<Team> team{};
  Standing standing{};
};

base::Result<Entrant> entrant(storage::Session& session, std::string_view key, const Person& person,
                              Instant now) {
  auto seen = see(session, key, now);
  if (!seen) return tl::unexpected(seen.error());
  auto team = team_of(session, seen->event.id, person.id);
  if (!team) return tl::unexpected(team.error());
  Entrant found{std::move(*seen), std::move(*team)};
  if (!found.team) return found;
  const auto used = submissions::used_since(session, ref_of(found.seen.event.id),
                                            base::to_text(found.team->id), day_of(now));
  if (!used) return tl::unexpected(used.error());
  found.standing = {true, *used};
  return found;
}

base::Result<Entrant> admitted(storage::Session& session, std::string_view key, const Person& person,
                               Instant now) {
  auto found = entrant(session, key, person, now);
  if (!found) return found;
  if (auto refusal = why_refused(found->seen.event, found->seen.state, found->standing, now))
    return tl::unexpected(*refusal);
  return found;
}

void address(submissions::NewSubmission& submission, const Entrant& entrant) {
  submission.problem = entrant.seen.event.problem;
  submission.contest = ref_of(entrant.seen.event.id);
  submission.team = base::to_text(entrant.team->id);
  submission.team_name = entrant.team->name;
}

}  // namespace

base::Result<Team> join(const storage::Database& database, std::string_view key, const Person& person,
                        Instant now) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<Team> {
    auto seen = see(tx, key, now);
    if (!seen) return tl::unexpected(seen.error());
    const auto& event = seen->event;
    auto team = team_of(tx, event.id, person.id);
    if (!team) return tl::unexpected(team.error());
    if (*team) return std::move(**team);
    if (auto refusal = why_no_join(event, seen->state)) return tl::unexpected(*refusal);
    auto made = add_team_of_one(tx, event.id, person, now);
    if (!made) return made;
    if (auto given = people::add_grant(tx, participation(event.id, person), now); !given)
      return tl::unexpected(given.error());
    ++seen->counts.people;
    if (auto told = tell_event(tx, *seen, now); !told) return tl::unexpected(told.error());
    return made;
  });
}

base::Result<void> leave(const storage::Database& database, std::string_view key, const Person& person,
                         Instant now) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<void> {
    auto seen = see(tx, key, now);
    if (!seen) return tl::unexpected(seen.error());
    const auto& event = seen->event;
    auto team = team_of(tx, event.id, person.id);
    if (!team) return tl::unexpected(team.error());
    if (!*team) return {};
    const auto submissions = submissions_of(tx, **team);
    if (!submissions) return tl::unexpected(submissions.error());
    if (auto refusal = why_no_leave(*submissions)) return tl::unexpected(*refusal);
    if (auto gone = remove_team_of_one(tx, event.id, **team); !gone) return gone;
    if (auto taken = people::remove_grant(tx, participation(event.id, person)); !taken) return taken;
    --seen->counts.people;
    return tell_event(tx, *seen, now);
  });
}

// The decision and what follows from it are one transaction, which is as if it ran alone: of two that want
// the last place one gets it. The first look spares us the files of those who would be refused anyway.
base::Result<submissions::Submission> submit(const storage::Database& database, submissions::Room& room,
                                             std::string_view key, const Person& person, std::string name,
                                             std::vector<submissions::File> files, Instant now) {
  const auto looked = storage::read(
      database, [&](storage::Snapshot& snapshot) { return admitted(snapshot, key, person, now); });
  if (!looked) return tl::unexpected(looked.error());
  submissions::NewSubmission submission{.problem = looked->seen.event.problem,
                                        .contest = {},
                                        .team = {},
                                        .team_name = {},
                                        .author = person.id,
                                        .name = std::move(name),
                                        .files = std::move(files)};
  address(submission, *looked);
  if (auto kept = room.keep_files(submission); !kept) return tl::unexpected(kept.error());
  return storage::transact(database, [&](Transaction& tx) -> base::Result<submissions::Submission> {
    const auto found = admitted(tx, key, person, now);
    if (!found) return tl::unexpected(found.error());
    address(submission, *found);
    return room.create(tx, submission, now);
  });
}

base::Result<Mine> mine_of(storage::Session& session, const Seen& seen, const people::Viewer& viewer,
                           Instant now) {
  Mine mine;
  mine.is_organiser = people::has_role(viewer, people::kOrganiser, ref_of(seen.event.id), now);
  if (!viewer.person) return mine;
  auto team = team_of(session, seen.event.id, viewer.person->id);
  if (!team) return tl::unexpected(team.error());
  mine.team = std::move(*team);
  mine.is_participant = mine.team.has_value();
  if (!mine.team) return mine;
  const auto submissions = submissions_of(session, *mine.team);
  if (!submissions) return tl::unexpected(submissions.error());
  mine.may_leave = !why_no_leave(*submissions);
  const auto used =
      submissions::used_since(session, ref_of(seen.event.id), base::to_text(mine.team->id), day_of(now));
  if (!used) return tl::unexpected(used.error());
  mine.today = today_of(seen.event.quota, *used);
  return mine;
}

}  // namespace events
