// Logs, and what whoever watches is told, through the event log.
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "features/compute/store.h"
#include "machine/storage/events.h"

namespace compute {
namespace {

namespace json = base::json;

constexpr std::size_t kMostLog = 4u << 20;  // beyond it the rest is in build.log alone

base::Result<void> tell(storage::Transaction& tx, const EnvironmentId& id, std::string kind,
                        const json::value& what, base::Instant now) {
  storage::Event event;
  event.topic = topic_of(id);
  event.kind = std::move(kind);
  event.payload = base::to_text(what);
  event.object_kind = "environment";
  event.object_id = base::to_text(id);
  event.at = now;
  return storage::append(tx, std::move(event));
}

}  // namespace

std::string topic_of(const EnvironmentId& id) {
  return "environment:" + base::to_text(id);
}

base::Result<Log> log_of(storage::Session& session, const EnvironmentId& id) {
  auto rows = session.query("SELECT text, lines FROM environment_logs WHERE environment = $1", id);
  if (!rows) return tl::unexpected(rows.error());
  auto log = rows->first([](const storage::Row& row) {
    return Log{row.get<std::string>("text"), row.get<int>("lines")};
  });
  if (!log) return tl::unexpected(log.error());
  return log->value_or(Log{});
}

base::Result<void> clear_log(storage::Transaction& tx, const EnvironmentId& id) {
  auto cleared = tx.query("UPDATE environment_logs SET text = '', lines = 0 WHERE environment = $1", id);
  if (!cleared) return tl::unexpected(cleared.error());
  return {};
}

base::Result<void> add_lines(storage::Transaction& tx, const EnvironmentId& id,
                             const std::vector<std::string>& lines, base::Instant now) {
  if (lines.empty()) return {};
  const auto log = log_of(tx, id);
  if (!log) return tl::unexpected(log.error());
  if (log->text.size() > kMostLog) return {};
  auto added =
      tx.query("UPDATE environment_logs SET text = text || $2, lines = lines + $3 WHERE environment = $1", id,
               fmt::format("{}\n", fmt::join(lines, "\n")), static_cast<std::int64_t>(lines.size()));
  if (!added) return tl::unexpected(added.error());
  json::array said;
  for (const auto& line : lines) said.emplace_back(line);
  return tell(tx, id, "line", json::object{{"first", log->lines}, {"lines", std::move(said)}}, now);
}

base::Result<void> tell_state(storage::Transaction& tx, const KeptEnvironment& kept, base::Instant now) {
  return tell(tx, kept.id, "environment",
              json::object{{"name", kept.recipe.name}, {"state", word_for(kept.state)}}, now);
}

base::Result<std::vector<Told>> told_since(const storage::Database& database, std::int64_t after, int limit,
                                           const EnvironmentId& id) {
  auto found = storage::tail_of(database, after, static_cast<std::size_t>(limit), std::array{topic_of(id)});
  if (!found) return tl::unexpected(found.error());
  std::vector<Told> told;
  for (auto& one : *found) told.push_back({one.position, std::move(one.kind), std::move(one.payload)});
  return told;
}

base::Result<std::int64_t> told_last(const storage::Database& database) {
  return storage::last(database);
}

}  // namespace compute
