#include "features/events/store_looks.h"

#include <array>

#include "features/events/store_acts.h"
#include "features/events/store_cockpit.h"
#include "features/events/store_news.h"
#include "machine/storage/events.h"

namespace events {
namespace {

using base::Instant;
using storage::Snapshot;

bool manages(const Event& event, const people::Viewer& viewer, Instant now) {
  return people::has_role(viewer, people::kOrganiser, ref_of(event.id), now);
}

base::Failure unseen(std::string_view key) {
  return base::not_found("there is no event '" + std::string(key) + "'");
}

base::Result<Look> look(Snapshot& snapshot, Seen seen, const people::Viewer& viewer, Instant now) {
  Look found{std::move(seen), {}};
  auto mine = mine_of(snapshot, found.seen, viewer, now);
  if (!mine) return tl::unexpected(mine.error());
  found.mine = std::move(*mine);
  if (!found.mine.is_organiser || !found.seen.event.next_problem) return found;
  auto next = submissions::find_problem(snapshot, *found.seen.event.next_problem);
  if (!next) return tl::unexpected(next.error());
  found.next_problem = std::move(*next);
  return found;
}

// What of a page of events the viewer may see, until the list is full.
base::Result<void> take_seen(Snapshot& snapshot, std::vector<Event> events, const people::Viewer& viewer,
                             std::optional<State> state, std::size_t limit, Instant now, LookList& list) {
  for (auto& event : events) {
    if (list.items.size() == limit) {
      list.next = list.items.back().seen.event.id;
      return {};
    }
    auto seen = seen_with(snapshot, std::move(event), now);
    if (!seen) return tl::unexpected(seen.error());
    if (state && seen->state != *state) continue;
    if (!is_public(seen->event, seen->state) && !manages(seen->event, viewer, now)) continue;
    auto found = look(snapshot, std::move(*seen), viewer, now);
    if (!found) return tl::unexpected(found.error());
    list.items.push_back(std::move(*found));
  }
  return {};
}

// As people's own pages show them: who waits for approval or was refused is known to few.
base::Result<people::Person> shown_person(Snapshot& snapshot, std::string_view handle_or_id,
                                          const people::Viewer& viewer, Instant now) {
  auto person = people::find_person(snapshot, handle_or_id);
  if (!person) return tl::unexpected(person.error());
  if (*person) {
    const auto standing = (*person)->standing;
    const bool was_here = standing == people::Standing::active || standing == people::Standing::closed;
    if (was_here || people::is_administrator(viewer, now)) return std::move(**person);
  }
  return base::not_found("there is nobody with the handle or id " + std::string(handle_or_id));
}

base::Result<std::vector<Participant>> organisers_of(Snapshot& snapshot, const Event& event, Instant now) {
  const auto grants = people::grants_on(snapshot, ref_of(event.id), now);
  if (!grants) return tl::unexpected(grants.error());
  std::vector<people::PersonId> ids;
  for (const auto& grant : *grants)
    if (grant.role == people::kOrganiser && grant.subject.kind == "person")
      if (const auto id = base::ulid_from(grant.subject.id)) ids.emplace_back(*id);
  auto people = people::find_people(snapshot, ids);
  if (!people) return tl::unexpected(people.error());
  std::vector<Participant> all;
  for (auto& person : *people) all.push_back({.person = std::move(person), .role = people::kOrganiser});
  return all;
}

base::Result<void> add_members(Snapshot& snapshot, const Event& event, std::vector<Participant>& all) {
  const auto members = members_of(snapshot, event.id);
  if (!members) return tl::unexpected(members.error());
  std::vector<people::PersonId> ids;
  for (const auto& member : *members) ids.push_back(member.person);
  const auto found = people::find_people(snapshot, ids);
  if (!found) return tl::unexpected(found.error());
  std::map<people::PersonId, people::Person> by_id;
  for (const auto& person : *found) by_id.emplace(person.id, person);
  for (const auto& member : *members)
    if (const auto person = by_id.find(member.person); person != by_id.end())
      all.push_back({person->second, member.team, member.joined, people::kParticipant});
  return {};
}

base::Result<base::json::value> view_in(Snapshot& snapshot, submissions::Room& room,
                                        const submissions::Submission& submission,
                                        const people::Viewer& viewer, Instant now) {
  const auto sight = contest().sight(snapshot, viewer, submission, now);
  if (!sight) return tl::unexpected(sight.error());
  return room.view(snapshot, submission, *sight, now);
}

}  // namespace

std::shared_ptr<const storage::Database> copy_of(const storage::Database& database) {
  return std::make_shared<const storage::Database>(database);
}

base::Result<Access> access_to(const storage::Database& database, std::string_view key,
                               const people::Viewer& viewer, Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<Access> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return unseen(key);
    const auto problem = submissions::find_problem(snapshot, (*event)->problem);
    if (!problem) return tl::unexpected(problem.error());
    Access access{.is_organiser = manages(**event, viewer, now)};
    const auto state =
        state_of(**event, *problem ? (*problem)->state : submissions::ProblemState::checking, now);
    if (!access.is_organiser && !is_public(**event, state)) return unseen(key);
    if (!viewer.person) return access;
    const auto team = team_of(snapshot, (*event)->id, viewer.person->id);
    if (!team) return tl::unexpected(team.error());
    access.is_participant = team->has_value();
    return access;
  });
}

