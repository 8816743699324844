// What this room keeps in the database: events, teams, members, entries of boards. The only files here that
// know SQL are store*.cpp.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "features/events/board.h"
#include "features/events/seen.h"
#include "machine/storage/storage.h"

namespace events {

// Fails with `conflict` on a slug that is taken.
base::Result<void> insert_event(storage::Transaction& tx, const Event& event);
base::Result<void> update_event(storage::Transaction& tx, const Event& event);
base::Result<std::optional<Event>> find_event(storage::Session& session, const EventId& id);
// Newest first, behind `after`.
base::Result<std::vector<Event>> list_events(storage::Session& session, const std::optional<EventId>& after,
                                             int limit);
// Those that stand on a problem, or are to.
base::Result<std::vector<Event>> events_on(storage::Session& session, const submissions::ProblemId& problem);
base::Result<std::vector<Event>> events_to_rescore(storage::Session& session);
// One that is free: the wanted one, or it with -2, -3, ... behind.
base::Result<std::string> free_slug(storage::Session& session, const std::string& wanted);

base::Result<Counts> counts_of(storage::Session& session, const EventId& event);
base::Result<Seen> seen_with(storage::Session& session, Event event, base::Instant now);
// Fails with `not_found`, in words for people.
base::Result<Seen> see(storage::Session& session, std::string_view slug_or_id, base::Instant now);

struct Member {
  people::PersonId person;
  Team team;
  base::Instant joined{};
};
base::Result<std::vector<Member>> members_of(storage::Session& session, const EventId& event);
base::Result<Team> add_team_of_one(storage::Transaction& tx, const EventId& event,
                                   const people::Person& person, base::Instant now);
base::Result<void> remove_team_of_one(storage::Transaction& tx, const EventId& event, const Team& team);
base::Result<int> submissions_of(storage::Session& session, const Team& team);

// A submission, as boards and queues see it.
struct Entry {
  BoardRow row;
  submissions::State state = submissions::State::received;
  bool on_board = false;
  std::int64_t version = 0;  // of the board, when it last changed there
};
base::Result<std::optional<Entry>> find_entry(storage::Session& session, const submissions::SubmissionId& id);
base::Result<void> put_entry(storage::Transaction& tx, const EventId& event, const Entry& entry);
// Counts one up. Boards change one after another: whoever asks waits for the other's commit.
base::Result<std::int64_t> next_version(storage::Transaction& tx, const EventId& event);
// With it, in one statement, the row's rank among all, were it on the board: 1 + how many are better; 0
// without a score.
struct NextPlace {
  std::int64_t version = 0;
  int rank = 0;
};
base::Result<NextPlace> next_place(storage::Transaction& tx, const EventId& event, const BoardRow& row,
                                   scoring::Better better);
// What changed on the board since a version, in that order; also what is no longer on it.
base::Result<std::vector<Entry>> entries_since(storage::Session& session, const EventId& event,
                                               std::int64_t version);
// The same in one statement and of one moment, for who knows the event already: nothing where its slug,
// problem or release is no longer this one's.
base::Result<std::optional<std::vector<Entry>>> entries_since(const storage::Database& database,
                                                              const Event& event, std::int64_t version);

}  // namespace events
