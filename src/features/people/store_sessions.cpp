#include "features/people/store_sessions.h"

#include <fmt/format.h>

#include "base/log.h"
#include "features/people/recent.h"
#include "features/people/rules.h"
#include "features/people/store_grants.h"

namespace people {
namespace {

constexpr std::chrono::minutes kNotedEvery{1};

SessionRow session_of_row(const storage::Row& row) {
  return {row.get<SessionId>("id"),          row.get<PersonId>("person"),
          row.get<std::string>("address"),   row.get<std::string>("agent"),
          row.get<base::Instant>("created"), row.get<base::Instant>("last_used")};
}

base::Result<void> insert(storage::Transaction& tx, const SessionRow& row, const std::string& secret_hash) {
  return done(tx.query(
      "INSERT INTO sessions (id, person, secret_hash, address, agent, created, last_used) VALUES ($1, "
      "$2, $3, $4, $5, $6, $6)",
      row.id, row.person, secret_hash, row.address, row.agent, row.created));
}

// A use that could not be noted is no reason to refuse it.
void note_use(const storage::Database& database, std::string_view table, const base::Ulid& id,
              base::Instant now) {
  auto noted = storage::transact(
      database,
      [&](storage::Transaction& tx) {
        return done(
            tx.query(fmt::format("UPDATE {} SET last_used = $1 WHERE id = $2 AND (last_used IS NULL OR "
                                 "last_used < $1)",
                                 table),
                     now, id));
      },
      storage::Isolation::read_committed);
  if (!noted)
    base::log_warning(
        fmt::format("the last use of one of the {} was not noted: {}", table, noted.error().message));
}

struct Row {
  Found found;
  base::Ulid id{};
  std::optional<base::Instant> last_used{};
};

Row row_of_session(const storage::Row& row) {
  Row made;
  made.found.viewer.person = person_of_row(row);
  made.id = row.get<base::Ulid>("own_id");
  made.found.session = SessionId(made.id);
  made.last_used = row.get<base::Instant>("last_used");
  made.found.ends = session_end(row.get<base::Instant>("began"), *made.last_used);
  return made;
}
Row row_of_token(const storage::Row& row) {
  Row made;
  made.found.viewer.person = person_of_row(row);
  made.found.viewer.by_token = true;
  made.found.viewer.scopes = words_of(row.get<std::string>("scopes"));
  made.id = row.get<base::Ulid>("own_id");
  made.found.token = TokenId(made.id);
  made.last_used = row.get<std::optional<base::Instant>>("last_used");
  made.found.ends = row.get<base::Instant>("expires");
  return made;
}

base::Result<std::optional<Found>> find_by(const storage::Database& database, std::string_view table,
                                           std::string_view columns, Row (*to_row)(const storage::Row&),
                                           const std::string& secret_hash, base::Instant now) {
  auto row = storage::read(database, [&](storage::Snapshot& session) -> base::Result<std::optional<Row>> {
    auto rows = session.query(
        fmt::format(
            "SELECT {}, {}, {}.id AS own_id FROM {} JOIN people ON people.id = person WHERE secret_hash = $1",
            kPersonColumns, columns, table, table),
        secret_hash);
    if (!rows) return base::Failure(rows.error());
    auto found = rows->first(to_row);
    if (!found || !*found) return found;
    auto& person = *(*found)->found.viewer.person;
    if (person.standing != Standing::active || (*found)->found.ends <= now) return std::optional<Row>();
    auto grants = grants_reaching(session, person.id, now);
    if (!grants) return base::Failure(grants.error());
    (*found)->found.viewer.grants = std::move(*grants);
    return found;
  });
  if (!row) return base::Failure(row.error());
  if (!*row) return std::optional<Found>();
  if (!(*row)->last_used || now - *(*row)->last_used > kNotedEvery)
    note_use(database, table, (*row)->id, now);
  return std::optional<Found>(std::move((*row)->found));
}

base::Result<std::optional<Account>> account_of(const base::Result<storage::Rows>& rows) {
  if (!rows) return base::Failure(rows.error());
  return rows->first([](const storage::Row& row) {
    return Account{person_of_row(row), row.get<std::string>("password_hash")};
  });
}

base::Result<void> check_unchanged(storage::Session& session, const Account& account) {
  auto rows =
      session.query("SELECT 1 FROM people WHERE id = $1 AND password_hash = $2 AND standing = 'active'",
                    account.person.id, account.password_hash);
  if (!rows) return base::Failure(rows.error());
  if (rows->empty())
    return base::Failure(
        {base::ErrorKind::unauthenticated, "this account was changed meanwhile: sign in again", {}});
  return {};
}

}  // namespace

base::Result<std::optional<Found>> find_by_session(const storage::Database& database,
                                                   const std::string& secret_hash, base::Instant now) {
  return find_by(database, "sessions", "sessions.created AS began, last_used", row_of_session, secret_hash,
                 now);
}

base::Result<std::optional<Found>> find_by_token(const storage::Database& database,
                                                 const std::string& secret_hash, base::Instant now) {
  return find_by(database, "tokens", "scopes, expires, last_used", row_of_token, secret_hash, now);
}

base::Result<std::optional<Account>> find_account(const storage::Database& database, std::string_view email) {
  return account_of(database.query(
      fmt::format("SELECT {}, password_hash FROM people WHERE email = $1", kPersonColumns), email));
}
base::Result<std::optional<Account>> find_account(const storage::Database& database, const PersonId& id) {
  return account_of(
      database.query(fmt::format("SELECT {}, password_hash FROM people WHERE id = $1", kPersonColumns), id));
}

base::Result<SessionRow> begin_session(const storage::Database& database, const Account& account,
                                       const NewSession& session, const AttemptKeys& keys,
                                       base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<SessionRow> {
    if (auto same = check_unchanged(tx, account); !same) return base::Failure(same.error());
    if (auto forgiven = forgive(tx, keys); !forgiven) return base::Failure(forgiven.error());
    auto gone =
        tx.query("DELETE FROM sessions WHERE id = $2 OR (person = $1 AND (last_used <= $3 OR created <= $4))",
                 account.person.id, session.instead_of, now - kIdle, now - kAbsolute);
    if (!gone) return base::Failure(gone.error());
    const SessionRow row{
        SessionId(base::make_ulid(now)), account.person.id, session.address, session.agent, now, now};
    if (auto made = insert(tx, row, session.secret_hash); !made) return base::Failure(made.error());
    return row;
  });
}

