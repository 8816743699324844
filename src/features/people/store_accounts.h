// Accounts: made at sign-up, found, renamed, decided about.
#pragma once
#include "features/people/rules.h"
#include "features/people/store.h"

namespace people {

struct NewAccount {
  std::string email, name, password_hash;
  std::optional<std::string> code_hash{};  // of an invitation
};
// Before the password is hashed: fails as sign_up would.
base::Result<void> check_sign_up(const storage::Database& database, std::string_view email,
                                 const std::optional<std::string>& code_hash, base::Instant now);
// Fails with `forbidden` where an invitation is needed and none that is valid is given, `conflict` on an
// address that has an account. The invitation is used up, and its role granted.
base::Result<Person> sign_up(const storage::Database& database, const NewAccount& account, const Act& act,
                             base::Instant now);

// By handle or id. Fails with `not_found`.
base::Result<Person> person_named(const storage::Database& database, std::string_view name);

struct PeopleWanted {
  std::string query{};
  std::optional<Standing> standing{};
  bool by_email = false;  // the query may match addresses too
  std::string after{};    // a handle
  int limit = 50;
};
base::Result<std::vector<Person>> list_people(const storage::Database& database, const PeopleWanted& wanted);

base::Result<Person> rename(const storage::Database& database, const PersonId& id, std::string_view name,
                            const std::optional<Act>& act, base::Instant now);
// Closing ends the sessions and removes the tokens. Fails with `conflict` as `decided` does.
base::Result<Person> decide(const storage::Database& database, const PersonId& id, Decision decision,
                            const Act& act, base::Instant now);

}  // namespace people
