// Entries: what boards and queues are made of.
#include <fmt/format.h>

#include "features/events/store.h"

namespace events {
namespace {

constexpr std::string_view kColumns =
    "submission, event, team, team_name, number, name, state, scores, official, fit_seconds, "
    "predict_seconds, created, scored, in_flight, on_board, version";

constexpr std::string_view kPut =
    "INSERT INTO entries ({}) VALUES ({}) ON CONFLICT (submission) DO UPDATE SET "
    "team_name = excluded.team_name, name = excluded.name, state = excluded.state, "
    "scores = excluded.scores, official = excluded.official, fit_seconds = excluded.fit_seconds, "
    "predict_seconds = excluded.predict_seconds, scored = excluded.scored, "
    "in_flight = excluded.in_flight, on_board = excluded.on_board, version = excluded.version";

submissions::State state_from(std::string_view word) {
  using enum submissions::State;
  for (const auto state : {received, trial, queued, running, scored, failed, cancelled})
    if (submissions::word_for(state) == word) return state;
  return failed;
}

Entry entry_of(storage::Row row) {
  return {.row = {.submission = row.get<submissions::SubmissionId>("submission"),
                  .team = {row.get<TeamId>("team"), row.get<std::string>("team_name")},
                  .number = row.get<int>("number"),
                  .name = row.get<std::string>("name"),
                  .scores = scores_from(row.get<std::string>("scores")),
                  .fit_seconds = row.get<std::optional<double>>("fit_seconds"),
                  .predict_seconds = row.get<std::optional<double>>("predict_seconds"),
                  .created = row.get<base::Instant>("created"),
                  .scored = row.get<std::optional<base::Instant>>("scored")},
          .state = state_from(row.get<std::string>("state")),
          .on_board = row.get<bool>("on_board"),
          .version = row.get<std::int64_t>("version")};
}

std::optional<double> official_of(const BoardRow& row) {
  return row.scores.empty() ? std::nullopt : visible_score(row, row.scores.front().name);
}

}  // namespace

base::Result<std::optional<Entry>> find_entry(storage::Session& session,
                                              const submissions::SubmissionId& id) {
  const auto rows = session.query(fmt::format("SELECT {} FROM entries WHERE submission = $1", kColumns), id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(entry_of);
}

base::Result<void> put_entry(storage::Transaction& tx, const EventId& event, const Entry& entry) {
  const auto& row = entry.row;
  const auto put =
      tx.query(fmt::format(kPut, kColumns, storage::placeholders(1, 16)), row.submission, event, row.team.id,
               row.team.name, row.number, row.name, submissions::word_for(entry.state), text_of(row.scores),
               official_of(row), row.fit_seconds, row.predict_seconds, row.created, row.scored,
               !submissions::has_ended(entry.state), entry.on_board, entry.version);
  if (!put) return tl::unexpected(put.error());
  return {};
}

base::Result<std::int64_t> next_version(storage::Transaction& tx, const EventId& event) {
  const auto rows =
      tx.query("UPDATE board_versions SET version = version + 1 WHERE event = $1 RETURNING version", event);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<std::int64_t>();
}

base::Result<NextPlace> next_place(storage::Transaction& tx, const EventId& event, const BoardRow& row,
                                   scoring::Better better) {
  const auto rows = tx.query(
      fmt::format("UPDATE board_versions SET version = version + 1 WHERE event = $1 RETURNING version, "
                  "(SELECT count(*) FROM entries n WHERE n.event = $1 AND n.on_board AND "
                  "n.submission <> $2 AND n.official {} $3) AS ahead",
                  better == scoring::Better::lower ? "<" : ">"),
      event, row.submission, official_of(row));
  if (!rows) return tl::unexpected(rows.error());
  auto next = rows->first([&](storage::Row found) {
    return NextPlace{found.get<std::int64_t>("version"), official_of(row) ? 1 + found.get<int>("ahead") : 0};
  });
  if (!next) return tl::unexpected(next.error());
  if (!*next) return base::internal("an event has no board", base::to_text(event));
  return **next;
}

base::Result<std::vector<Entry>> entries_since(storage::Session& session, const EventId& event,
                                               std::int64_t version) {
  const auto rows = session.query(
      fmt::format("SELECT {} FROM entries WHERE event = $1 AND version > $2 ORDER BY version", kColumns),
      event, version);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(entry_of);
}

base::Result<std::optional<std::vector<Entry>>> entries_since(const storage::Database& database,
                                                              const Event& event, std::int64_t version) {
  const auto rows = database.query(
      "SELECT n.* FROM events v LEFT JOIN entries n ON n.event = v.id AND n.version > $2 "
      "WHERE v.id = $1 AND v.slug = $3 AND v.problem = $4 AND v.released IS NULL ORDER BY n.version",
      event.id, version, event.slug, event.problem);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty() || event.released) return std::nullopt;
  auto found = rows->map([](storage::Row row) {  // an event without news is one row of nulls
    return row.get<std::optional<submissions::SubmissionId>>("submission") ? std::optional(entry_of(row))
                                                                           : std::nullopt;
  });
  if (!found) return tl::unexpected(found.error());
  std::vector<Entry> entries;
  for (auto& entry : *found)
    if (entry) entries.push_back(std::move(*entry));
  return entries;
}

}  // namespace events
