#include "features/people/store_accounts.h"

#include <fmt/format.h>

#include "base/json.h"
#include "features/people/recent.h"
#include "features/people/store_grants.h"
#include "features/people/store_invitations.h"
#include "features/people/store_sessions.h"

namespace people {
namespace {

base::Result<void> check_address_is_free(storage::Session& session, std::string_view email) {
  auto rows = session.query("SELECT 1 FROM people WHERE email = $1", email);
  if (!rows) return base::Failure(rows.error());
  if (!rows->empty())
    return base::conflict(
        "there is an account with this address already: sign in, or ask for a new password");
  return {};
}

// The standing that an account would have, and the invitation that makes it so.
struct Admission {
  Standing standing;
  std::optional<InvitationRow> invitation{};
};
base::Result<Admission> admit(storage::Session& session, std::string_view email,
                              const std::optional<std::string>& code_hash, base::Instant now) {
  Admission admission{Standing::pending, {}};
  if (code_hash) {
    auto invitation = find_invitation(session, *code_hash, email, now);
    if (!invitation) return base::Failure(invitation.error());
    admission.invitation = std::move(*invitation);
  }
  auto mode = setting(session, "sign_up");
  if (!mode) return base::Failure(mode.error());
  auto standing = standing_at_sign_up(sign_up_from(*mode).value_or(SignUp::invited),
                                      admission.invitation ? Invited::yes : Invited::no);
  if (!standing) return base::Failure(standing.error());
  admission.standing = *standing;
  if (auto is_free = check_address_is_free(session, email); !is_free) return base::Failure(is_free.error());
  return admission;
}

base::Result<std::string> free_handle(storage::Session& session, std::string_view name) {
  const auto wanted = handle_from(name);
  for (int number = 1;; ++number) {
    auto handle = numbered(wanted, number);
    auto rows = session.query("SELECT 1 FROM people WHERE handle = $1", handle);
    if (!rows) return base::Failure(rows.error());
    if (rows->empty()) return handle;
  }
}

base::Result<void> use_invitation(storage::Transaction& tx, const InvitationRow& invitation,
                                  const Person& person, Act act, base::Instant now) {
  if (auto used = mark_used(tx, invitation.id, person.id, now); !used) return used;
  if (!invitation.role) return {};
  const Grant grant{{"person", base::to_text(person.id)}, kPlatform, *invitation.role, {}};
  if (auto added = add_grant(tx, grant, now); !added) return added;
  act.who = person.id;
  act.what = "grant.by-invitation";
  act.object = {"person", base::to_text(person.id)};
  act.details = base::to_text(
      base::json::object{{"role", *invitation.role}, {"invitation", base::to_text(invitation.id)}});
  return record(tx, act, now);
}

}  // namespace

base::Result<void> check_sign_up(const storage::Database& database, std::string_view email,
                                 const std::optional<std::string>& code_hash, base::Instant now) {
  return storage::read(database, [&](storage::Snapshot& session) -> base::Result<void> {
    auto admission = admit(session, email, code_hash, now);
    if (!admission) return base::Failure(admission.error());
    return {};
  });
}

base::Result<Person> sign_up(const storage::Database& database, const NewAccount& account, const Act& act,
                             base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<Person> {
    auto admission = admit(tx, account.email, account.code_hash, now);
    if (!admission) return base::Failure(admission.error());
    auto handle = free_handle(tx, account.name);
    if (!handle) return base::Failure(handle.error());
    const Person person{
        PersonId(base::make_ulid(now)), *handle, account.name, account.email, admission->standing, now};
    auto made = tx.query(
        "INSERT INTO people (id, handle, name, email, standing, password_hash, created) VALUES ($1, $2, $3, "
        "$4, "
        "$5, $6, $7)",
        person.id, person.handle, person.name, person.email, word_for(person.standing), account.password_hash,
        now);
    if (!made) return base::Failure(made.error());
    if (admission->invitation)
      if (auto used = use_invitation(tx, *admission->invitation, person, act, now); !used)
        return base::Failure(used.error());
    return person;
  });
}

base::Result<Person> person_named(const storage::Database& database, std::string_view name) {
  auto person =
      storage::read(database, [&](storage::Snapshot& session) { return find_person(session, name); });
  if (!person) return base::Failure(person.error());
  if (!*person) return base::not_found(fmt::format("there is nobody with the handle or id {}", name));
  return std::move(**person);
}

base::Result<std::vector<Person>> list_people(const storage::Database& database, const PeopleWanted& wanted) {
  const std::string pattern = like_anywhere(tidy_email(wanted.query));
  const std::string handle = like_anywhere(handle_from(wanted.query));
  const std::string standing(wanted.standing ? word_for(*wanted.standing) : "");
  std::string where = "handle > $1 AND ($2 = '' OR standing = $2)";
  std::vector<storage::Parameter> values{storage::bound(wanted.after), storage::bound(standing),
                                         storage::bound(wanted.limit)};
  if (!wanted.query.empty()) {
    where += R"( AND (lower(name) LIKE $4 ESCAPE '\' OR handle LIKE $5 ESCAPE '\')";
    where += wanted.by_email ? R"( OR email LIKE $4 ESCAPE '\'))" : ")";
    values.push_back(storage::bound(pattern));
    values.push_back(storage::bound(handle));
  }
  auto rows = database.run(
      fmt::format("SELECT {} FROM people WHERE {} ORDER BY handle LIMIT $3", kPersonColumns, where), values);
  if (!rows) return base::Failure(rows.error());
  return rows->map(person_of_row);
}

namespace {

base::Result<Person> changed(storage::Transaction& tx, const PersonId& id, const std::optional<Act>& act,
                             base::Instant now) {
  touch(id);
  auto person = find_person(tx, id);
  if (!person) return base::Failure(person.error());
  if (!*person) return base::not_found("there is nobody with this id");
  if (act)
    if (auto noted = record(tx, *act, now); !noted) return base::Failure(noted.error());
  return std::move(**person);
}

}  // namespace

base::Result<Person> rename(const storage::Database& database, const PersonId& id, std::string_view name,
                            const std::optional<Act>& act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<Person> {
    auto set = tx.query("UPDATE people SET name = $1 WHERE id = $2", name, id);
    if (!set) return base::Failure(set.error());
    return changed(tx, id, act, now);
  });
}

base::Result<Person> decide(const storage::Database& database, const PersonId& id, Decision decision,
                            const Act& act, base::Instant now) {
  auto decided_on = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<Person> {
    auto person = find_person(tx, id);
    if (!person) return base::Failure(person.error());
    if (!*person) return base::not_found("there is nobody with this id");
    auto standing = decided((*person)->standing, decision);
    if (!standing) return base::Failure(standing.error());
    auto set = tx.query("UPDATE people SET standing = $1 WHERE id = $2", word_for(*standing), id);
    if (!set) return base::Failure(set.error());
    if (decision == Decision::close) {
      if (auto left = check_an_administrator_is_left(tx, now); !left) return base::Failure(left.error());
      if (auto ended = end_sessions(tx, id); !ended) return base::Failure(ended.error());
      if (auto gone = tx.query("DELETE FROM tokens WHERE person = $1", id); !gone)
        return base::Failure(gone.error());
    }
    return changed(tx, id, act, now);
  });
  touch(id);
  return decided_on;
}

}  // namespace people
