// Grants as rows, and those that reach a person.
#pragma once
#include "features/people/store.h"

namespace people {

using GrantId = base::Id<struct GrantTag>;

struct GrantRow {
  GrantId id;
  Grant grant;
  base::Instant created{};
};
GrantRow grant_of_row(const storage::Row& row);

// Of the person and of their groups, those that have not expired.
base::Result<std::vector<Grant>> grants_reaching(storage::Session& session, const PersonId& person,
                                                 base::Instant now);

struct GrantsWanted {
  std::optional<std::string> object_kind{}, object_id{};
  std::optional<GrantId> after{};
  int limit = 50;
};
base::Result<std::vector<GrantRow>> list_grants(const storage::Database& database, const GrantsWanted& wanted,
                                                base::Instant now);
// Fails with `not_found` on an unknown subject.
base::Result<GrantRow> give_grant(const storage::Database& database, const Grant& grant, const Act& act,
                                  base::Instant now);
// Fails with `conflict` where the platform would lose its last administrator.
base::Result<void> take_grant(const storage::Database& database, const GrantId& id, const Act& act,
                              base::Instant now);

// Active people whom an unexpired grant makes administrators, directly or through a group.
base::Result<int> count_administrators(storage::Session& session, base::Instant now);
// To be asked at the end of a transaction that takes power away.
base::Result<void> check_an_administrator_is_left(storage::Session& session, base::Instant now);

}  // namespace people