base::Result<std::vector<SessionRow>> list_sessions(const storage::Database& database, const PersonId& person,
                                                    const std::optional<SessionId>& after, int limit,
                                                    base::Instant now) {
  auto rows = database.query(
      "SELECT id, person, address, agent, created, last_used FROM sessions WHERE person = $1 AND last_used > "
      "$2 "
      "AND created > $3 AND ($4 IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
      person, now - kIdle, now - kAbsolute, after, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map(session_of_row);
}

base::Result<void> end_session(const storage::Database& database, const PersonId& person,
                               const SessionId& session) {
  auto ended = storage::transact(database, [&](storage::Transaction& tx) {
    touch(person);
    return done_to_one(tx.query("DELETE FROM sessions WHERE id = $1 AND person = $2", session, person),
                       "there is no such session: it may have ended already");
  });
  touch(person);
  return ended;
}

base::Result<void> end_sessions(storage::Transaction& transaction, const PersonId& person) {
  touch(person);
  return done(transaction.query("DELETE FROM sessions WHERE person = $1", person));
}

base::Result<SessionRow> change_password(const storage::Database& database, const Account& account,
                                         std::string_view new_hash, const NewSession& session, const Act& act,
                                         base::Instant now) {
  auto changed = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<SessionRow> {
    if (auto same = check_unchanged(tx, account); !same) return base::Failure(same.error());
    auto set = tx.query("UPDATE people SET password_hash = $1 WHERE id = $2", new_hash, account.person.id);
    if (!set) return base::Failure(set.error());
    if (auto ended = end_sessions(tx, account.person.id); !ended) return base::Failure(ended.error());
    const SessionRow row{
        SessionId(base::make_ulid(now)), account.person.id, session.address, session.agent, now, now};
    if (auto made = insert(tx, row, session.secret_hash); !made) return base::Failure(made.error());
    if (auto noted = record(tx, act, now); !noted) return base::Failure(noted.error());
    return row;
  });
  touch(account.person.id);
  return changed;
}

base::Result<void> note_failures(const storage::Database& database, const Act& act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) { return record(tx, act, now); });
}

}  // namespace people
