// The platform's settings, each a text with a default.
#pragma once
#include <map>

#include "features/people/store.h"

namespace people {

using Values = std::map<std::string, std::string, std::less<>>;

base::Result<Values> all_settings(const storage::Database& database);  // defaults filled in
// Fails with `not_found` on a name that is none.
base::Result<Values> change_settings(const storage::Database& database, const Values& changes, const Act& act,
                                     base::Instant now);

}  // namespace people
