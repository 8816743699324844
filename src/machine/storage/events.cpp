// Positions must become visible in their order. A sequence alone does not do that on PostgreSQL: of two open
// transactions the one with the later number may commit first, a reader passes it, and the earlier number
// turns up behind it. The usual cure (order by transaction id, read only below the oldest open one) holds all
// readers up for as long as any transaction of the server is open, and its positions are pairs.
//
// Here events are kept in the transaction until its last moment. Then it takes a lock, draws its numbers,
// writes, and commits; PostgreSQL releases an advisory lock only after the commit is visible to others. So
// the next number is drawn only when all earlier ones can be seen, or never will be. Open transactions hold
// nobody up, readers need no lock, and nothing is locked after it, so no deadlock can go through it. Commits
// that append queue for one another; they do so anyway, since NOTIFY takes a lock of the whole server at this
// very moment. SQLite has one writer, and needs none of it.
#include "machine/storage/events.h"

#include <algorithm>
#include <array>

#include "machine/storage/core.h"

namespace storage {
namespace {

constexpr std::int64_t kLogLock = 0x61676f7261'6c6f67 & 0x7fffffffffffffff;  // "agoralog"
constexpr std::chrono::milliseconds kGlance{50};  // SQLite: how often another process's events are looked for
constexpr std::chrono::milliseconds kDoubt{2000};  // PostgreSQL: in case a notice was lost

constexpr std::array kMigrations{
    Migration{"storage", 1, "event log", R"(
CREATE TABLE event_log (
  position {{autokey}},
  topic {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  payload {{json}} NOT NULL,
  object_kind {{text}} NOT NULL,
  object_id {{text}} NOT NULL,
  at {{instant}} NOT NULL
) {{strict}};
CREATE INDEX event_log_at ON event_log (at);
CREATE TABLE event_log_trimmed (
  one {{int}} PRIMARY KEY CHECK (one = 1),
  position {{int}} NOT NULL
) {{strict}};
INSERT INTO event_log_trimmed (one, position) VALUES (1, 0);
)"},
};

constexpr std::string_view kInsert =
    "INSERT INTO event_log (topic, kind, payload, object_kind, object_id, at) VALUES ($1, $2, $3, $4, $5, "
    "$6)";
constexpr std::string_view kTail =
    "SELECT position, topic, kind, payload, object_kind, object_id, at FROM event_log WHERE position > $1 "
    "ORDER BY position LIMIT $2";
constexpr std::string_view kLast =
    "SELECT {{greatest}}(coalesce((SELECT max(position) FROM event_log), 0), "
    "(SELECT position FROM event_log_trimmed))";

Event event_of(Row row) {
  return {row.get<std::int64_t>("position"),   row.get<std::string>("topic"),
          row.get<std::string>("kind"),        row.get<std::string>("payload"),
          row.get<std::string>("object_kind"), row.get<std::string>("object_id"),
          row.get<base::Instant>("at")};
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

base::Result<void> append(Transaction& transaction, Event event) {
  transaction.events_.push_back(std::move(event));
  return {};
}

base::Result<void> write_events(Transaction& transaction, std::span<const Event> events) {
  const bool shared = transaction.kind() == Kind::postgresql;
  if (shared) {
    // The notification leaves with the commit, wherever it was made: one round trip does both.
    const auto locked =
        transaction.query("SELECT pg_advisory_xact_lock($1), pg_notify('agora_events', '')", kLogLock);
    if (!locked) return tl::unexpected(locked.error());
  }
  for (const auto& event : events) {
    auto written = transaction.query(kInsert, event.topic, event.kind, event.payload, event.object_kind,
                                     event.object_id, event.at);
    if (!written) return tl::unexpected(written.error());
  }
  return {};
}

base::Result<std::vector<Event>> tail(const Database& database, std::int64_t after, int limit) {
  return read(database, [&](Snapshot& snapshot) -> base::Result<std::vector<Event>> {
    auto trimmed = snapshot.query("SELECT position FROM event_log_trimmed");
    if (!trimmed) return tl::unexpected(trimmed.error());
    auto up_to = trimmed->value<std::int64_t>();
    if (!up_to) return tl::unexpected(up_to.error());
    if (after < *up_to)
      return base::not_found("what happened since then is no longer kept: load the page anew");
    auto rows = snapshot.query(kTail, after, limit);
    if (!rows) return tl::unexpected(rows.error());
    return rows->map(event_of);
  });
}

base::Result<std::vector<Event>> tail_of(const Database& database, std::int64_t after, std::size_t limit,
                                         std::span<const std::string> topics) {
  constexpr int kPage = 500;
  std::vector<Event> found;
  while (true) {
    auto page = tail(database, after, kPage);
    if (!page) return page;
    for (auto& event : *page) {
      after = event.position;
      if (std::find(topics.begin(), topics.end(), event.topic) == topics.end()) continue;
      found.push_back(std::move(event));
      if (found.size() == limit) return found;
    }
    if (page->size() < kPage) return found;
  }
}

base::Result<bool> is_kept(const Database& database, std::int64_t after) {
  const auto next = tail(database, after, 1);
  if (next) return true;
  if (next.error().kind == base::ErrorKind::not_found) return false;
  return tl::unexpected(next.error());
}

base::Result<std::int64_t> last(const Database& database) {
  auto rows = database.query(kLast);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<std::int64_t>();
}

base::Result<bool> wait(const Database& database, std::int64_t after,
                        std::chrono::steady_clock::time_point deadline) {
  auto& core = database.core();
  core.listen();
  const auto pause = database.kind() == Kind::sqlite ? kGlance : kDoubt;
  for (;;) {
    const auto rings = core.bell.count();
    auto newest = last(database);
    if (!newest) return tl::unexpected(newest.error());
    if (*newest > after) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    core.bell.wait(rings, std::min(deadline, now + pause));
  }
}

base::Result<void> forget(Transaction& transaction, std::string_view object_kind, std::string_view object_id,
                          base::Instant from, base::Instant to) {
  const auto gone = transaction.query(
      "DELETE FROM event_log WHERE at >= $1 AND at <= $2 AND object_kind = $3 AND object_id = $4", from, to,
      object_kind, object_id);
  if (!gone) return tl::unexpected(gone.error());
  return {};
}

base::Result<std::int64_t> trim(const Database& database, base::Instant before) {
  return transact(
      database,
      [&](Transaction& tx) -> base::Result<std::int64_t> {
        // Up to the last event before the first that is young enough: positions and times need not agree.
        auto young = tx.query(
            "SELECT coalesce((SELECT min(position) FROM event_log WHERE at >= $1) - 1, "
            "(SELECT max(position) FROM event_log), 0)",
            before);
        if (!young) return tl::unexpected(young.error());
        auto up_to = young->value<std::int64_t>();
        if (!up_to) return tl::unexpected(up_to.error());
        auto gone = tx.query("DELETE FROM event_log WHERE position <= $1", *up_to);
        if (!gone) return tl::unexpected(gone.error());
        auto noted = tx.query("UPDATE event_log_trimmed SET position = {{greatest}}(position, $1)", *up_to);
        if (!noted) return tl::unexpected(noted.error());
        return gone->changed();
      },
      Isolation::read_committed);
}

}  // namespace storage
