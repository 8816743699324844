#include <atomic>
#include <thread>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/storage/room_for_tests.h"
#include "machine/storage/size.h"

namespace {
using namespace storage;
using base::ErrorKind;
using namespace std::chrono_literals;

INSTANTIATE_TEST_SUITE_P(Both, Databases, both_kinds(), kind_name);

TEST_P(Databases, KnowTheirSize) {
  const auto size = size_in_bytes(open(kPeople));
  ASSERT_TRUE(size) << size.error().message;
  EXPECT_GT(*size, 10000u);
}

TEST_P(Databases, ComplainInWordsOfOurs) {
  auto db = open(kPeople);
  ASSERT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('Ada', 'ada@x.org')"));
  ASSERT_TRUE(write(db, "INSERT INTO teams VALUES (1, 'red')"));
  struct Case {
    const char* sql;
    ErrorKind kind;
    const char* message;
  };
  const Case cases[] = {
      {"INSERT INTO people (name, email) VALUES ('Eve', 'ada@x.org')", ErrorKind::conflict, "people.email"},
      {"INSERT INTO people (id, name, email) VALUES (1, 'Eve', 'e')", ErrorKind::conflict, "people.id"},
      {"INSERT INTO teams VALUES (1, 'red')", ErrorKind::conflict, "teams.event, teams.name"},
      {"INSERT INTO badges VALUES (99)", ErrorKind::conflict, "does not exist"},
      {"INSERT INTO people (name, email, age) VALUES ('Eve', 'e', 201)", ErrorKind::invalid,
       "age_is_possible"},
      {"INSERT INTO people (name, email) VALUES (NULL, 'e')", ErrorKind::invalid, "people.name"},
      {"INSERT INTO poeple (name) VALUES ('Eve')", ErrorKind::internal, "refused a statement"},
      {"SELEC 1", ErrorKind::internal, "refused a statement"},
      {"SELECT \"no such column\"", ErrorKind::internal, "refused a statement"},
  };
  for (const auto& c : cases) {
    auto failed = write(db, c.sql);
    ASSERT_FALSE(failed) << c.sql;
    EXPECT_EQ(failed.error().kind, c.kind) << c.sql << failed.error().detail;
    EXPECT_NE(failed.error().message.find(c.message), std::string::npos) << failed.error().message;
    EXPECT_EQ(failed.error().message.find("INSERT"), std::string::npos) << failed.error().message;
    EXPECT_NE(failed.error().detail.find(c.sql), std::string::npos) << failed.error().detail;
  }
  auto taken = write(db, "INSERT INTO people (name, email) VALUES ('Eve', 'ada@x.org')");
  EXPECT_TRUE(is_taken(taken.error(), "people.email"));
  EXPECT_FALSE(is_taken(taken.error(), "people.id"));
}

TEST_P(Databases, UndoAllOnAnErrorOrAnException) {
  auto db = open(kPeople);
  const auto insert = "INSERT INTO people (name, email) VALUES ('Ada', 'ada')";
  auto refused = transact(db, [&](Transaction& tx) -> base::Result<int> {
    if (auto rows = tx.query(insert); !rows) return tl::unexpected(rows.error());
    return base::conflict("not today");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "not today");
  EXPECT_THROW((void)transact(db,
                              [&](Transaction& tx) -> Done {
                                EXPECT_TRUE(tx.query(insert));
                                throw std::runtime_error("burst");
                              }),
               std::runtime_error);
  EXPECT_EQ(count(db, "people"), 0);
  auto kept = transact(db, [&](Transaction& tx) -> base::Result<std::int64_t> {
    return tx.query(fmt::format("{} RETURNING id", insert))->value<std::int64_t>();
  });
  ASSERT_TRUE(kept);
  EXPECT_EQ(count(db, "people"), 1);
}

TEST_P(Databases, DoNotCommitPastAFailureThatWasSwallowed) {
  auto db = open(kPeople);
  auto swallowed = transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(tx.query("INSERT INTO people (name, email) VALUES ('Ada', 'ada')"));
    EXPECT_FALSE(tx.query("INSERT INTO people (name, email) VALUES ('Eve', 'ada')"));
    EXPECT_FALSE(tx.query("INSERT INTO people (name, email) VALUES ('Eve', 'eve')"));
    return {};
  });
  ASSERT_FALSE(swallowed);
  EXPECT_TRUE(is_taken(swallowed.error(), "people.email"));
  EXPECT_EQ(count(db, "people"), 0);
}

