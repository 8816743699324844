#include <atomic>
#include <thread>

#include "features/people/rules.h"
#include "features/people/store_attempts.h"
#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;
using std::chrono::hours;
using std::chrono::seconds;

class Attempts : public WithServer {};
INSTANTIATE_TEST_SUITE_P(Both, Attempts, storage::both_kinds(), storage::kind_name);

TEST_P(Attempts, ArePausedAfterFiveAndNeverForGood) {
  auto now = base::now();
  const auto keys = keys_of_attempt("ada@example.org", "192.0.2.1");
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(begin_attempt(*database_, keys, now)->failures, i);
  EXPECT_EQ(begin_attempt(*database_, keys, now)->wait, seconds(5));
  EXPECT_EQ(begin_attempt(*database_, keys, now + seconds(3))->wait, seconds(2))
      << "one that waits does not count";
  now += seconds(5);
  EXPECT_EQ(begin_attempt(*database_, keys, now)->failures, 6);
  EXPECT_EQ(begin_attempt(*database_, keys, now)->wait, seconds(10));
  for (int i = 0; i < 30; ++i) {
    now += hours(1);
    EXPECT_EQ(begin_attempt(*database_, keys, now)->wait, seconds(0)) << "an hour is always enough";
  }
  now += kFailuresKept + seconds(1);
  EXPECT_EQ(begin_attempt(*database_, keys, now)->failures, 1);
}

TEST_P(Attempts, OfOneAddressOnManyAccountsArePausedToo) {
  const auto now = base::now();
  int allowed = 0;
  for (int i = 0; i < 40; ++i) {
    const auto keys = keys_of_attempt("person" + std::to_string(i) + "@example.org", "192.0.2.1");
    if (begin_attempt(*database_, keys, now)->wait.count() == 0) ++allowed;
  }
  EXPECT_EQ(allowed, kFreeForAddress);
  EXPECT_EQ(begin_attempt(*database_, keys_of_attempt("person0@example.org", "192.0.2.2"), now)->wait,
            seconds(0));
}

TEST_P(Attempts, ThatSucceedForgiveTheAccountButNotTheAddress) {
  const auto now = base::now();
  const auto own = keys_of_attempt("eve@example.org", "192.0.2.1");
  int guesses = 0;
  for (int i = 0; i < 100; ++i) {  // Eve signs in to her own account between her guesses
    if (begin_attempt(*database_, keys_of_attempt("victim" + std::to_string(i), "192.0.2.1"), now)
            ->wait.count() == 0)
      ++guesses;
    if (begin_attempt(*database_, own, now)->wait.count() == 0) {
      ASSERT_TRUE(forgive(*database_, own));
    }
  }
  EXPECT_LE(guesses, kFreeForAddress);
}

TEST_P(Attempts, AreRefusedOverHttpEvenWithTheRightPassword) {
  auto grace = administrator();
  auto thief = stranger();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sign_in(thief, "grace@example.org", "guess number " + std::to_string(i)).status, 401);
  const auto paused = sign_in(thief, "grace@example.org");
  EXPECT_EQ(paused.status, 429);
  EXPECT_TRUE(paused.headers.has("Retry-After"));
  // As for an account that is not there: the pause says nothing of it.
  for (int i = 0; i < 5; ++i) sign_in(thief, "nobody@example.org", "guess number " + std::to_string(i));
  EXPECT_EQ(sign_in(thief, "nobody@example.org").status, 429);
  const auto log = grace.get("/audit?what=sign-in.failures");
  ASSERT_EQ(log.at("items").as_array().size(), 2u);
  EXPECT_EQ(text_of(log, "/items/0/object/kind"), "person");
  EXPECT_EQ(text_of(log, "/items/1/object/kind"), "address");
  EXPECT_EQ(log.at("items").at(0).at("details").at("failures").as_int64(), 5);
}

TEST_P(Attempts, AtOnceAreCountedOneByOne) {
  const auto now = base::now();
  const auto keys = keys_of_attempt("ada@example.org", "192.0.2.1");
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k)
        if (const auto attempt = begin_attempt(*database_, keys, now); attempt && attempt->wait.count() == 0)
          ++allowed;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(allowed, 5);
}

TEST_P(Attempts, AreLimitedByRateAsWell) {
  keeps_rates_ = true;
  start();
  auto asker = stranger();
  int limited = 0;
  for (int i = 0; i < 15; ++i)
    if (asker.status("POST", "/password-resets", json::object{{"email", "nobody@example.org"}}) == 429)
      ++limited;
  EXPECT_EQ(limited, 5);
}

}  // namespace
}  // namespace people
