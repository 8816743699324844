#include "features/people/store_resets.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "features/people/recent.h"
#include "features/people/store_sessions.h"

namespace people {
namespace {

constexpr std::chrono::hours kAskedKept{14 * 24};

base::Result<Person> find_by_code(storage::Session& session, const std::string& code_hash,
                                  base::Instant now) {
  auto rows = session.query(
      fmt::format("SELECT {} FROM password_resets JOIN people ON people.id = person WHERE code_hash = $1 AND "
                  "expires > $2",
                  kPersonColumns),
      code_hash, now);
  if (!rows) return base::Failure(rows.error());
  auto person = rows->first(person_of_row);
  if (!person) return base::Failure(person.error());
  if (!*person)
    return base::not_found(
        "this code is not known, was used or has expired: ask an administrator for a new one");
  return std::move(**person);
}

base::Result<void> write_down(storage::Transaction& tx, const PersonId& person, base::Instant now) {
  auto rows = tx.query("SELECT 1 FROM password_resets WHERE person = $1 AND code_hash IS NULL", person);
  if (!rows) return base::Failure(rows.error());
  if (!rows->empty()) return {};
  return done(tx.query("INSERT INTO password_resets (id, person, asked) VALUES ($1, $2, $3)",
                       base::make_ulid(now), person, now));
}

}  // namespace

base::Result<void> ask_for_reset(const storage::Database& database, std::string_view email,
                                 base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto old = tx.query("DELETE FROM password_resets WHERE asked < $1 AND (expires IS NULL OR expires < $2)",
                        now - kAskedKept, now);
    if (!old) return base::Failure(old.error());
    auto counted = tx.query(
        "INSERT INTO attempts (key, count, last) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET count = "
        "attempts.count + 1, last = excluded.last",
        "reset " + base::sha256_hex(email), now);
    if (!counted) return base::Failure(counted.error());
    auto rows = tx.query("SELECT id FROM people WHERE email = $1", email);
    if (!rows) return base::Failure(rows.error());
    if (rows->empty()) return {};
    auto person = rows->value<PersonId>();
    if (!person) return base::Failure(person.error());
    return write_down(tx, *person, now);
  });
}

base::Result<std::vector<ResetRow>> list_resets(const storage::Database& database,
                                                const std::optional<ResetId>& after, int limit) {
  auto rows = database.query(
      fmt::format(
          "SELECT password_resets.id AS own_id, asked, {} FROM password_resets JOIN people ON people.id = "
          "person WHERE code_hash IS NULL AND ($1 IS NULL OR password_resets.id < $1) ORDER BY "
          "password_resets.id DESC LIMIT $2",
          kPersonColumns),
      after, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map([](const storage::Row& row) {
    return ResetRow{row.get<ResetId>("own_id"), person_of_row(row), row.get<base::Instant>("asked")};
  });
}

base::Result<void> issue_reset(const storage::Database& database, const PersonId& person,
                               const std::string& code_hash, base::Instant expires, const Act& act,
                               base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto before = tx.query("DELETE FROM password_resets WHERE person = $1", person);
    if (!before) return base::Failure(before.error());
    auto made = tx.query(
        "INSERT INTO password_resets (id, person, asked, code_hash, expires) VALUES ($1, $2, $3, $4, $5)",
        base::make_ulid(now), person, now, code_hash, expires);
    if (!made) return base::Failure(made.error());
    return record(tx, act, now);
  });
}

base::Result<Person> person_of_reset(const storage::Database& database, const std::string& code_hash,
                                     base::Instant now) {
  return storage::read(database,
                       [&](storage::Snapshot& session) { return find_by_code(session, code_hash, now); });
}

base::Result<void> use_reset(const storage::Database& database, const std::string& code_hash,
                             std::string_view password_hash, const Act& act, base::Instant now) {
  std::optional<PersonId> whose;
  auto used = storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto person = find_by_code(tx, code_hash, now);
    if (!person) return base::Failure(person.error());
    whose = person->id;
    auto set = tx.query("UPDATE people SET password_hash = $1 WHERE id = $2", password_hash, person->id);
    if (!set) return base::Failure(set.error());
    if (auto ended = end_sessions(tx, person->id); !ended) return ended;
    for (const auto* gone :
         {"DELETE FROM tokens WHERE person = $1", "DELETE FROM password_resets WHERE person = $1"})
      if (auto done_with = tx.query(gone, person->id); !done_with) return base::Failure(done_with.error());
    if (auto forgiven = forgive(tx, keys_of_attempt(person->email, "")); !forgiven) return forgiven;
    Act said = act;
    said.who = person->id;
    said.object = {"person", base::to_text(person->id)};
    return record(tx, said, now);
  });
  if (whose) touch(*whose);
  return used;
}

}  // namespace people