TEST_P(Databases, CallAfterTheCommitAndOnlyThen) {
  auto db = open(kPeople);
  int seen = -1;
  auto add = [&](Transaction& tx, bool fail) -> Done {
    tx.after_commit([&] { seen = count(db, "people"); });
    auto added = done(tx.query("INSERT INTO people (name, email) VALUES ('Ada', 'ada@x.org')"));
    if (added && fail) return base::invalid("on second thoughts");
    return added;
  };
  EXPECT_FALSE(transact(db, [&](Transaction& tx) { return add(tx, true); }));
  EXPECT_EQ(seen, -1);
  EXPECT_TRUE(transact(db, [&](Transaction& tx) { return add(tx, false); }));
  EXPECT_EQ(seen, 1) << "what was committed is there when the call comes";
}

TEST_P(Databases, RefuseATransactionInsideATransaction) {
  auto db = open(kPeople);
  auto outer = transact(db, [&](Transaction&) { return write(db, "DELETE FROM people"); });
  ASSERT_FALSE(outer);
  EXPECT_EQ(outer.error().kind, ErrorKind::internal);
  EXPECT_NE(outer.error().message.find("inside another"), std::string::npos);
  EXPECT_TRUE(write(db, "DELETE FROM people"));
}

TEST_P(Databases, UpsertAndReturnAlike) {
  auto db = open(kPeople);
  for (int i = 1; i <= 3; ++i) {
    auto value = transact(db, [](Transaction& tx) {
      return tx
          .query(
              "INSERT INTO counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = "
              "counters.value + excluded.value RETURNING value",
              "c", 2)
          .and_then([](const Rows& rows) { return rows.value<int>(); });
    });
    ASSERT_TRUE(value) << value.error().detail;
    EXPECT_EQ(*value, 2 * i);
  }
}

// Reads each counter and writes it back, in the order given.
Done add_one_to(const Database& db, std::initializer_list<const char*> names) {
  return transact(db, [&](Transaction& tx) -> Done {
    for (const char* name : names) {
      auto rows = tx.query("SELECT value FROM counters WHERE name = $1", name);
      if (!rows) return tl::unexpected(rows.error());
      auto set = tx.query("UPDATE counters SET value = $2 WHERE name = $1", name, *rows->value<int>() + 1);
      if (!set) return tl::unexpected(set.error());
    }
    return {};
  });
}

TEST_P(Databases, LoseNoUpdateAmongThreads) {
  auto db = open(kPeople, {.connections = 8, .durability = Durability::off, .patience = 20s});
  constexpr int kThreads = 6;
  constexpr int kEach = 60;
  std::atomic<int> kept = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        auto added = add_one_to(db, {"a"});
        kept += added ? 1 : 0;
        EXPECT_TRUE(added || added.error().kind == ErrorKind::unavailable) << added.error().detail;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter(db, "a"), kept);
  EXPECT_GE(kept, kThreads * kEach * 99 / 100);  // hardly one gives up
}

