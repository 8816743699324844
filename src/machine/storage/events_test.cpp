#include "machine/storage/events.h"

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/storage/testing.h"

namespace {
using namespace storage;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Done = base::Result<void>;

class EventLog : public OnBoth {
 protected:
  Database open_log(Options options = {.connections = 8, .durability = Durability::off, .patience = 30s}) {
    return open(migrations(), options);
  }
};
INSTANTIATE_TEST_SUITE_P(Both, EventLog, both_kinds(), kind_name);

Event named(std::string kind, base::Instant at = base::Instant(1s)) {
  return {.topic = "board",
          .kind = std::move(kind),
          .payload = "{\"x\":1}",
          .object_kind = "event",
          .object_id = "7",
          .at = at};
}

Done say(const Database& db, std::string kind, base::Instant at = base::Instant(1s)) {
  return transact(db, [&](Transaction& tx) { return append(tx, named(kind, at)); });
}

TEST_P(EventLog, KeepsEventsInOrderWithTheirTransaction) {
  auto db = open_log();
  EXPECT_EQ(*last(db), 0);
  EXPECT_TRUE(tail(db, 0, 10)->empty());
  ASSERT_TRUE(say(db, "first"));
  EXPECT_FALSE(transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(append(tx, named("never")));
    return base::conflict("changed my mind");
  }));
  ASSERT_TRUE(transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(append(tx, named("second")));
    return append(tx, named("third"));
  }));
  auto events = tail(db, 0, 10);
  ASSERT_TRUE(events) << events.error().detail;
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ(events->at(0).kind, "first");
  EXPECT_EQ(events->at(1).kind, "second");
  EXPECT_EQ(events->at(2).kind, "third");
  const auto& event = events->at(2);
  EXPECT_EQ(event.position, *last(db));
  EXPECT_EQ(event.topic + event.payload + event.object_kind + event.object_id, "board{\"x\":1}event7");
  EXPECT_EQ(event.at, base::Instant(1s));
  EXPECT_EQ(tail(db, events->at(0).position, 1)->at(0).kind, "second");
}

TEST_P(EventLog, TellsOfSomeTopicsAloneHoweverManyOthersLieBetween) {
  auto db = open_log();
  const auto say_of = [&](const std::string& topic, int times) {
    return transact(db, [&](Transaction& tx) -> Done {
      for (int i = 0; i < times; ++i)
        if (auto said = append(tx, Event{.topic = topic, .kind = "word"}); !said) return said;
      return {};
    });
  };
  ASSERT_TRUE(say_of("mine", 1) && say_of("others", 1200) && say_of("mine", 3));
  const std::array<std::string, 2> topics{"mine", "nobody's"};
  const auto all = tail_of(db, 0, 10, topics);
  ASSERT_TRUE(all) << all.error().detail;
  ASSERT_EQ(all->size(), 4u);
  EXPECT_EQ(tail_of(db, 0, 2, topics)->size(), 2u);
  EXPECT_EQ(tail_of(db, all->at(1).position, 10, topics)->front().position, all->at(2).position);
  EXPECT_TRUE(tail_of(db, all->back().position, 10, topics)->empty());
  EXPECT_TRUE(is_kept(db, 0).value());
}

