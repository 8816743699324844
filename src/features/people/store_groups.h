// Groups of people, to whom grants are given at once.
#pragma once
#include "features/people/store.h"

namespace people {

struct GroupRow {
  GroupId id;
  std::string name, title;
  base::Instant created{};
  int members = 0;
};

base::Result<std::vector<GroupRow>> list_groups(const storage::Database& database,
                                                std::string_view after_name, int limit);
// By name or id. Fails with `not_found`.
base::Result<GroupRow> group_named(const storage::Database& database, std::string_view name);
base::Result<std::vector<Person>> list_members(const storage::Database& database, const GroupId& group,
                                               std::string_view after_handle, int limit);
// Fails with `conflict` on a name that is taken.
base::Result<void> add_group(const storage::Database& database, const GroupRow& group, const Act& act,
                             base::Instant now);
// With its grants. Fails with `conflict` where nobody would be left to administer; so does remove_member.
base::Result<void> remove_group(const storage::Database& database, const GroupRow& group, const Act& act,
                                base::Instant now);
base::Result<void> add_member(const storage::Database& database, const GroupRow& group,
                              const PersonId& person, const Act& act, base::Instant now);
base::Result<void> remove_member(const storage::Database& database, const GroupRow& group,
                                 const PersonId& person, const Act& act, base::Instant now);

}  // namespace people
