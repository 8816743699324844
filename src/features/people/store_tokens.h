// Tokens: named, scoped, expiring; only their hash is kept.
#pragma once
#include "features/people/store_sessions.h"

namespace people {

struct TokenRow {
  TokenId id;
  std::string name;
  std::vector<std::string> scopes;
  base::Instant created{}, expires{};
  std::optional<base::Instant> last_used{};
};

// Fails with `conflict` where the person has a hundred.
base::Result<void> add_token(const storage::Database& database, const PersonId& person, const TokenRow& token,
                             const std::string& secret_hash, const Act& act, base::Instant now);
// Newest first; those that expired within a month too, so that one sees why a program fails.
base::Result<std::vector<TokenRow>> list_tokens(const storage::Database& database, const PersonId& person,
                                                const std::optional<TokenId>& after, int limit,
                                                base::Instant now);
base::Result<void> remove_token(const storage::Database& database, const PersonId& person,
                                const TokenId& token, const Act& act, base::Instant now);

}  // namespace people