TEST_P(Databases, GetOverDeadlocks) {
  auto db = open(kPeople, {.connections = 8, .durability = Durability::off, .patience = 20s});
  std::thread other([&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(add_one_to(db, {"a", "b"}));
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(add_one_to(db, {"b", "a"}));
  other.join();
  EXPECT_EQ(counter(db, "a"), 40);
  EXPECT_EQ(counter(db, "b"), 40);
}

TEST_P(Databases, LetEachJobBeClaimedOnce) {
  auto db = open(kPeople, {.connections = 8, .durability = Durability::off, .patience = 20s});
  constexpr int kJobs = 300;
  std::vector<int> jobs(kJobs);
  ASSERT_TRUE(transact(db, [&](Transaction& tx) {
    return tx.insert_all("jobs", {"state"}, jobs, [](int) { return std::tuple("queued"); });
  }));
  std::mutex guard;
  std::vector<std::int64_t> claimed;
  std::vector<std::thread> workers;
  for (int t = 0; t < 6; ++t) {
    workers.emplace_back([&] {
      for (;;) {
        auto mine = transact(
            db,
            [](Transaction& tx) {
              return tx
                  .query(
                      "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id FROM jobs WHERE state = "
                      "'queued' "
                      "ORDER BY id LIMIT $1 {{skip_locked}}) RETURNING id",
                      7)
                  .and_then([](const Rows& rows) {
                    return rows.map([](Row r) { return r.get<std::int64_t>("id"); });
                  });
            },
            Isolation::read_committed);
        ASSERT_TRUE(mine) << mine.error().message << mine.error().detail;
        if (mine->empty()) return;
        const std::scoped_lock lock(guard);
        claimed.insert(claimed.end(), mine->begin(), mine->end());
      }
    });
  }
  for (auto& worker : workers) worker.join();
  std::sort(claimed.begin(), claimed.end());
  EXPECT_EQ(claimed.size(), kJobs);
  EXPECT_EQ(std::adjacent_find(claimed.begin(), claimed.end()), claimed.end());
}

TEST_P(Databases, ShowASnapshotOfOneMoment) {
  auto db = open(kPeople);
  auto seen = read(db, [&](Snapshot& snapshot) -> base::Result<std::pair<int, int>> {
    const int before = *snapshot.query("SELECT count(*) FROM people")->value<int>();
    std::thread([&] { EXPECT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('A', 'a')")); }).join();
    return std::pair(before, *snapshot.query("SELECT count(*) FROM people")->value<int>());
  });
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, std::pair(0, 0));
  EXPECT_EQ(count(db, "people"), 1);
}

TEST_P(Databases, RefuseWritesWhereOnlyReadsBelong) {
  auto db = open(kPeople);
  EXPECT_FALSE(read(db, [](Snapshot& s) { return done(s.query("DELETE FROM people")); }));
}

TEST_P(Databases, LendABoundedNumberOfConnections) {
  auto db = open(kPeople, {.connections = 2, .durability = Durability::off, .patience = 200ms});
  std::atomic<int> inside = 0;
  std::atomic<bool> go = false;
  std::vector<std::thread> holders;
  for (int i = 0; i < 2; ++i) {
    holders.emplace_back([&] {
      EXPECT_TRUE(read(db, [&](Snapshot& s) -> Done {
        EXPECT_TRUE(s.query("SELECT 1"));
        ++inside;
        while (!go) std::this_thread::sleep_for(1ms);
        return {};
      }));
    });
  }
  while (inside < 2) std::this_thread::sleep_for(1ms);
  const base::Stopwatch clock;
  auto refused = db.query("SELECT 1");
  EXPECT_GE(clock.seconds(), 0.19);
  EXPECT_LT(clock.seconds(), 2.0);
  go = true;
  for (auto& holder : holders) holder.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(db.query("SELECT 1"));
}

TEST_P(Databases, KeepUpWithASchemaThatChangesUnderThem) {
  auto db = open(kPeople);
  ASSERT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('Ada', 'ada')"));
  const auto all = [&] { return db.query("SELECT * FROM teams"); };
  const auto all_there = [&] {
    return transact(db, [](Transaction& tx) { return tx.query("SELECT * FROM teams"); });
  };
  ASSERT_TRUE(all());
  ASSERT_TRUE(all_there());
  auto other = Database::open(url(), {.durability = Durability::off});
  ASSERT_TRUE(other);
  ASSERT_TRUE(write(*other, "ALTER TABLE teams ADD COLUMN motto TEXT"));
  ASSERT_TRUE(write(*other, "INSERT INTO teams (event, name, motto) VALUES (1, 'red', 'on')"));
  for (const auto& rows : {all(), all_there()}) {
    ASSERT_TRUE(rows) << rows.error().detail;
    auto mottos = rows->map([](Row row) { return row.get<std::string>("motto"); });
    ASSERT_TRUE(mottos) << mottos.error().message;
    EXPECT_EQ(mottos->at(0), "on");
  }
}

TEST(Opening, SaysWhatIsWrong) {
  EXPECT_EQ(Database::open("mysql://x").error().kind, ErrorKind::invalid);
  auto nowhere = Database::open("sqlite:/no/such/folder/x.db");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::unavailable);
  EXPECT_NE(nowhere.error().message.find("/no/such/folder/x.db"), std::string::npos);
  auto shut = Database::open("postgresql://me:secret@127.0.0.1:1/x");
  ASSERT_FALSE(shut);
  EXPECT_EQ(shut.error().kind, ErrorKind::unavailable);
  EXPECT_EQ((shut.error().message + shut.error().detail).find("secret"), std::string::npos);
  auto folder = base::TemporaryFolder::make("agora-test");
  ASSERT_TRUE(base::write_file(folder->path() / "text.db", std::string(5000, 'x')));
  EXPECT_EQ(Database::open("sqlite:" + (folder->path() / "text.db").string()).error().kind,
            ErrorKind::unavailable);
}

TEST(Opening, GivesEachMemoryItsOwnTables) {
  auto one = Database::open("sqlite::memory:");
  auto two = Database::open("sqlite::memory:");
  ASSERT_TRUE(one && two);
  ASSERT_TRUE(migrate(*one, kPeople, base::now()));
  const Database copy = *one;
  EXPECT_TRUE(copy.query("SELECT * FROM people"));
  EXPECT_FALSE(two->query("SELECT * FROM people"));
}

}  // namespace
