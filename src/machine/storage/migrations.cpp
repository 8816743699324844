#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/log.h"
#include "machine/storage/core.h"

namespace storage {
namespace {

constexpr std::int64_t kMigrationLock = 0x61676f7261'6d6967;  // "agoramig"
constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (room {{text}} NOT NULL, number {{int}} NOT NULL, name "
    "{{text}} "
    "NOT NULL, checksum {{text}} NOT NULL, applied {{instant}} NOT NULL, PRIMARY KEY (room, number)) "
    "{{strict}}";

std::string name_of(const Migration& migration) {
  return fmt::format("migration {} of {} ({})", migration.number, migration.room, migration.name);
}

base::Result<std::map<std::string_view, int, std::less<>>> newest_by_room(
    std::span<const Migration> migrations) {
  std::map<std::string_view, int, std::less<>> newest;
  for (const auto& migration : migrations) {
    if (migration.number != ++newest[migration.room])
      return base::internal(
          fmt::format("{} stands where number {} belongs: each room counts 1, 2, 3 without a gap",
                      name_of(migration), newest[migration.room]));
  }
  return newest;
}

base::Error about(const Migration& migration, base::Error error) {
  // A step that the database refuses is the program's fault, whatever it would be in a request.
  if (error.kind == base::ErrorKind::invalid) error.kind = base::ErrorKind::internal;
  error.message = fmt::format("{}: {}", name_of(migration), error.message);
  return error;
}

base::Result<Rows> lock(Session& session) {
  if (session.kind() == Kind::sqlite) return Rows();  // BEGIN IMMEDIATE is the lock
  return session.query("SELECT pg_advisory_xact_lock($1)", kMigrationLock);
}

base::Result<void> refuse_newer(Session& session,
                                const std::map<std::string_view, int, std::less<>>& newest) {
  auto rows =
      session.query("SELECT room, max(number) AS number FROM schema_migrations GROUP BY room ORDER BY room");
  if (!rows) return tl::unexpected(rows.error());
  struct Applied {
    std::string room;
    int number = 0;
  };
  auto applied = rows->map([](Row row) {
    return Applied{row.get<std::string>("room"), row.get<int>("number")};
  });
  if (!applied) return tl::unexpected(applied.error());
  for (const auto& [room, number] : *applied) {
    const auto known = newest.find(room);
    if (known == newest.end() || known->second < number)
      return base::conflict(fmt::format(
          "the database is newer than this program: it has migration {} of {}, and the program knows {}. "
          "Start the newer program, or restore a backup of before the upgrade",
          number, room, known == newest.end() ? 0 : known->second));
  }
  return {};
}

// Whether it is applied already. Fails with `conflict` when it was another text.
base::Result<bool> is_applied(Session& session, const Migration& migration, const std::string& checksum) {
  auto rows = session.query("SELECT checksum FROM schema_migrations WHERE room = $1 AND number = $2",
                            migration.room, migration.number);
  if (!rows) return tl::unexpected(rows.error());
  auto before = rows->first([](Row row) { return row.get<std::string>("checksum"); });
  if (!before) return tl::unexpected(before.error());
  if (!*before) return false;
  if (**before != checksum)
    return base::conflict(
        "it has changed since it was applied to this database: put its text back, and write the "
        "change as a new migration");
  return true;
}

// SQLite checks only what it was asked to: dangling references, and tables that take any type.
base::Result<void> check_tables(Session& session) {
  if (session.kind() != Kind::sqlite) return {};
  auto loose = session.query(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name "
      "NOT LIKE "
      "'sqlite_%'");
  if (!loose) return tl::unexpected(loose.error());
  if (!loose->empty())
    return base::internal(fmt::format("it makes the table {} without {{{{strict}}}}",
                                      loose->value<std::string>().value_or("")));
  auto dangling = session.query("SELECT \"table\" FROM pragma_foreign_key_check");
  if (!dangling) return tl::unexpected(dangling.error());
  if (!dangling->empty())
    return base::internal(fmt::format("it leaves rows in {} that refer to nothing",
                                      dangling->value<std::string>().value_or("")));
  return {};
}

}  // namespace

// Steps run on a connection of their own kind, thrown away afterwards: nothing stops a long one, and SQLite's
// foreign keys are off, so that a table can be copied, dropped and renamed without its children being
// deleted.
base::Result<void> Core::step(Driver& driver, const std::function<base::Result<void>(Transaction&)>& body) {
  // Not serializable: what another program applied while we waited for the lock must be seen.
  if (auto begun = driver.begin(Mode::read_committed); !begun) return begun;
  Transaction transaction(driver, kind);
  base::Result<void> done;
  if (auto locked = lock(transaction); !locked) done = tl::unexpected(locked.error());
  if (done) done = body(transaction);
  if (done) done = attempt_commit(transaction);
  if (!done) driver.rollback();
  return done;
}

base::Result<void> Core::apply(Transaction& transaction, const Migration& migration, base::Instant now,
                               int& applied) {
  const auto checksum = base::sha256_hex(migration.sql);
  auto before = is_applied(transaction, migration, checksum);
  if (!before) return tl::unexpected(before.error());
  if (*before) return {};
  auto sql = spelled(migration.sql, kind);
  if (!sql) return tl::unexpected(sql.error());
  if (auto run = transaction.driver_->script(*sql); !run) return tl::unexpected(run.error());
  if (!transaction.driver_->is_in_transaction())
    return base::internal("it ends its transaction: leave COMMIT and ROLLBACK out");
  if (auto checked = check_tables(transaction); !checked) return checked;
  auto noted = transaction.query(
      "INSERT INTO schema_migrations (room, number, name, checksum, applied) VALUES "
      "($1, $2, $3, $4, $5)",
      migration.room, migration.number, migration.name, checksum, now);
  if (!noted) return tl::unexpected(noted.error());
  ++applied;
  return {};
}

base::Result<int> Core::migrate(std::span<const Migration> migrations, base::Instant now) {
  auto newest = newest_by_room(migrations);
  if (!newest) return tl::unexpected(newest.error());
  auto lease = writers().lease();
  if (!lease) return tl::unexpected(lease.error());
  auto set = (*lease)->script(kind == Kind::sqlite ? "PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 600000"
                                                   : "SET statement_timeout = 0; SET lock_timeout = 0");
  if (!set) return tl::unexpected(set.error());
  auto begun = step(**lease, [&](Transaction& tx) -> base::Result<void> {
    if (auto made = tx.query(kTable); !made) return tl::unexpected(made.error());
    return refuse_newer(tx, *newest);
  });
  int applied = 0;
  for (std::size_t i = 0; begun && i < migrations.size(); ++i) {
    begun = step(**lease, [&](Transaction& tx) { return apply(tx, migrations[i], now, applied); });
    if (!begun) begun = tl::unexpected(about(migrations[i], begun.error()));
  }
  lease->discard();
  if (applied > 0) {
    reading->close_idle();  // their statements are of the old tables
    base::log_info(fmt::format("{} migrations applied", applied));
  }
  if (!begun) return tl::unexpected(begun.error());
  return applied;
}

base::Result<int> migrate(const Database& database, std::span<const Migration> migrations,
                          base::Instant now) {
  return database.core().migrate(migrations, now);
}

}  // namespace storage
