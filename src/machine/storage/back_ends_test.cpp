// What one back end does that the other cannot: backends that die, writers that are killed, a full disk.
#include <atomic>
#include <thread>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/storage/room_for_tests.h"

namespace {
using namespace storage;
using base::ErrorKind;
using namespace std::chrono_literals;

class OnPostgresql : public Databases {};
INSTANTIATE_TEST_SUITE_P(Only, OnPostgresql, ::testing::Values(Kind::postgresql), kind_name);

TEST_P(OnPostgresql, SurvivesTheDeathOfItsBackends) {
  auto db = open(kPeople);
  auto killer = open();
  const auto kill_all_others = [&] {
    return killer.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()");
  };
  auto cut = transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(tx.query("INSERT INTO people (name, email) VALUES ('A', 'a')"));
    EXPECT_TRUE(kill_all_others());
    return done(tx.query("INSERT INTO people (name, email) VALUES ('B', 'b')"));
  });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable) << cut.error().detail;
  EXPECT_EQ(count(db, "people"), 0);
  EXPECT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('A', 'a')"));
  ASSERT_TRUE(kill_all_others());  // now they die in the pool, and nobody notices
  EXPECT_EQ(count(db, "people"), 1);
  ASSERT_TRUE(kill_all_others());
  EXPECT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('B', 'b')"));
}

TEST_P(OnPostgresql, SaysWhenTheEndOfACommitIsUnknown) {
  auto db = open(kPeople);
  auto killer = open();
  auto cut = transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(tx.query("INSERT INTO people (name, email) VALUES ('A', 'a')"));
    EXPECT_TRUE(
        killer.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
                     "current_database() AND pid <> pg_backend_pid()"));
    return {};
  });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
  EXPECT_NE(cut.error().message.find("look whether the change was kept"), std::string::npos);
}

TEST_P(OnPostgresql, StopsWhatTakesTooLong) {
  auto db = open(kPeople, {.durability = Durability::off, .statement_limit = 100ms});
  auto slow = db.query("SELECT pg_sleep(5)");
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().kind, ErrorKind::unavailable);
  EXPECT_NE(slow.error().message.find("too long"), std::string::npos);
}

class OnSqlite : public Databases {};
INSTANTIATE_TEST_SUITE_P(Only, OnSqlite, ::testing::Values(Kind::sqlite), kind_name);

TEST_P(OnSqlite, StaysSoundWhenAWriterIsKilled) {
  auto db = open(kPeople, {.durability = Durability::full});
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {  // writes in a transaction that never ends, until it is killed
      auto mine = Database::open(url());
      for (int i = 0; mine; ++i)
        (void)transact(*mine, [&](Transaction& tx) -> Done {
          for (int k = 0; k < 3; ++k)
            (void)tx.query("INSERT INTO teams VALUES ($1, $2)", round * 1000000 + i, std::to_string(k));
          if (i >= 5) {
            for (int k = 3; k < 2000; ++k)
              (void)tx.query("INSERT INTO teams VALUES ($1, $2)", round * 1000000 + i,
                             std::string(500, 'x') + std::to_string(k));
            if (::write(ends[1], "x", 1) != 1) ::_exit(1);
            for (;;) ::pause();
          }
          return {};
        });
      ::_exit(1);
    }
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    EXPECT_EQ(count(db, "teams"), (round + 1) * 15);
    ASSERT_TRUE(write(db, "UPDATE counters SET value = value + 1"));
  }
  auto sound = db.query("SELECT integrity_check FROM pragma_integrity_check");
  ASSERT_TRUE(sound) << sound.error().detail;
  EXPECT_EQ(*sound->value<std::string>(), "ok");
  EXPECT_EQ(counter(db, "a"), 8);
}

TEST_P(OnSqlite, SaysWhenTheDiskIsFull) {
  auto db = open(kPeople);
  auto full = transact(db, [](Transaction& tx) -> Done {
    if (auto set = tx.query("PRAGMA max_page_count = 40"); !set) return tl::unexpected(set.error());
    return done(tx.query("INSERT INTO people (name, email) VALUES ($1, 'x')", std::string(1u << 20, 'x')));
  });
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::unavailable);
  EXPECT_NE(full.error().message.find("no room left"), std::string::npos) << full.error().detail;
  EXPECT_TRUE(write(db, "INSERT INTO people (name, email) VALUES ('Ada', 'ada')"));
}

TEST_P(OnSqlite, WaitsForAnotherProcessAndThenSaysItIsBusy) {
  auto db = open(kPeople, {.durability = Durability::off, .patience = 100ms});
  auto other = Database::open(url(), {.durability = Durability::off, .patience = 100ms});
  ASSERT_TRUE(other);
  auto held = transact(*other, [&](Transaction&) -> Done {
    auto busy = write(db, "DELETE FROM people");
    EXPECT_FALSE(busy);
    EXPECT_EQ(busy.error().kind, ErrorKind::unavailable);
    EXPECT_NE(busy.error().message.find("busy"), std::string::npos);
    return {};
  });
  EXPECT_TRUE(held);
  EXPECT_TRUE(write(db, "DELETE FROM people"));
}

}  // namespace
