#include "machine/engine/schedule.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace {
using namespace engine;

base::Ulid ulid(int number) {
  base::Ulid made;
  made.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  made.bytes[15] = static_cast<std::uint8_t>(number);
  return made;
}

TEST(Choosing, GoesByPriorityThenWorkThenTurnThenAge) {
  struct Case {
    const char* what;
    std::vector<Head> heads;
    std::optional<std::size_t> first;
  };
  const Case cases[] = {
      {"nothing waits", {}, std::nullopt},
      {"one waits", {{0, 5, 9, ulid(1)}}, 0},
      {"priority beats all", {{0, 0, 0, ulid(1)}, {1, 9, 9, ulid(2)}}, 1},
      {"a negative priority goes last", {{-1, 0, 0, ulid(1)}, {0, 9, 9, ulid(2)}}, 1},
      {"the extremes of priority",
       {{std::numeric_limits<int>::min(), 0, 0, ulid(1)}, {std::numeric_limits<int>::max(), 0, 0, ulid(2)}},
       1},
      {"least at work beats an earlier turn", {{0, 1, 0, ulid(1)}, {0, 0, 7, ulid(2)}}, 1},
      {"the earlier turn beats age", {{0, 1, 8, ulid(1)}, {0, 1, 7, ulid(2)}}, 1},
      {"never served goes before served", {{0, 0, 1, ulid(1)}, {0, 0, 0, ulid(2)}}, 1},
      {"else the oldest", {{0, 0, 3, ulid(2)}, {0, 0, 3, ulid(1)}}, 1},
  };
  for (const auto& c : cases) EXPECT_EQ(choose(c.heads), c.first) << c.what;
}

// A queue on paper, served by `slots` workers, jobs ending in the order in which they began or at random.
struct Queue {
  struct Line {
    int waiting = 0;
    Head head;
  };
  std::vector<Line> lines;
  std::vector<std::size_t> at_work;
  std::int64_t turn = 0;

  std::optional<std::size_t> serve() {
    std::vector<Head> heads;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].waiting == 0) continue;
      heads.push_back(lines[i].head);
      of.push_back(i);
    }
    const auto chosen = choose(heads);
    if (!chosen) return std::nullopt;
    auto& line = lines[of[*chosen]];
    --line.waiting;
    ++line.head.running;
    line.head.turn = ++turn;
    at_work.push_back(of[*chosen]);
    return of[*chosen];
  }
  void end(std::size_t which) {
    --lines[at_work[which]].head.running;
    at_work.erase(at_work.begin() + static_cast<std::ptrdiff_t>(which));
  }
};

TEST(Choosing, StarvesNoLane) {
  std::mt19937 chance(7);
  for (int round = 0; round < 200; ++round) {
    Queue queue;
    const auto lanes = 2 + chance() % 8;
    const auto slots = 1 + chance() % 5;
    for (std::size_t i = 0; i < lanes; ++i)
      queue.lines.push_back({static_cast<int>(chance() % 300), {0, 0, 0, ulid(static_cast<int>(i))}});
    std::map<std::size_t, std::size_t> passed_over;  // turns of others since a lane that waits was served
    while (const auto served = queue.serve()) {
      passed_over[*served] = 0;
      for (std::size_t i = 0; i < lanes; ++i) {
        if (i == *served || queue.lines[i].waiting == 0) continue;
        // Whoever has nothing at work waits for each of the others once, and for those at work.
        if (queue.lines[i].head.running > 0) passed_over[i] = 0;
        ASSERT_LE(++passed_over[i], lanes + slots) << "lane " << i << " of " << lanes;
      }
      if (queue.at_work.size() == slots) queue.end(chance() % slots);
    }
    for (const auto& line : queue.lines) EXPECT_EQ(line.waiting, 0);
  }
}

TEST(Choosing, LetsAThousandJobsNotDelayAnothersFirst) {
  Queue queue;
  queue.lines = {{1000, {0, 0, 0, ulid(1)}}};
  for (int i = 0; i < 4; ++i) queue.serve();
  queue.lines.push_back({1, {0, 0, 0, ulid(2000)}});
  queue.end(0);
  EXPECT_EQ(queue.serve(), 1u) << "the next that is served, whoever came first";
}

TEST(Foresight, AgreesWithServing) {
  std::mt19937 chance(11);
  for (int round = 0; round < 300; ++round) {
    Queue queue;
    std::vector<Lane> lanes;
    const auto count = 1 + chance() % 6;
    for (std::size_t i = 0; i < count; ++i) {
      const auto jobs = 1 + static_cast<int>(chance() % 20);
      queue.lines.push_back({jobs, {0, 0, 0, ulid(static_cast<int>(i))}});
    }
    for (auto slots = chance() % 4; slots > 0; --slots) queue.serve();
    for (const auto& line : queue.lines) {
      Lane lane{{}, line.head.running, line.head.turn, line.head.job};
      if (line.waiting > 0) lane.groups = {{0, line.waiting}};
      lanes.push_back(lane);
    }
    const auto mine = chance() % count;
    if (lanes[mine].groups.empty()) continue;
    lanes[mine].groups[0].jobs =
        1 + static_cast<int>(chance() % static_cast<unsigned>(lanes[mine].groups[0].jobs));
    int wanted = lanes[mine].groups[0].jobs;
    const auto foreseen = served_before(lanes, mine, queue.at_work);
    int served = 0;
    for (;; ++served) {
      if (!queue.at_work.empty()) queue.end(0);
      if (queue.serve() == mine && --wanted == 0) break;
    }
    EXPECT_EQ(foreseen, served);
  }
}

TEST(Foresight, ServesHigherPrioritiesOfAllLanesFirst) {
  const std::vector<Lane> lanes{{{{5, 2}, {0, 1}}, 0, 0, ulid(1)}, {{{9, 1}, {5, 1}}, 0, 0, ulid(2)}};
  EXPECT_EQ(served_before(lanes, 0, {}), 4) << "9, then 5 5 5 in turns, then the 0";
}

TEST(Pauses, GrowAndHaveAnEnd) {
  EXPECT_EQ(pause_after(1).count(), 1);
  EXPECT_EQ(pause_after(2).count(), 4);
  EXPECT_EQ(pause_after(3).count(), 16);
  EXPECT_EQ(pause_after(50).count(), 300);
  EXPECT_EQ(pause_after(0).count(), 1);
}

}  // namespace
