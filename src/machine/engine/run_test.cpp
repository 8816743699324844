#include "machine/engine/run.h"

#include <deque>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace engine {

struct Claim {
  std::string type;
};

namespace {

using namespace std::chrono_literals;

// A queue in memory.
struct Shelf {
  std::mutex guard;
  std::deque<std::string> waiting;
  std::vector<std::string> given_back, put_back;
  std::atomic<int> claim_failures{0}, beats{0}, waits{0};
  std::atomic<Beat> answer{Beat::go_on};
  bool beats_fail = false;

  Source source() {
    Source source;
    source.claim = [this]() -> base::Result<std::shared_ptr<Claim>> {
      if (claim_failures > 0) {
        --claim_failures;
        return base::unavailable("the database is busy");
      }
      const std::scoped_lock lock(guard);
      if (waiting.empty()) return nullptr;
      auto claim = std::make_shared<Claim>(Claim{waiting.front()});
      waiting.pop_front();
      return claim;
    };
    source.beat = [this](const Claim&) -> base::Result<Beat> {
      ++beats;
      if (beats_fail) return base::unavailable("the database is busy");
      return answer.load();
    };
    source.give_back = [this](const Claim& claim, const base::Error&) -> base::Result<void> {
      const std::scoped_lock lock(guard);
      given_back.push_back(claim.type);
      return {};
    };
    source.put_back = [this](const Claim& claim) -> base::Result<void> {
      const std::scoped_lock lock(guard);
      put_back.push_back(claim.type);
      return {};
    };
    source.type_of = [](const Claim& claim) { return claim.type; };
    source.news = [] { return std::uint64_t{0}; };
    source.wait = [this](std::stop_token, std::uint64_t, base::Seconds) {
      ++waits;
      std::this_thread::sleep_for(1ms);
    };
    return source;
  }
};

constexpr LocalExecutor::Settings kQuick{.threads = 3, .beat = base::Seconds(0.005)};

template <class Condition>
bool comes(Condition&& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
  return condition();
}

TEST(Executor, GivesEachTypeToItsHandler) {
  Shelf shelf;
  shelf.waiting = {"a", "b", "a", "unknown", "a"};
  std::atomic<int> as = 0, bs = 0;
  auto count = [](std::atomic<int>& which) {
    return [&](const Task&) -> base::Result<void> {
      ++which;
      return {};
    };
  };
  auto executor = LocalExecutor::start(kQuick, shelf.source(), {{"a", count(as)}, {"b", count(bs)}});
  EXPECT_TRUE(comes([&] { return as == 3 && bs == 1 && executor->running() == 0 && shelf.waits > 0; }));
  executor.reset();
  EXPECT_EQ(shelf.given_back, std::vector<std::string>{"unknown"});
}

TEST(Executor, GoesOnWhenTheQueueFailsForATime) {
  Shelf shelf;
  shelf.claim_failures = 5;
  shelf.waiting = {"a"};
  std::atomic<bool> was_done = false;
  auto executor = LocalExecutor::start(kQuick, shelf.source(), {{"a", [&](const Task&) -> base::Result<void> {
                                                                   was_done = true;
                                                                   return {};
                                                                 }}});
  EXPECT_TRUE(comes([&] { return was_done.load(); }));
}

TEST(Executor, BeatsWhileItWorksAndOnlyThen) {
  Shelf shelf;
  shelf.beats_fail = true;  // a beat that fails is no reason to stop
  shelf.waiting = {"a"};
  std::atomic<bool> is_over = false, was_stopped = false;
  auto executor =
      LocalExecutor::start(kQuick, shelf.source(), {{"a", [&](const Task& task) -> base::Result<void> {
                                                       comes([&] { return shelf.beats >= 5; });
                                                       was_stopped = task.stop.stop_requested();
                                                       is_over = true;
                                                       return {};
                                                     }}});
  EXPECT_TRUE(comes([&] { return is_over && executor->running() == 0; }));
  EXPECT_FALSE(was_stopped);
  std::this_thread::sleep_for(20ms);
  const int beats = shelf.beats;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(shelf.beats, beats);
}

TEST(Executor, WaitsForItsHandlersWhenItStops) {
  Shelf shelf;
  shelf.waiting = {"a", "a"};
  std::atomic<int> began = 0, ended = 0;
  auto executor =
      LocalExecutor::start(kQuick, shelf.source(), {{"a", [&](const Task& task) -> base::Result<void> {
                                                       ++began;
                                                       while (!task.stop.stop_requested())
                                                         std::this_thread::sleep_for(1ms);
                                                       const int beats = shelf.beats;
                                                       comes([&] { return shelf.beats > beats + 2; });
                                                       ++ended;
                                                       return base::unavailable("stopped");
                                                     }}});
  EXPECT_TRUE(comes([&] { return began == 2; }));
  executor.reset();
  EXPECT_EQ(ended, 2) << "and it beat for them until they were";
  EXPECT_EQ(shelf.put_back.size(), 2u);
  EXPECT_TRUE(shelf.given_back.empty());
}

TEST(Executor, NeitherGivesNorPutsBackWhatItLost) {
  Shelf shelf;
  shelf.answer = Beat::lost;
  shelf.waiting = {"a"};
  std::atomic<bool> lost = false;
  auto executor =
      LocalExecutor::start(kQuick, shelf.source(), {{"a", [&](const Task& task) -> base::Result<void> {
                                                       comes([&] { return task.stop.stop_requested(); });
                                                       lost = task.lost_its_lease();
                                                       return base::conflict("lost");
                                                     }}});
  EXPECT_TRUE(comes([&] { return lost && executor->running() == 0; }));
  executor.reset();
  EXPECT_TRUE(shelf.given_back.empty());
  EXPECT_TRUE(shelf.put_back.empty());
}

}  // namespace
}  // namespace engine
