#include "features/people/store_tokens.h"

#include <fmt/format.h>

#include "features/people/recent.h"

namespace people {
namespace {

constexpr int kMost = 100;
constexpr std::chrono::hours kShownAfter{30 * 24};

TokenRow token_of_row(const storage::Row& row) {
  return {row.get<TokenId>("id"),
          row.get<std::string>("name"),
          words_of(row.get<std::string>("scopes")),
          row.get<base::Instant>("created"),
          row.get<base::Instant>("expires"),
          row.get<std::optional<base::Instant>>("last_used")};
}

base::Result<void> check_room(storage::Transaction& tx, const PersonId& person, base::Instant now) {
  auto old = tx.query("DELETE FROM tokens WHERE person = $1 AND expires < $2", person, now - kShownAfter);
  if (!old) return base::Failure(old.error());
  auto rows = tx.query("SELECT count(*) FROM tokens WHERE person = $1", person);
  if (!rows) return base::Failure(rows.error());
  auto count = rows->value<int>();
  if (!count) return base::Failure(count.error());
  if (*count >= kMost)
    return base::conflict(fmt::format("you have {} tokens: remove those that nothing uses", kMost));
  return {};
}

}  // namespace

base::Result<void> add_token(const storage::Database& database, const PersonId& person, const TokenRow& token,
                             const std::string& secret_hash, const Act& act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto room = check_room(tx, person, now); !room) return room;
    auto made = tx.query(
        "INSERT INTO tokens (id, person, name, scopes, secret_hash, created, expires) VALUES ($1, $2, $3, "
        "$4, $5, "
        "$6, $7)",
        token.id, person, token.name, fmt::format("{}", fmt::join(token.scopes, " ")), secret_hash, now,
        token.expires);
    if (!made) return base::Failure(made.error());
    return record(tx, act, now);
  });
}

base::Result<std::vector<TokenRow>> list_tokens(const storage::Database& database, const PersonId& person,
                                                const std::optional<TokenId>& after, int limit,
                                                base::Instant now) {
  auto rows = database.query(
      "SELECT id, name, scopes, created, expires, last_used FROM tokens WHERE person = $1 AND expires > $2 "
      "AND ($3 "
      "IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
      person, now - kShownAfter, after, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map(token_of_row);
}

base::Result<void> remove_token(const storage::Database& database, const PersonId& person,
                                const TokenId& token, const Act& act, base::Instant now) {
  auto removed = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    touch(person);
    auto gone = done_to_one(tx.query("DELETE FROM tokens WHERE id = $1 AND person = $2", token, person),
                            "there is no such token of yours: it may have been removed already");
    if (!gone) return gone;
    return record(tx, act, now);
  });
  touch(person);
  return removed;
}

}  // namespace people
