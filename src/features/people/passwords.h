// Passwords as argon2id hashes. Each costs 64 MiB and some 70 ms: two at once, the others wait their turn.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace people {

// All fail with `unavailable` when no turn comes within five seconds, or the memory is not to be had.
base::Result<std::string> hash_of_password(std::string_view password);
base::Result<bool> is_password(std::string_view password, std::string_view hash);
// Costs what `is_password` costs, for accounts that are not there.
base::Result<void> waste_a_hash(std::string_view password);

}  // namespace people
