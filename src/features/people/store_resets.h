// New passwords for those who forgot theirs: asked for by anyone, issued by an administrator, used once.
#pragma once
#include "features/people/store_attempts.h"

namespace people {

using ResetId = base::Id<struct ResetTag>;

struct ResetRow {
  ResetId id;
  Person person;
  base::Instant asked{};
};

// Takes the same time for an address without account, of which nothing is kept but a count.
base::Result<void> ask_for_reset(const storage::Database& database, std::string_view email,
                                 base::Instant now);
// Those that wait for an administrator, newest first.
base::Result<std::vector<ResetRow>> list_resets(const storage::Database& database,
                                                const std::optional<ResetId>& after, int limit);
base::Result<void> issue_reset(const storage::Database& database, const PersonId& person,
                               const std::string& code_hash, base::Instant expires, const Act& act,
                               base::Instant now);
// Whose it is. Fails with `not_found` on a code that is unknown, used or expired.
base::Result<Person> person_of_reset(const storage::Database& database, const std::string& code_hash,
                                     base::Instant now);
// Ends all sessions and removes all tokens: whoever knew the old password may have made some.
base::Result<void> use_reset(const storage::Database& database, const std::string& code_hash,
                             std::string_view password_hash, const Act& act, base::Instant now);

}  // namespace people
