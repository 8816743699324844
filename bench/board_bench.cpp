// A board of 500 submissions: what one more score costs, from the earlier room's word in the scoring
// transaction to the board that the next reader gets. On a file of SQLite that syncs as the server's does,
// and on PostgreSQL.
#include <algorithm>

#include "features/events/store_boards.h"
#include "features/events/testing.h"

namespace events {
namespace {

constexpr int kRows = 500, kTurns = 60;
constexpr double kMostMilliseconds = 2;

class BoardBench : public Center {
 protected:
  storage::Durability durability() const override { return storage::Durability::full; }
  const submissions::Contest hooks_ = contest();  // one for all turns, as a server has it
  double median_milliseconds(const std::function<void()>& act, const std::function<void()>& prepare) {
    std::vector<double> times;
    for (int turn = 0; turn < kTurns; ++turn) {
      prepare();
      const base::Stopwatch watch;
      act();
      times.push_back(watch.seconds() * 1e3);
    }
    std::nth_element(times.begin(), times.begin() + kTurns / 2, times.end());
    return times[kTurns / 2];
  }
};
INSTANTIATE_TEST_SUITE_P(Both, BoardBench, storage::both_kinds(), storage::kind_name);

TEST_P(BoardBench, ANewScoreOnABoardOf500) {
  const auto made = open_event({.per_day = 10000, .failures_per_day = 10000});
  std::vector<std::pair<people::Person, Team>> entrants;
  for (int i = 0; i < 50; ++i) {
    const auto who = person(fmt::format("p{}", i), fmt::format("Person {}", i));
    entrants.emplace_back(who, must(join(db(), "moons", who, kNoon)));
  }
  std::mt19937 random(57);
  const auto score = [&] { return static_cast<double>(random() % 100000) / 1e5; };
  for (int i = 0; i < kRows; ++i) {
    const auto& [who, team] = entrants[static_cast<std::size_t>(i) % entrants.size()];
    scored(made, who, team, score(), kNoon + i * 1s);
  }
  Boards boards(db());
  must(boards.page("moons", {}));
  std::optional<submissions::Submission> next;
  const auto prepare = [&] {
    const auto& [who, team] = entrants[random() % entrants.size()];
    next = hand_in(made, who, team, "running", kNoon + 1h);
    set_scores(next->id, score(), 0.5, 0.5);
    sql("UPDATE submissions SET state = 'scored' WHERE id = $1", next->id);
    next = submission(next->id);
  };
  const double write = median_milliseconds(
      [&] {
        must(storage::transact(db(),
                               [&](storage::Transaction& tx) { return hooks_.changed(tx, *next, kNoon); }));
      },
      prepare);
  const double both = median_milliseconds(
      [&] {
        must(storage::transact(db(),
                               [&](storage::Transaction& tx) { return hooks_.changed(tx, *next, kNoon); }));
        must(boards.page("moons", {}));
      },
      prepare);
  const double read = median_milliseconds([&] { must(boards.page("moons", {})); }, [] {});
  fmt::print("{:10}  write {:.2f} ms   write and read {:.2f} ms   read, unchanged {:.3f} ms\n",
             storage::name_of(GetParam()), write, both, read);
  EXPECT_LE(both, kMostMilliseconds);
}

}  // namespace
}  // namespace events
