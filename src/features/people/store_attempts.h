// How often someone tried in vain, by key: an account or an address. In the database, so that a restart or a
// second server forgets nothing.
#pragma once
#include "features/people/store.h"

namespace people {

struct AttemptKeys {
  std::string account;
  std::string address;
};
// The account as it is kept: what was typed may be anything, a password too.
AttemptKeys keys_of_attempt(std::string_view email, std::string_view address);

struct Attempt {
  std::chrono::seconds wait{0};  // more than none: refused, and not counted
  int failures = 0;              // of the account, with this one
};
// Counts as failed from now on, until `forgive`: of many that try at once, no more than are free go on.
base::Result<Attempt> begin_attempt(const storage::Database& database, const AttemptKeys& keys,
                                    base::Instant now);
base::Result<void> forgive(storage::Transaction& transaction, const AttemptKeys& keys);
base::Result<void> forgive(const storage::Database& database, const AttemptKeys& keys);

}  // namespace people