base::Result<Look> look_at(const storage::Database& database, std::string_view key,
                           const people::Viewer& viewer, Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<Look> {
    auto seen = see(snapshot, key, now);
    if (!seen) return tl::unexpected(seen.error());
    return look(snapshot, std::move(*seen), viewer, now);
  });
}

base::Result<LookList> look_at_all(const storage::Database& database, const people::Viewer& viewer,
                                   const std::optional<EventId>& after, std::optional<State> state, int limit,
                                   Instant now) {
  constexpr int kPage = 200;
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<LookList> {
    LookList list;
    for (auto from = after;;) {
      auto events = list_events(snapshot, from, kPage);
      if (!events) return tl::unexpected(events.error());
      const auto count = events->size();
      if (count > 0) from = events->back().id;
      if (auto taken = take_seen(snapshot, std::move(*events), viewer, state, static_cast<std::size_t>(limit),
                                 now, list);
          !taken)
        return tl::unexpected(taken.error());
      if (list.next || count < kPage) return list;
    }
  });
}

base::Result<EventsOfPerson> events_of_person(const storage::Database& database,
                                              std::string_view handle_or_id, const people::Viewer& viewer,
                                              const std::optional<EventId>& after, int limit, Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<EventsOfPerson> {
    const auto person = shown_person(snapshot, handle_or_id, viewer, now);
    if (!person) return tl::unexpected(person.error());
    const auto grants = people::grants_of(snapshot, {"person", base::to_text(person->id)}, kKind, now);
    if (!grants) return tl::unexpected(grants.error());
    EventsOfPerson found;
    std::set<EventId, std::greater<>> ids;
    for (const auto& grant : *grants) {
      const auto id = base::ulid_from(grant.object.id);
      if (!id) continue;
      if (!after || EventId(*id) < *after) ids.emplace(*id);
      if (grant.role == people::kOrganiser) found.organised.emplace(*id);
    }
    std::vector<Event> events;
    for (const auto& id : ids) {
      auto event = find_event(snapshot, id);
      if (!event) return tl::unexpected(event.error());
      if (*event) events.push_back(std::move(**event));
    }
    if (auto taken = take_seen(snapshot, std::move(events), viewer, {}, static_cast<std::size_t>(limit), now,
                               found.list);
        !taken)
      return tl::unexpected(taken.error());
    return found;
  });
}

base::Result<std::optional<Team>> team_of_viewer(const storage::Database& database, std::string_view key,
                                                 const people::Viewer& viewer) {
  if (!viewer.person) return std::optional<Team>();
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<std::optional<Team>> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return unseen(key);
    return team_of(snapshot, (*event)->id, viewer.person->id);
  });
}

base::Result<std::vector<Participant>> participants_of(const storage::Database& database,
                                                       std::string_view key, Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<std::vector<Participant>> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return unseen(key);
    auto all = organisers_of(snapshot, **event, now);
    if (!all) return all;
    if (auto added = add_members(snapshot, **event, *all); !added) return tl::unexpected(added.error());
    return all;
  });
}

base::Result<Page> submissions_of(const storage::Database& database, submissions::Room& room,
                                  std::string_view key, const people::Viewer& viewer,
                                  const std::optional<submissions::SubmissionId>& after, int limit,
                                  Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<Page> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return unseen(key);
    submissions::Wanted wanted{.contest = ref_of((*event)->id), .after = after, .limit = limit + 1};
    if (!manages(**event, viewer, now)) {
      if (!viewer.person) return Page{};
      const auto team = team_of(snapshot, (*event)->id, viewer.person->id);
      if (!team) return tl::unexpected(team.error());
      if (!*team) return Page{};
      wanted.team = base::to_text((*team)->id);
    }
    const auto found = submissions::list_submissions(snapshot, wanted);
    if (!found) return tl::unexpected(found.error());
    Page page;
    for (const auto& submission : *found) {
      if (page.items.size() == static_cast<std::size_t>(limit)) {
        page.next = (*found)[page.items.size() - 1].id;
        break;
      }
      auto item = view_in(snapshot, room, submission, viewer, now);
      if (!item) return tl::unexpected(item.error());
      page.items.push_back(std::move(*item));
    }
    return page;
  });
}

base::Result<base::json::value> view_of(const storage::Database& database, submissions::Room& room,
                                        const submissions::Submission& submission,
                                        const people::Viewer& viewer, Instant now) {
  return storage::read(database,
                       [&](Snapshot& snapshot) { return view_in(snapshot, room, submission, viewer, now); });
}

base::Result<std::int64_t> newest_news(const storage::Database& database) {
  return storage::last(database);
}

base::Result<bool> is_kept(const storage::Database& database, std::int64_t after) {
  return storage::is_kept(database, after);
}

base::Result<std::vector<Told>> news_of(const storage::Database& database, const EventId& event,
                                        std::int64_t after, std::size_t limit) {
  auto found = storage::tail_of(database, after, limit, std::array{topic_of(event)});
  if (!found) return tl::unexpected(found.error());
  std::vector<Told> all;
  for (auto& one : *found) all.push_back({one.position, std::move(one.kind), std::move(one.payload)});
  return all;
}

}  // namespace events
