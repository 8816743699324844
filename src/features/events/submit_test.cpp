// Handing in.
#include <thread>

#include "base/archive.h"
#include "base/hash.h"
#include "features/events/testing.h"

namespace events {
namespace {

class HandIn : public CenterWithSubmissions {
 protected:
  auto hand_in_code(const people::Person& who, int salt, Instant now = kNoon) {
    return submit(db(), *room_, "moons", who, "", {{"classifier.py", fmt::format("x = {}\n", salt)}}, now);
  }
};
INSTANTIATE_TEST_SUITE_P(Both, HandIn, storage::both_kinds(), storage::kind_name);

TEST_P(HandIn, TwentyAtOnceWithThreeLeftGiveThree) {
  const auto made = open_event({.per_day = 5, .failures_per_day = 20});
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  scored(made, ada, team, 0.5);
  scored(made, ada, team, 0.6);
  std::atomic<int> taken = 0, refused = 0;
  std::mutex guard;
  std::vector<std::string> others;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&, i] {
      const auto done = hand_in_code(ada, i);
      if (done)
        ++taken;
      else if (done.error().message.find("are used up") != std::string::npos)
        ++refused;
      else {
        const std::lock_guard lock(guard);
        others.push_back(done.error().message + "; " + done.error().detail);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 3);
  EXPECT_EQ(refused, 17);
  for (const auto& other : others) ADD_FAILURE() << other;
  const auto counts =
      must(storage::read(db(), [&](storage::Snapshot& s) { return counts_of(s, made.event.id); }));
  EXPECT_EQ(counts.submissions, 5);
  EXPECT_EQ(counts.waiting, 3);
}

TEST_P(HandIn, OneTeamsQuotaIsNotAnothers) {
  open_event({.per_day = 1});
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  must(join(db(), "moons", ada, kNoon));
  must(join(db(), "moons", bob, kNoon));
  EXPECT_TRUE(hand_in_code(ada, 1));
  EXPECT_FALSE(hand_in_code(ada, 2));
  EXPECT_TRUE(hand_in_code(bob, 1));
}

TEST_P(HandIn, NothingIsTakenOutsideTheHoursOrFromStrangersOrWithoutItsElements) {
  must(create_event(db(), {.slug = "moons", .opens = kNoon, .closes = kNoon + 1h}, problem(),
                    act("event.create"), kNoon - 2h));
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  must(join(db(), "moons", ada, kNoon - 1h));
  EXPECT_EQ(hand_in_code(ada, 1, kNoon - 1us).error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(hand_in_code(ada, 1, kNoon + 1h).error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(hand_in_code(bob, 1).error().kind, base::ErrorKind::forbidden);
  const auto other = submit(db(), *room_, "moons", ada, "", {{"regressor.py", "x = 1\n"}}, kNoon);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("classifier.py"), std::string::npos) << other.error().message;
  const auto done = must(hand_in_code(ada, 1));
  EXPECT_EQ(done.number, 1);
  EXPECT_EQ(done.team_name, "Ada");
}

TEST_P(HandIn, AChangedKitTakesItsPlaceOnceItIsChecked) {
  const auto made = open_event();
  const auto next = problem("checking"), other = problem("ready");
  const auto now_on = [&] {
    return must(storage::read(db(), [&](storage::Snapshot& s) { return see(s, "moons", kNoon); })).event;
  };
  sql("UPDATE problems SET replaces = $2 WHERE id = $1", next.id, made.event.problem);
  must(ask_rescore(db(), "moons", next.id, act("event.rescore"), kNoon));
  must(apply_rescores(db(), *room_, kNoon));
  EXPECT_EQ(now_on().problem, made.event.problem) << "still being checked";
  EXPECT_FALSE(ask_rescore(db(), "moons", other.id, act("event.rescore"), kNoon));
  sql("UPDATE problems SET state = 'refused' WHERE id = $1", next.id);
  must(apply_rescores(db(), *room_, kNoon));
  EXPECT_EQ(now_on().problem, made.event.problem);
  EXPECT_EQ(now_on().next_problem, next.id) << "its organiser sees the findings";
  EXPECT_EQ(now_on().released, std::nullopt);
  sql("UPDATE problems SET replaces = $2 WHERE id = $1", other.id, made.event.problem);
  must(ask_rescore(db(), "moons", other.id, act("event.rescore"), kNoon));
  must(apply_rescores(db(), *room_, kNoon));
  EXPECT_EQ(now_on().problem, other.id);
  EXPECT_EQ(now_on().next_problem, std::nullopt);
}

}  // namespace
}  // namespace events
