#include "features/people/store_keys.h"

namespace people {
namespace {

constexpr std::chrono::hours kKept{24};
// Whoever holds a key for longer without an answer died: the next one may try.
constexpr std::chrono::minutes kLongestRun{10};

struct Row {
  std::string fingerprint;
  base::Instant since{};
  bool done = false;
  KeptAnswer answer{};
};
Row row_of(const storage::Row& row) {
  return {row.get<std::string>("fingerprint"),
          row.get<base::Instant>("since"),
          row.get<bool>("done"),
          {row.get<int>("status"), row.get<std::string>("headers"), row.get<storage::Bytes>("body").value}};
}

base::Result<KeyTurn> take(storage::Transaction& tx, const std::string& key, const std::string& fingerprint,
                           base::Instant now) {
  auto old = tx.query("DELETE FROM idempotency_keys WHERE since < $1 OR (NOT done AND since < $2)",
                      now - kKept, now - kLongestRun);
  if (!old) return base::Failure(old.error());
  auto fresh = tx.query(
      "INSERT INTO idempotency_keys (key, fingerprint, since, done, status, headers, body) VALUES ($1, $2, "
      "$3, "
      "FALSE, 0, '[]', $4) ON CONFLICT (key) DO NOTHING",
      key, fingerprint, now, storage::BytesView{""});
  if (!fresh) return base::Failure(fresh.error());
  if (fresh->changed() == 1) return KeyTurn{KeyState::first, {}};
  auto rows = tx.query(
      "SELECT fingerprint, since, done, status, headers, body FROM idempotency_keys WHERE key = $1", key);
  if (!rows) return base::Failure(rows.error());
  auto row = rows->first(row_of);
  if (!row) return base::Failure(row.error());
  // It was forgotten between the two statements: as good as running.
  if (!*row) return KeyTurn{KeyState::running, {}};
  if ((*row)->fingerprint != fingerprint) return KeyTurn{KeyState::other, {}};
  if (!(*row)->done) return KeyTurn{KeyState::running, {}};
  return KeyTurn{KeyState::done, std::move((*row)->answer)};
}

}  // namespace

base::Result<KeyTurn> begin_key(const storage::Database& database, const std::string& key,
                                const std::string& fingerprint, base::Instant now) {
  return storage::transact(
      database, [&](storage::Transaction& tx) { return take(tx, key, fingerprint, now); },
      storage::Isolation::read_committed);
}

base::Result<void> keep_key(const storage::Database& database, const std::string& key,
                            const KeptAnswer& answer) {
  return storage::transact(
      database,
      [&](storage::Transaction& tx) {
        return done(tx.query(
            "UPDATE idempotency_keys SET done = TRUE, status = $1, headers = $2, body = $3 WHERE key = $4",
            answer.status, answer.headers, storage::BytesView{answer.body}, key));
      },
      storage::Isolation::read_committed);
}

base::Result<void> forget_key(const storage::Database& database, const std::string& key) {
  return storage::transact(
      database,
      [&](storage::Transaction& tx) {
        return done(tx.query("DELETE FROM idempotency_keys WHERE key = $1 AND NOT done", key));
      },
      storage::Isolation::read_committed);
}

}  // namespace people
