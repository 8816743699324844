// One face over SQLite and PostgreSQL: typed statements, transactions that are tried again, migrations.
// Knows no table but its own, and nothing of what the rows mean.
#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "machine/storage/dialect.h"
#include "machine/storage/rows.h"
#include "machine/storage/values.h"

namespace storage {

class Driver;
class Database;
struct Core;
struct Event;

// What survives a power cut: every commit (full), all but the last moments (normal), perhaps nothing (off).
enum class Durability { full, normal, off };

struct Options {
  int connections = 4;  // SQLite: readers, beside the one writer. PostgreSQL: all
  Durability durability = Durability::full;
  std::chrono::milliseconds patience{5000};          // for a free connection, and for another's lock
  std::chrono::milliseconds statement_limit{30000};  // PostgreSQL stops what runs longer; 0: never
};

// Where statements run. Placeholders are $1, $2, ...; {{words}} of the dialect are spelled out. Every
// statement is prepared once per connection. A failure is one of
//   conflict     a unique or foreign key is violated: see is_taken
//   invalid      a check, a null, a value that does not fit, text that is no UTF-8
//   unavailable  the connection is lost, the database is busy, full or too slow
//   internal     the statement is wrong; the SQL is in the detail
// and is final: whatever runs in this session after it fails with the same error.
class Session {
 public:
  template <class... Values>
  base::Result<Rows> query(std::string_view sql, const Values&... values) {
    const std::array<Parameter, sizeof...(Values)> all{bound(values)...};
    return run(sql, all);
  }
  base::Result<Rows> run(std::string_view sql, std::span<const Parameter> values);
  Kind kind() const { return kind_; }

 protected:
  Session(Driver& driver, Kind kind) : driver_(&driver), kind_(kind) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;
  tl::unexpected<base::Error> fail(base::Error error);

  Driver* driver_;
  Kind kind_;
  std::optional<base::Error> failure_;
  bool again_ = false;  // the failure passes when the transaction begins anew

  friend struct Core;
};

// Reads of one moment: what others commit meanwhile is not seen.
class Snapshot : public Session {
 private:
  friend struct Core;
  using Session::Session;
};

// Reads and writes that happen together or not at all. Made by `transact` only.
class Transaction : public Session {
 public:
  ~Transaction();

  // Rows in bulk: COPY on PostgreSQL, one prepared insert on SQLite. Names are the program's, never a user's.
  //   insert_all("samples", {"id", "label"}, samples, [](const Sample& s) { return std::tuple(s.id, s.label);
  //   })
  template <class Range, class ToTuple>
  base::Result<std::int64_t> insert_all(std::string_view table,
                                        std::initializer_list<std::string_view> columns, Range&& range,
                                        ToTuple&& to_tuple) {
    if (auto begun = begin_bulk(table, {columns.begin(), columns.size()}); !begun)
      return tl::unexpected(begun.error());
    BulkGuard guard{this};
    for (auto&& item : range) {
      const auto row = to_tuple(item);
      const auto added = std::apply(
          [&](const auto&... values) {
            const std::array<Parameter, sizeof...(values)> all{bound(values)...};
            return add_bulk(all);
          },
          row);
      if (!added) return tl::unexpected(added.error());
    }
    guard.of = nullptr;
    return finish_bulk();
  }

  // Called once when the changes can be seen, to wake whoever waits for them; not at all when nothing came of
  // the transaction, nor when the connection was lost at the commit.
  void after_commit(std::function<void()> call) { after_commit_.push_back(std::move(call)); }

 private:
  friend struct Core;
  friend base::Result<void> append(Transaction& transaction, Event event);
  struct BulkGuard {  // a bulk that is left half-way must not leave the connection in it
    Transaction* of;
    ~BulkGuard() {
      if (of != nullptr) of->abandon_bulk();
    }
  };
  Transaction(Driver& driver, Kind kind);
  base::Result<void> begin_bulk(std::string_view table, std::span<const std::string_view> columns);
  base::Result<void> add_bulk(std::span<const Parameter> values);
  base::Result<std::int64_t> finish_bulk();
  void abandon_bulk();

