#include "features/people/store_grants.h"

#include <set>

#include <fmt/format.h>

#include "base/json.h"
#include "features/people/recent.h"

namespace people {
namespace {

constexpr std::string_view kColumns =
    "id, subject_kind, subject_id, object_kind, object_id, role, expires, created";

// Whoever may be reached by the grant: their viewers are read anew.
void touch_subject(const Ref& subject) {
  const auto id = base::ulid_from(subject.id);
  if (subject.kind == "person" && id) return touch(PersonId(*id));
  touch_everyone();
}

base::Result<void> check_subject(storage::Session& session, const Ref& subject) {
  const auto id = base::ulid_from(subject.id);
  const auto* table = subject.kind == "person" ? "people" : "people_groups";
  if (id) {
    auto rows = session.query(fmt::format("SELECT 1 FROM {} WHERE id = $1", table), *id);
    if (!rows) return base::Failure(rows.error());
    if (!rows->empty()) return {};
  }
  return base::not_found(fmt::format("there is no {} with the id {}", subject.kind, subject.id));
}

}  // namespace

GrantRow grant_of_row(const storage::Row& row) {
  return {row.get<GrantId>("id"),
          {{row.get<std::string>("subject_kind"), row.get<std::string>("subject_id")},
           {row.get<std::string>("object_kind"), row.get<std::string>("object_id")},
           row.get<std::string>("role"),
           row.get<std::optional<base::Instant>>("expires")},
          row.get<base::Instant>("created")};
}

base::Result<void> add_grant(storage::Transaction& transaction, const Grant& grant, base::Instant now) {
  touch_subject(grant.subject);
  return done(transaction.query(
      fmt::format(
          "INSERT INTO grants ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subject_kind, "
          "subject_id, object_kind, object_id, role) DO UPDATE SET expires = excluded.expires",
          kColumns),
      base::make_ulid(now), grant.subject.kind, grant.subject.id, grant.object.kind, grant.object.id,
      grant.role, grant.expires, now));
}

base::Result<void> remove_grant(storage::Transaction& transaction, const Grant& grant) {
  touch_subject(grant.subject);
  return done(transaction.query(
      "DELETE FROM grants WHERE subject_kind = $1 AND subject_id = $2 AND object_kind = $3 AND object_id = "
      "$4 "
      "AND role = $5",
      grant.subject.kind, grant.subject.id, grant.object.kind, grant.object.id, grant.role));
}

base::Result<std::vector<Grant>> grants_on(storage::Session& session, const Ref& object, base::Instant now) {
  auto rows = session.query(
      fmt::format("SELECT {} FROM grants WHERE object_kind = $1 AND object_id = $2 AND (expires IS NULL OR "
                  "expires > $3) ORDER BY created, id",
                  kColumns),
      object.kind, object.id, now);
  if (!rows) return base::Failure(rows.error());
  return rows->map([](const storage::Row& row) { return grant_of_row(row).grant; });
}

base::Result<std::vector<Grant>> grants_of(storage::Session& session, const Ref& subject,
                                           std::string_view object_kind, base::Instant now) {
  auto rows = session.query(
      fmt::format(
          "SELECT {} FROM grants WHERE subject_kind = $1 AND subject_id = $2 AND object_kind = $3 AND "
          "(expires IS NULL OR expires > $4) ORDER BY created, id",
          kColumns),
      subject.kind, subject.id, object_kind, now);
  if (!rows) return base::Failure(rows.error());
  return rows->map([](const storage::Row& row) { return grant_of_row(row).grant; });
}

base::Result<std::vector<Grant>> grants_reaching(storage::Session& session, const PersonId& person,
                                                 base::Instant now) {
  auto rows = session.query("SELECT group_id FROM group_members WHERE person = $1 ORDER BY group_id", person);
  if (!rows) return base::Failure(rows.error());
  auto groups =
      rows->map([](const storage::Row& row) { return base::to_text(row.get<GroupId>("group_id")); });
  if (!groups) return base::Failure(groups.error());
  const auto id = base::to_text(person);
  std::vector<storage::Parameter> values{storage::bound(now), storage::bound(id)};
  std::string reach = "(subject_kind = 'person' AND subject_id = $2)";
  for (const auto& group : *groups) values.push_back(storage::bound(group));
  if (!groups->empty())
    reach += fmt::format(" OR (subject_kind = 'group' AND subject_id IN ({}))",
                         storage::placeholders(3, groups->size()));
  auto found = session.run(fmt::format("SELECT {} FROM grants WHERE (expires IS NULL OR expires > $1) AND "
                                       "({}) ORDER BY created, id",
                                       kColumns, reach),
                           values);
  if (!found) return base::Failure(found.error());
  return found->map([](const storage::Row& row) { return grant_of_row(row).grant; });
}

base::Result<std::vector<GrantRow>> list_grants(const storage::Database& database, const GrantsWanted& wanted,
                                                base::Instant now) {
  std::vector<storage::Parameter> values{storage::bound(now), storage::bound(wanted.limit)};
  std::string where;
  const auto also = [&](std::string_view test, storage::Parameter value) {
    values.push_back(value);
    where += fmt::format(" AND {} ${}", test, values.size());
  };
  if (wanted.object_kind) also("object_kind =", storage::bound(*wanted.object_kind));
  if (wanted.object_id) also("object_id =", storage::bound(*wanted.object_id));
  if (wanted.after) also("id >", storage::bound(*wanted.after));
  auto rows = database.run(
      fmt::format("SELECT {} FROM grants WHERE (expires IS NULL OR expires > $1){} ORDER BY id LIMIT $2",
                  kColumns, where),
      values);
  if (!rows) return base::Failure(rows.error());
  return rows->map(grant_of_row);
}

base::Result<GrantRow> give_grant(const storage::Database& database, const Grant& grant, const Act& act,
                                  base::Instant now) {
  auto given = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<GrantRow> {
    if (auto known = check_subject(tx, grant.subject); !known) return base::Failure(known.error());
    if (auto added = add_grant(tx, grant, now); !added) return base::Failure(added.error());
    if (auto noted = record(tx, act, now); !noted) return base::Failure(noted.error());
    // An expiry may have been put on the last administrator's grant: that is time enough to name another.
    auto rows =
        tx.query(fmt::format("SELECT {} FROM grants WHERE subject_kind = $1 AND subject_id = $2 AND "
                             "object_kind = $3 AND object_id = $4 AND role = $5",
                             kColumns),
                 grant.subject.kind, grant.subject.id, grant.object.kind, grant.object.id, grant.role);
    if (!rows) return base::Failure(rows.error());
    auto row = rows->first(grant_of_row);
    if (!row) return base::Failure(row.error());
    return **row;
  });
  touch_subject(grant.subject);
  return given;
}

