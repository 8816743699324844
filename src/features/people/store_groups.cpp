#include "features/people/store_groups.h"

#include <fmt/format.h>

#include "features/people/recent.h"
#include "features/people/store_grants.h"

namespace people {
namespace {

constexpr std::string_view kColumns =
    "id, name, title, created, (SELECT count(*) FROM group_members WHERE group_id = people_groups.id) AS "
    "members";

GroupRow group_of_row(const storage::Row& row) {
  return {row.get<GroupId>("id"), row.get<std::string>("name"), row.get<std::string>("title"),
          row.get<base::Instant>("created"), row.get<int>("members")};
}

}  // namespace

base::Result<std::vector<GroupRow>> list_groups(const storage::Database& database,
                                                std::string_view after_name, int limit) {
  auto rows = database.query(
      fmt::format("SELECT {} FROM people_groups WHERE name > $1 ORDER BY name LIMIT $2", kColumns),
      after_name, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map(group_of_row);
}

base::Result<GroupRow> group_named(const storage::Database& database, std::string_view name) {
  // A name may look like an id in small letters: a group's own name goes first.
  auto rows = database.query(fmt::format("SELECT {} FROM people_groups WHERE name = $1", kColumns), name);
  if (!rows) return base::Failure(rows.error());
  if (const auto id = base::ulid_from(name); rows->empty() && id)
    rows = database.query(fmt::format("SELECT {} FROM people_groups WHERE id = $1", kColumns), *id);
  if (!rows) return base::Failure(rows.error());
  auto group = rows->first(group_of_row);
  if (!group) return base::Failure(group.error());
  if (!*group) return base::not_found(fmt::format("there is no group with the name or id {}", name));
  return std::move(**group);
}

base::Result<std::vector<Person>> list_members(const storage::Database& database, const GroupId& group,
                                               std::string_view after_handle, int limit) {
  auto rows = database.query(fmt::format("SELECT {} FROM people JOIN group_members ON person = people.id "
                                         "WHERE group_id = $1 AND handle > $2 "
                                         "ORDER BY handle LIMIT $3",
                                         kPersonColumns),
                             group, after_handle, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map(person_of_row);
}

base::Result<void> add_group(const storage::Database& database, const GroupRow& group, const Act& act,
                             base::Instant now) {
  auto added = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto made = done(tx.query("INSERT INTO people_groups (id, name, title, created) VALUES ($1, $2, $3, $4)",
                              group.id, group.name, group.title, group.created));
    if (!made) return made;
    return record(tx, act, now);
  });
  if (!added && storage::is_taken(added.error(), "people_groups.name"))
    return base::conflict(fmt::format("there is a group named {} already: take another name", group.name));
  return added;
}

base::Result<void> remove_group(const storage::Database& database, const GroupRow& group, const Act& act,
                                base::Instant now) {
  auto removed = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    touch_everyone();
    auto grants = tx.query("DELETE FROM grants WHERE subject_kind = 'group' AND subject_id = $1",
                           base::to_text(group.id));
    if (!grants) return base::Failure(grants.error());
    auto gone = done_to_one(tx.query("DELETE FROM people_groups WHERE id = $1", group.id),
                            "this group is gone already");
    if (!gone) return gone;
    if (auto left = check_an_administrator_is_left(tx, now); !left) return left;
    return record(tx, act, now);
  });
  touch_everyone();
  return removed;
}

base::Result<void> add_member(const storage::Database& database, const GroupRow& group,
                              const PersonId& person, const Act& act, base::Instant now) {
  auto added = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    touch(person);
    auto rows = tx.query(
        "INSERT INTO group_members (group_id, person, added) VALUES ($1, $2, $3) ON CONFLICT (group_id, "
        "person) DO "
        "NOTHING",
        group.id, person, now);
    if (!rows) return base::Failure(rows.error());
    if (rows->changed() == 0) return {};  // a member already: nothing was done
    return record(tx, act, now);
  });
  touch(person);
  return added;
}

base::Result<void> remove_member(const storage::Database& database, const GroupRow& group,
                                 const PersonId& person, const Act& act, base::Instant now) {
  auto removed = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    touch(person);
    auto gone = done_to_one(
        tx.query("DELETE FROM group_members WHERE group_id = $1 AND person = $2", group.id, person),
        "this person is not a member of the group");
    if (!gone) return gone;
    if (auto left = check_an_administrator_is_left(tx, now); !left) return left;
    return record(tx, act, now);
  });
  touch(person);
  return removed;
}

}  // namespace people