TEST_P(EventLog, TrimsWhatIsOldAndSaysSoToThoseWhoMissedIt) {
  auto db = open_log();
  for (int i = 1; i <= 6; ++i)
    ASSERT_TRUE(say(db, std::to_string(i), base::Instant(std::chrono::seconds(i))));
  const auto third = tail(db, 0, 3)->back().position;
  const auto newest = *last(db);
  EXPECT_EQ(trim(db, base::Instant(4s)).value_or(-1), 3);
  EXPECT_EQ(tail(db, third, 10)->size(), 3u);
  EXPECT_TRUE(is_kept(db, third).value());
  EXPECT_FALSE(is_kept(db, third - 1).value());
  auto missed = tail(db, third - 1, 10);
  ASSERT_FALSE(missed);
  EXPECT_EQ(missed.error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(trim(db, base::Instant(100s)).value_or(-1), 3);
  EXPECT_EQ(trim(db, base::Instant(100s)).value_or(-1), 0);
  EXPECT_EQ(*last(db), newest);
  EXPECT_TRUE(tail(db, newest, 10)->empty());
  ASSERT_TRUE(say(db, "young"));
  EXPECT_GT(*last(db), newest);
  EXPECT_EQ(tail(db, newest, 10)->size(), 1u);
}

TEST_P(EventLog, WakesWhoWaits) {
  auto db = open_log();
  EXPECT_FALSE(*wait(db, 0, steady_clock::now() + 60ms));
  std::thread writer([&] {
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(say(db, "now"));
  });
  const base::Stopwatch clock;
  EXPECT_TRUE(*wait(db, 0, steady_clock::now() + 10s));
  EXPECT_LT(clock.seconds(), 1.0);
  writer.join();
  EXPECT_TRUE(*wait(db, 0, steady_clock::now()));
}

TEST_P(EventLog, WakesWhoWaitsInAnotherProgram) {
  auto db = open_log();
  auto other = Database::open(url());
  ASSERT_TRUE(other);
  EXPECT_FALSE(*wait(db, 0, steady_clock::now() + 300ms));  // it listens from now on
  for (int i = 0; i < 3; ++i) {
    const auto before = *last(db);
    std::thread writer([&] {
      std::this_thread::sleep_for(100ms);
      EXPECT_TRUE(say(*other, "there"));
    });
    const base::Stopwatch clock;
    EXPECT_TRUE(*wait(db, before, steady_clock::now() + 10s));
    EXPECT_LT(clock.seconds(), 1.0);  // and not the two seconds of doubt
    writer.join();
  }
}

TEST_P(EventLog, IsNotHeldUpByAnOpenTransaction) {
  auto db = open_log();
  auto other = Database::open(url(), {.durability = Durability::off});
  if (is_sqlite()) GTEST_SKIP() << "SQLite has one writer";
  ASSERT_TRUE(transact(db, [&](Transaction& tx) -> Done {
    EXPECT_TRUE(append(tx, named("slow")));
    EXPECT_TRUE(
        tx.query("UPDATE event_log_trimmed SET position = position"));  // it has a transaction id by now
    EXPECT_TRUE(say(*other, "quick"));
    EXPECT_EQ(tail(*other, 0, 10)->size(), 1u);
    return {};
  }));
  auto events = tail(db, 0, 10);
  ASSERT_EQ(events->size(), 2u);
  EXPECT_EQ(events->at(0).kind, "quick");
  EXPECT_EQ(events->at(1).kind, "slow");
}

struct Seen {
  std::int64_t began_after = 0;
  std::vector<std::pair<std::int64_t, std::string>> events;
};

// Follows the log, and now and then is killed: it goes on from the last position that it wrote down.
void follow(const Database& db, Seen& seen, const std::atomic<bool>& over, std::uint32_t seed) {
  std::mt19937 chance(seed);
  std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 200));
  std::int64_t after = seen.began_after = *last(db);
  for (;;) {
    const bool ending = over;
    auto woke = wait(db, after, steady_clock::now() + 100ms);
    ASSERT_TRUE(woke) << woke.error().message << woke.error().detail;
    auto events = tail(db, after, 1 + static_cast<int>(chance() % 40));
    ASSERT_TRUE(events) << events.error().message << events.error().detail;
    const std::size_t lives = chance() % 5 == 0 ? chance() % (events->size() + 1) : events->size();
    for (std::size_t i = 0; i < lives; ++i) {
      after = events->at(i).position;
      seen.events.emplace_back(after, events->at(i).kind);
    }
    if (ending && events->empty()) return;
  }
}