base::Result<void> take_grant(const storage::Database& database, const GrantId& id, const Act& act,
                              base::Instant now) {
  std::optional<Ref> subject;
  auto taken = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto rows = tx.query(fmt::format("SELECT {} FROM grants WHERE id = $1", kColumns), id);
    if (!rows) return base::Failure(rows.error());
    auto row = rows->first(grant_of_row);
    if (!row) return base::Failure(row.error());
    if (!*row) return base::not_found("there is no such grant: it may have been taken away already");
    const auto& grant = (*row)->grant;
    subject = grant.subject;
    if (auto removed = remove_grant(tx, grant); !removed) return removed;
    if (grant.object == kPlatform && grant.role == kAdministrator)
      if (auto left = check_an_administrator_is_left(tx, now); !left) return left;
    Act said = act;
    said.object = grant.object;
    said.details = base::to_text(base::json::object{
        {"subject_kind", grant.subject.kind}, {"subject_id", grant.subject.id}, {"role", grant.role}});
    return record(tx, said, now);
  });
  if (subject) touch_subject(*subject);
  return taken;
}

base::Result<std::vector<PersonId>> people_with(storage::Session& session, std::string_view role,
                                                const Ref& object, base::Instant now) {
  auto grants = grants_on(session, object, now);
  if (!grants) return base::Failure(grants.error());
  // Ids are text in grants and bytes in people: the few subjects are compared here.
  std::set<PersonId> found;
  for (const auto& grant : *grants) {
    const auto id = base::ulid_from(grant.subject.id);
    if (grant.role != role || !id) continue;
    auto rows =
        session.query(grant.subject.kind == "person"
                          ? "SELECT id FROM people WHERE id = $1 AND standing = 'active'"
                          : "SELECT people.id AS id FROM group_members JOIN people ON people.id = person "
                            "WHERE group_id = $1 AND standing = 'active'",
                      *id);
    if (!rows) return base::Failure(rows.error());
    auto reached = rows->map([](const storage::Row& row) { return row.get<PersonId>("id"); });
    if (!reached) return base::Failure(reached.error());
    found.insert(reached->begin(), reached->end());
  }
  return std::vector(found.begin(), found.end());
}

base::Result<int> count_administrators(storage::Session& session, base::Instant now) {
  auto found = people_with(session, kAdministrator, kPlatform, now);
  if (!found) return base::Failure(found.error());
  return static_cast<int>(found->size());
}

base::Result<void> check_an_administrator_is_left(storage::Session& session, base::Instant now) {
  auto count = count_administrators(session, now);
  if (!count) return base::Failure(count.error());
  if (*count == 0)
    return base::conflict(
        "this would leave nobody who may administer: make someone else administrator first");
  return {};
}

}  // namespace people
