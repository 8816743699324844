#include <random>

#include "machine/engine/queue_testing.h"
#include "machine/engine/schedule.h"

namespace engine {
namespace {

using storage::Transaction;

class Order : public QueueTest {
 protected:
  // Serves all that waits, as `place` foresees it: each time the longest at work ends.
  std::vector<JobId> drain(std::vector<Claim> at_work, base::Instant now) {
    std::vector<JobId> served;
    for (;;) {
      if (!at_work.empty()) {
        if (auto ended = end(at_work.front(), now); !ended) throw std::runtime_error(ended.error().message);
        at_work.erase(at_work.begin());
      }
      auto next = take(now);
      if (!next) break;
      served.push_back(next->job.id);
      at_work.push_back(std::move(*next));
      now += std::chrono::microseconds(1);
    }
    for (const auto& last : at_work) EXPECT_TRUE(end(last, now));
    return served;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Order, storage::both_kinds(), storage::kind_name);

TEST_P(Order, TakesTurnsAmongLanes) {
  std::vector<JobId> big;
  for (int i = 0; i < 4; ++i) big.push_back(add("big"));
  const auto small = add("small");
  const auto other = add("other");
  const auto urgent = add("big", 1);
  EXPECT_EQ(take()->job.id, urgent) << "priorities go first, whatever the lane";
  EXPECT_EQ(take()->job.id, small) << "then who has nothing at work";
  EXPECT_EQ(take()->job.id, other);
  EXPECT_EQ(take()->job.id, big[0]);
}

TEST_P(Order, LetsAThousandJobsNotDelayAnothersFirst) {
  ASSERT_TRUE(storage::transact(db(), [&](Transaction& tx) -> base::Result<void> {
    for (int i = 0; i < 1000; ++i) {
      if (auto added = enqueue(tx, {"evaluate", "", "big"}, at(0)); !added)
        return tl::unexpected(added.error());
    }
    return {};
  }));
  auto first = take();
  take();
  const auto small = add("small", 0, at(1));
  EXPECT_EQ(place_of(small), 0);
  ASSERT_TRUE(end(*first, at(2)));
  EXPECT_EQ(take(at(2))->job.id, small);
}

TEST_P(Order, ChoosesAmongTypesByTheSameRule) {
  const auto old = add({"rescore", "", "team"});
  const auto young = add({"evaluate", "", "team", 1});
  EXPECT_EQ(take()->job.id, young);
  EXPECT_EQ(take()->job.id, old);
}

TEST_P(Order, IsWhatPlaceForeseesAmongTypes) {
  const std::vector<std::string_view> both{"evaluate", "rescore"};
  std::vector<JobId> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(add("team"));
  waiting.push_back(add({"rescore", "", "ada"}));
  waiting.push_back(add("other"));
  waiting.push_back(add({"rescore", "", "team"}));
  waiting.push_back(add({"rescore", "", "ada", 1}));
  EXPECT_EQ(place_of(waiting[3]), 2) << "behind the urgent one of its lane, and so behind the other lane";
  EXPECT_EQ(place_of(waiting[3], at(0), both), 4);
  std::vector<Claim> at_work;
  at_work.push_back(*take());
  std::map<JobId, int> foreseen;
  for (const auto& id : waiting)
    if (auto place = place_of(id, at(10), both)) foreseen[id] = *place;
  const auto served = drain(std::move(at_work), at(10));
  ASSERT_EQ(served.size(), foreseen.size());
  for (std::size_t i = 0; i < served.size(); ++i) EXPECT_EQ(foreseen.at(served[i]), static_cast<int>(i));
}

TEST_P(Order, IsWhatPlaceForesees) {
  std::mt19937 chance(5);
  for (std::size_t slots = 0; slots < 4; ++slots) {
    std::vector<JobId> waiting;
    auto add_some = [&](int count) {
      for (int i = 0; i < count; ++i)
        waiting.push_back(add(fmt::format("lane {}", chance() % 5), static_cast<int>(chance() % 3) - 1));
    };
    add_some(10);
    std::vector<Claim> at_work;
    for (int i = 0; i < 3; ++i) at_work.push_back(*take(at(0.1 * i)));
    while (at_work.size() > slots) {
      ASSERT_TRUE(end(at_work[1 % at_work.size()]));
      at_work.erase(at_work.begin() + static_cast<std::ptrdiff_t>(1 % at_work.size()));
    }
    add_some(20);
    // One whose pause is over by then, and stands among the others.
    auto broken = take();
    ASSERT_TRUE(fail(*broken, at(0)));
    std::map<JobId, int> foreseen;
    for (const auto& id : waiting) {
      if (auto place = place_of(id, at(10))) foreseen[id] = *place;
    }
    EXPECT_EQ(static_cast<int>(foreseen.size()), load_of().waiting);
    const auto served = drain(std::move(at_work), at(10));
    ASSERT_EQ(served.size(), foreseen.size());
    for (std::size_t i = 0; i < served.size(); ++i)
      EXPECT_EQ(foreseen.at(served[i]), static_cast<int>(i)) << slots << " at work";
    for (const auto& id : served) EXPECT_FALSE(place_of(id));
  }
}

}  // namespace
}  // namespace engine
