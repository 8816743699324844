#include "features/events/store_cockpit.h"

#include <algorithm>

#include "features/events/store.h"

namespace events {
namespace {

using storage::Snapshot;

constexpr std::int64_t kHour = 3'600'000'000, kDay = 24 * kHour;  // in the microseconds that instants are

base::Result<std::vector<CountAt>> counts_in(const base::Result<storage::Rows>& rows, std::int64_t unit) {
  if (!rows) return tl::unexpected(rows.error());
  auto counts = rows->map([unit](storage::Row row) {
    return CountAt{base::Instant(std::chrono::microseconds(row.get<std::int64_t>("part") * unit)),
                   row.get<int>("count")};
  });
  if (counts) std::reverse(counts->begin(), counts->end());
  return counts;
}

base::Result<std::vector<CountAt>> joined_in(Snapshot& snapshot, const EventId& event) {
  return counts_in(snapshot.query("SELECT joined / $2 AS part, count(*) AS count FROM team_members "
                                  "WHERE event = $1 GROUP BY 1 ORDER BY 1 DESC",
                                  event, kDay),
                   kDay);
}

base::Result<std::vector<CountAt>> handed_in_to(Snapshot& snapshot, const EventId& event) {
  return counts_in(snapshot.query("SELECT created / $2 AS part, count(*) AS count FROM entries "
                                  "WHERE event = $1 GROUP BY 1 ORDER BY 1 DESC LIMIT $3",
                                  event, kHour, kHours),
                   kHour);
}

base::Result<void> count_states(Snapshot& snapshot, const EventId& event, Cockpit& cockpit) {
  using enum submissions::State;
  for (const auto state : {received, trial, queued, running, scored, failed, cancelled})
    cockpit.states.emplace(submissions::word_for(state), 0);
  const auto rows =
      snapshot.query("SELECT state, count(*) AS count FROM entries WHERE event = $1 GROUP BY state", event);
  if (!rows) return tl::unexpected(rows.error());
  const auto counted = rows->map(
      [](storage::Row row) { return std::pair(row.get<std::string>("state"), row.get<int>("count")); });
  if (!counted) return tl::unexpected(counted.error());
  for (const auto& [state, count] : *counted) cockpit.states[state] = count;
  return {};
}

base::Result<void> count_teams(Snapshot& snapshot, const EventId& event, Cockpit& cockpit) {
  const auto rows = snapshot.query(
      "SELECT count(*) FROM teams t WHERE t.event = $1 AND NOT EXISTS "
      "(SELECT 1 FROM entries e WHERE e.team = t.id)",
      event);
  if (!rows) return tl::unexpected(rows.error());
  const auto count = rows->value<int>();
  if (!count) return tl::unexpected(count.error());
  cockpit.teams_without_submission = *count;
  return {};
}

// What the submissions' room tells of it.
base::Result<void> ask_submissions(Snapshot& snapshot, const EventId& event, Cockpit& cockpit) {
  auto failures = submissions::failures_in(snapshot, ref_of(event));
  if (!failures) return tl::unexpected(failures.error());
  cockpit.failures = std::move(*failures);
  const auto typical = submissions::typical_time(snapshot, ref_of(event));
  if (!typical) return tl::unexpected(typical.error());
  cockpit.typical = *typical;
  return {};
}

}  // namespace

base::Result<Cockpit> cockpit_of(const storage::Database& database, std::string_view key, base::Instant now) {
  return storage::read(database, [&](Snapshot& snapshot) -> base::Result<Cockpit> {
    const auto seen = see(snapshot, key, now);
    if (!seen) return tl::unexpected(seen.error());
    const auto& event = seen->event.id;
    Cockpit cockpit{.participants = seen->counts.people, .counts = seen->counts};
    auto joined = joined_in(snapshot, event);
    if (!joined) return tl::unexpected(joined.error());
    cockpit.joined = std::move(*joined);
    auto handed_in = handed_in_to(snapshot, event);
    if (!handed_in) return tl::unexpected(handed_in.error());
    cockpit.handed_in = std::move(*handed_in);
    for (auto* step : {count_states, count_teams, ask_submissions})
      if (auto done = step(snapshot, event, cockpit); !done) return tl::unexpected(done.error());
    return cockpit;
  });
}

}  // namespace events
