#include "features/people/store_attempts.h"

#include "base/hash.h"
#include "features/people/rules.h"

namespace people {
namespace {

struct Count {
  int failures = 0;
  base::Instant last{};
};

base::Result<Count> count_of(storage::Session& session, const std::string& key) {
  auto rows = session.query("SELECT count, last FROM attempts WHERE key = $1", key);
  if (!rows) return base::Failure(rows.error());
  auto found = rows->first([](const storage::Row& row) {
    return Count{row.get<int>("count"), row.get<base::Instant>("last")};
  });
  if (!found) return base::Failure(found.error());
  return found->value_or(Count());
}

std::chrono::seconds wait_after(const Count& count, int free, base::Instant now) {
  const auto left = count.last + pause_after(count.failures, free) - now;
  return std::max(std::chrono::seconds(0), std::chrono::ceil<std::chrono::seconds>(left));
}

base::Result<void> add_one(storage::Transaction& tx, const std::string& key, base::Instant now) {
  return done(
      tx.query("INSERT INTO attempts (key, count, last) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET "
               "count = attempts.count + 1, last = excluded.last",
               key, now));
}

}  // namespace

AttemptKeys keys_of_attempt(std::string_view email, std::string_view address) {
  return {"account " + base::sha256_hex(email), "address " + std::string(address)};
}

base::Result<Attempt> begin_attempt(const storage::Database& database, const AttemptKeys& keys,
                                    base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<Attempt> {
    auto old = tx.query("DELETE FROM attempts WHERE last < $1", now - kFailuresKept);
    if (!old) return base::Failure(old.error());
    auto account = count_of(tx, keys.account);
    if (!account) return base::Failure(account.error());
    auto address = count_of(tx, keys.address);
    if (!address) return base::Failure(address.error());
    const auto wait =
        std::max(wait_after(*account, kFreeForAccount, now), wait_after(*address, kFreeForAddress, now));
    if (wait.count() > 0) return Attempt{wait, account->failures};
    for (const auto& key : {keys.account, keys.address})
      if (auto added = add_one(tx, key, now); !added) return base::Failure(added.error());
    return Attempt{{}, account->failures + 1};
  });
}

base::Result<void> forgive(storage::Transaction& transaction, const AttemptKeys& keys) {
  auto account = transaction.query("DELETE FROM attempts WHERE key = $1", keys.account);
  if (!account) return base::Failure(account.error());
  // The address keeps its other failures: whoever has an account could else guess at others for ever.
  return done(
      transaction.query("UPDATE attempts SET count = count - 1 WHERE key = $1 AND count > 0", keys.address));
}

base::Result<void> forgive(const storage::Database& database, const AttemptKeys& keys) {
  return storage::transact(database, [&](storage::Transaction& tx) { return forgive(tx, keys); });
}

}  // namespace people