TEST_P(EventLog, LosesNothingAndTellsNothingTwice) {
  auto db = open_log({.connections = 14, .durability = Durability::off, .patience = 60s});
  auto other = Database::open(url(), {.connections = 8, .durability = Durability::off, .patience = 60s});
  ASSERT_TRUE(other);
  constexpr int kWriters = 6;
  const int each = is_sqlite() ? 250 : 200;
  std::mutex guard;
  std::set<std::string> committed;
  std::set<std::string> undone;
  std::atomic<bool> over = false;
  std::vector<Seen> seen(5);
  std::vector<std::thread> threads;
  std::vector<std::thread> tailers;
  for (std::size_t t = 0; t < seen.size(); ++t)
    tailers.emplace_back(
        [&, t] { follow(t % 2 == 0 ? db : *other, seen[t], over, static_cast<std::uint32_t>(t)); });
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      std::mt19937 chance(static_cast<std::uint32_t>(100 + w));
      const auto& mine = w % 2 == 0 ? db : *other;
      for (int i = 0; i < each; ++i) {
        const bool aborts = chance() % 4 == 0;
        const int count = 1 + static_cast<int>(chance() % 4);
        const auto delay = std::chrono::microseconds(chance() % (is_sqlite() ? 500 : 6000));
        std::vector<std::string> names;
        for (int k = 0; k < count; ++k) names.push_back(fmt::format("{}/{}/{}", w, i, k));
        auto done = transact(mine, [&](Transaction& tx) -> Done {
          for (const auto& name : names) EXPECT_TRUE(append(tx, named(name)));
          EXPECT_TRUE(tx.query("SELECT 1"));
          std::this_thread::sleep_for(delay);
          if (aborts) return base::conflict("aborted");
          return {};
        });
        EXPECT_EQ(done.has_value(), !aborts) << (done ? "" : done.error().message + done.error().detail);
        const std::scoped_lock lock(guard);
        (done ? committed : undone).insert(names.begin(), names.end());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  over = true;
  for (auto& tailer : tailers) tailer.join();

  std::vector<std::pair<std::int64_t, std::string>> whole;
  for (std::int64_t after = 0;;) {
    auto events = tail(db, after, 500);
    ASSERT_TRUE(events);
    if (events->empty()) break;
    for (const auto& event : *events) whole.emplace_back(after = event.position, event.kind);
  }
  std::set<std::string> names;
  for (const auto& [position, kind] : whole) names.insert(kind);
  EXPECT_EQ(names, committed);
  EXPECT_EQ(whole.size(), committed.size());
  EXPECT_GT(whole.size(), 1500u);
  EXPECT_FALSE(undone.empty());
  for (const auto& one : seen) {
    auto from =
        std::find_if(whole.begin(), whole.end(), [&](const auto& e) { return e.first > one.began_after; });
    EXPECT_EQ(one.events, (std::vector(from, whole.end())));
  }
}

// Writers that die at any moment: whole transactions are there or are not.
TEST_P(EventLog, OutlivesWritersThatAreKilled) {
  auto db = open_log();
  for (int round = 0; round < 5; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto mine = Database::open(url(), {.durability = Durability::off});
      for (int i = 0; mine; ++i)
        (void)transact(*mine, [&](Transaction& tx) -> Done {
          (void)append(tx, named("pair"));
          return append(tx, named("pair"));
        });
      ::_exit(1);
    }
    ASSERT_TRUE(*wait(db, *last(db), steady_clock::now() + 20s));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_TRUE(say(db, "between"));
  }
  std::vector<std::string> kinds;
  for (std::int64_t after = 0;;) {
    auto events = tail(db, after, 500);
    ASSERT_TRUE(events);
    if (events->empty()) break;
    for (const auto& event : *events) kinds.push_back(event.kind);
    after = events->back().position;
  }
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "between"), 5);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "pair") % 2, 0);
  int run = 0;
  for (const auto& kind : kinds) {
    run += kind == "pair" ? 1 : 0;
    if (kind != "between") continue;
    EXPECT_EQ(std::exchange(run, 0) % 2, 0);
  }
}

}  // namespace
