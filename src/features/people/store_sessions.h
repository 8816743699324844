// Sessions: made at sign-in, found by their secret, ended.
#pragma once
#include "features/people/store_attempts.h"

namespace people {

using SessionId = base::Id<struct SessionTag>;
using TokenId = base::Id<struct TokenTag>;

struct SessionRow {
  SessionId id;
  PersonId person;
  std::string address, agent;
  base::Instant created{}, last_used{};
};

// Who a secret belongs to, with all that reaches them.
struct Found {
  Viewer viewer;
  std::optional<SessionId> session{};
  std::optional<TokenId> token{};
  base::Instant ends{};
};
// Nothing where the secret is of no one, has ended, or its person may not sign in. Notes the use, at most
// once a minute.
base::Result<std::optional<Found>> find_by_session(const storage::Database& database,
                                                   const std::string& secret_hash, base::Instant now);
base::Result<std::optional<Found>> find_by_token(const storage::Database& database,
                                                 const std::string& secret_hash, base::Instant now);

struct Account {
  Person person;
  std::string password_hash;
};
base::Result<std::optional<Account>> find_account(const storage::Database& database, std::string_view email);
base::Result<std::optional<Account>> find_account(const storage::Database& database, const PersonId& id);

struct NewSession {
  std::string secret_hash;
  std::string address, agent;
  std::optional<SessionId> instead_of{};  // of whoever was signed in before
};
// Fails with `unauthenticated` where the password was changed meanwhile.
base::Result<SessionRow> begin_session(const storage::Database& database, const Account& account,
                                       const NewSession& session, const AttemptKeys& keys, base::Instant now);
base::Result<std::vector<SessionRow>> list_sessions(const storage::Database& database, const PersonId& person,
                                                    const std::optional<SessionId>& after, int limit,
                                                    base::Instant now);
base::Result<void> end_session(const storage::Database& database, const PersonId& person,
                               const SessionId& session);
base::Result<void> end_sessions(storage::Transaction& transaction, const PersonId& person);

// A new password, and a session of the same person that takes the place of all there were.
base::Result<SessionRow> change_password(const storage::Database& database, const Account& account,
                                         std::string_view new_hash, const NewSession& session, const Act& act,
                                         base::Instant now);
// A burst of failures, on the account or, where there is none, on the address.
base::Result<void> note_failures(const storage::Database& database, const Act& act, base::Instant now);

}  // namespace people