  std::vector<Event> events_;  // written just before the commit
  std::vector<std::function<void()>> after_commit_;
};

// A handle; copies share the pool. Safe in any number of threads.
class Database {
 public:
  // `sqlite:PATH`, `sqlite::memory:` (private to this handle's copies, gone with the last; for tests), or
  // `postgresql://user@host/name?...`. Fails with `invalid` on another url, `unavailable` when it cannot be
  // reached or opened, saying why.
  static base::Result<Database> open(std::string_view url, Options options = {});

  Kind kind() const;

  // One statement that only reads, on its own. Fails with `unavailable` when no connection is free in time.
  template <class... Values>
  base::Result<Rows> query(std::string_view sql, const Values&... values) const {
    const std::array<Parameter, sizeof...(Values)> all{bound(values)...};
    return run(sql, all);
  }
  base::Result<Rows> run(std::string_view sql, std::span<const Parameter> values) const;

  Core& core() const { return *core_; }  // for this room's own files

 private:
  explicit Database(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  std::shared_ptr<Core> core_;
};

// Serializable is as if each ran alone, on both back ends; read_committed is for claims with {{skip_locked}},
// where PostgreSQL would otherwise let claimers fail. SQLite is always serializable.
enum class Isolation { serializable, read_committed };

base::Result<void> run_transaction(const Database& database, Isolation isolation,
                                   const std::function<base::Result<void>(Transaction&)>& body);
base::Result<void> run_snapshot(const Database& database,
                                const std::function<base::Result<void>(Snapshot&)>& body);

template <class Answer, class Run>
Answer answer_of(Run&& run) {
  std::optional<Answer> answer;
  auto done = run([&](auto result) -> base::Result<void> {
    answer.emplace(std::move(result));
    if (!*answer) return tl::unexpected(answer->error());
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return std::move(*answer);
}

// Runs `body`, which returns a Result: commits what succeeds; rolls back on an error or an exception. When
// others got in the way (a deadlock, a serialization failure, a busy file) `body` runs again, a bounded
// number of times: it must have no effects but on the database. Fails with the error of `body` or of the
// commit; with `unavailable` where the connection was lost, and then the message says whether the change may
// have been kept; with `internal` where the calling thread is in a transaction of this database already: pass
// that one along.
template <class Body>
auto transact(const Database& database, Body&& body, Isolation isolation = Isolation::serializable) {
  return answer_of<std::invoke_result_t<Body&, Transaction&>>([&](auto keep) {
    return run_transaction(database, isolation, [&](Transaction& tx) { return keep(body(tx)); });
  });
}

// Several reads of one moment. Fails as `body` does, or with `unavailable`.
template <class Body>
auto read(const Database& database, Body&& body) {
  return answer_of<std::invoke_result_t<Body&, Snapshot&>>([&](auto keep) {
    return run_snapshot(database, [&](Snapshot& snapshot) { return keep(body(snapshot)); });
  });
}

// Whether a conflict is about these columns of a unique key, "people.email" or "teams.event, teams.name".
bool is_taken(const base::Error& error, std::string_view columns);

// "$3, $4, $5", for a list of values that are bound from the third on.
std::string placeholders(std::size_t first, std::size_t count);

// One step forward of one room's tables. `sql` holds statements in the dialect's words; every table is
// {{strict}}. There is no way back: a new step mends an old one.
struct Migration {
  std::string_view room;
  int number = 0;  // 1, 2, 3, ... in each room
  std::string_view name;
  std::string_view sql;
};

// Applies, in the list's order, what this database has not seen, each in a transaction of its own; returns
// how many. When several programs start at once, one applies and the others wait. Fails with `conflict` when
// the text of an applied step has changed or the database is newer than the program, with `internal` when the
// list has a gap or a step fails (naming it); what was applied before the failure stays.
base::Result<int> migrate(const Database& database, std::span<const Migration> migrations, base::Instant now);

}  // namespace storage
