// Teams and who is in them.
#include "features/events/store.h"

namespace events {
namespace {

Team team_in(storage::Row row) {
  return {row.get<TeamId>("id"), row.get<std::string>("name")};
}

base::Result<bool> is_name_taken(storage::Session& session, const EventId& event, std::string_view name) {
  const auto rows = session.query("SELECT 1 FROM teams WHERE event = $1 AND name = $2", event, name);
  if (!rows) return tl::unexpected(rows.error());
  return !rows->empty();
}

}  // namespace

base::Result<std::optional<Team>> team_of(storage::Session& session, const EventId& event,
                                          const people::PersonId& person) {
  const auto rows = session.query(
      "SELECT t.id, t.name FROM team_members m JOIN teams t ON t.id = m.team "
      "WHERE m.event = $1 AND m.person = $2",
      event, person);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(team_in);
}

base::Result<std::vector<Member>> members_of(storage::Session& session, const EventId& event) {
  const auto rows = session.query(
      "SELECT m.person, m.joined, t.id, t.name FROM team_members m JOIN teams t ON t.id = m.team "
      "WHERE m.event = $1 ORDER BY m.joined, m.person",
      event);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) {
    return Member{row.get<people::PersonId>("person"), team_in(row), row.get<base::Instant>("joined")};
  });
}

base::Result<Team> add_team_of_one(storage::Transaction& tx, const EventId& event,
                                   const people::Person& person, base::Instant now) {
  const auto taken = is_name_taken(tx, event, team_name(person.name, person.handle, false));
  if (!taken) return tl::unexpected(taken.error());
  Team team{TeamId(base::make_ulid(now)), team_name(person.name, person.handle, *taken)};
  if (auto made = tx.query("INSERT INTO teams (id, event, name, created) VALUES ($1, $2, $3, $4)", team.id,
                           event, team.name, now);
      !made)
    return tl::unexpected(made.error());
  if (auto joined = tx.query("INSERT INTO team_members (event, person, team, joined) VALUES ($1, $2, $3, $4)",
                             event, person.id, team.id, now);
      !joined)
    return tl::unexpected(joined.error());
  return team;
}

base::Result<void> remove_team_of_one(storage::Transaction& tx, const EventId& event, const Team& team) {
  if (auto left = tx.query("DELETE FROM team_members WHERE event = $1 AND team = $2", event, team.id); !left)
    return tl::unexpected(left.error());
  if (auto gone = tx.query("DELETE FROM teams WHERE id = $1", team.id); !gone)
    return tl::unexpected(gone.error());
  return {};
}

base::Result<int> submissions_of(storage::Session& session, const Team& team) {
  const auto rows = session.query("SELECT count(*) FROM entries WHERE team = $1", team.id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<int>();
}

}  // namespace events
