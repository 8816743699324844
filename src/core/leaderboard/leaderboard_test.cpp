#include "core/leaderboard/leaderboard.h"

#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {
using namespace leaderboard;
using scoring::Better;

base::Ulid ulid(int number) {
  base::Ulid made;
  made.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  made.bytes[15] = static_cast<std::uint8_t>(number);
  return made;
}

Row row(int id, std::string team, double score, int minute = 0, double seconds = kAbsent) {
  return {ulid(id), std::move(team), {score}, seconds, base::Instant(std::chrono::minutes(minute))};
}

using Line = std::pair<std::size_t, int>;  // a row's place in what was given, its rank

std::vector<Line> lines(std::span<const Row> rows, const By& by, Ties ties = Ties::shared) {
  std::vector<Line> found;
  for (const auto& [at, given] : rank(rows, by, ties)) found.emplace_back(at, given);
  return found;
}

TEST(Ranking, GoesByScoreAndTellsTiesByAge) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  struct Case {
    const char* what;
    std::vector<Row> rows;
    By by;
    Ties ties;
    std::vector<Line> expect;
  };
  const By higher{}, lower{.better = Better::lower};
  const Case cases[] = {
      {"nothing", {}, higher, Ties::shared, {}},
      {"higher is better",
       {row(1, "a", 0.1), row(2, "b", 0.3), row(3, "c", 0.2)},
       higher,
       Ties::shared,
       {{1, 1}, {2, 2}, {0, 3}}},
      {"lower is better",
       {row(1, "a", 0.1), row(2, "b", 0.3), row(3, "c", 0.2)},
       lower,
       Ties::shared,
       {{0, 1}, {2, 2}, {1, 3}}},
      {"a tie shares its rank, the earlier first",
       {row(1, "a", 0.5, 9), row(2, "b", 0.9), row(3, "c", 0.5, 3), row(4, "d", 0.1)},
       higher,
       Ties::shared,
       {{1, 1}, {2, 2}, {0, 2}, {3, 4}}},
      {"or the earlier ranks higher",
       {row(1, "a", 0.5, 9), row(2, "b", 0.9), row(3, "c", 0.5, 3), row(4, "d", 0.1)},
       higher,
       Ties::earlier_first,
       {{1, 1}, {2, 2}, {0, 3}, {3, 4}}},
      {"of one moment, the one that was born first",
       {row(2, "a", 0.5), row(1, "b", 0.5)},
       higher,
       Ties::earlier_first,
       {{1, 1}, {0, 2}}},
      {"absent is last, and ties with absent",
       {row(1, "a", kAbsent, 2), row(2, "b", -kInfinite), row(3, "c", kAbsent, 1)},
       higher,
       Ties::shared,
       {{1, 1}, {2, 2}, {0, 2}}},
      {"absent is last also where lower is better",
       {row(1, "a", kAbsent), row(2, "b", kInfinite)},
       lower,
       Ties::shared,
       {{1, 1}, {0, 2}}},
      {"minus zero is zero",
       {row(1, "a", 0.0, 2), row(2, "b", -0.0, 1)},
       higher,
       Ties::shared,
       {{1, 1}, {0, 1}}},
      {"a column that is not there is absent", {row(1, "a", 1)}, {.column = 7}, Ties::shared, {{0, 1}}},
      {"by training time",
       {row(1, "a", 1, 0, 20), row(2, "b", 1, 0, 3), row(3, "c", 1)},
       {.what = By::What::train_time, .better = Better::lower},
       Ties::shared,
       {{1, 1}, {0, 2}, {2, 3}}},
      {"the newest first",
       {row(1, "a", 1, 5), row(2, "b", 1, 8)},
       {.what = By::What::created, .better = Better::higher},
       Ties::shared,
       {{1, 1}, {0, 2}}},
  };
  for (const auto& c : cases) EXPECT_EQ(lines(c.rows, c.by, c.ties), c.expect) << c.what;
}

TEST(Ranking, TakesEachTeamsBest) {
  const std::vector<Row> rows{row(1, "a", 0.4), row(2, "b", 0.3), row(3, "a", 0.6, 5), row(4, "a", 0.6, 4),
                              row(5, "c", kAbsent)};
  EXPECT_EQ(best_per_team(rows, {}), (std::vector<std::size_t>{3, 1, 4}));
  EXPECT_EQ(best_per_team(rows, {.better = Better::lower}), (std::vector<std::size_t>{1, 0, 4}));
}

TEST(ABoard, TellsWhoRoseAndWhoFell) {
  Board board({}, Board::Of::best);
  board.put(row(1, "a", 0.5));
  board.put(row(2, "b", 0.4));
  board.put(row(3, "c", 0.3));
  const auto behind = board.put(row(4, "b", 0.2));
  EXPECT_FALSE(behind.before || behind.after);
  EXPECT_EQ(behind.first, behind.last);
  EXPECT_EQ(board.size(), 3u);
  EXPECT_FALSE(board.rank_of(ulid(4)));
  EXPECT_NE(board.find(ulid(4)), nullptr);

  const auto rise = board.put(row(5, "c", 0.9));
  EXPECT_EQ(rise.before->id, ulid(3));
  EXPECT_EQ(rise.before->rank, 3);
  EXPECT_EQ(rise.after->id, ulid(5));
  EXPECT_EQ(rise.after->rank, 1);
  EXPECT_EQ(rise.first, 1u);
  EXPECT_EQ(rise.last, 3u);
  EXPECT_EQ(rise.by, 1);

  const auto gone = board.remove(ulid(2));
  EXPECT_EQ(gone.after->id, ulid(4)) << "what stood behind it comes to the fore";
  EXPECT_FALSE(board.remove(ulid(77)).before);
}

// Ranks by id, of the board as it would be computed anew.
std::map<base::Ulid, int> anew(const std::map<base::Ulid, Row>& rows, const By& by, Board::Of of, Ties ties,
                               std::vector<base::Ulid>& order) {
  std::vector<Row> all, shown;
  for (const auto& [id, one] : rows) all.push_back(one);
  if (of == Board::Of::all) shown = all;
  if (of == Board::Of::best)
    for (const auto at : best_per_team(all, by)) shown.push_back(all[at]);
  std::map<base::Ulid, int> ranks;
  order.clear();
  for (const auto& [at, given] : rank(shown, by, ties)) {
    ranks[shown[at].id] = given;
    order.push_back(shown[at].id);
  }
  return ranks;
}

void expect_told(const Board::Change& change, std::map<base::Ulid, int> before,
                 const std::map<base::Ulid, int>& after, const std::vector<base::Ulid>& order) {
  if (change.before) {
    ASSERT_EQ(before.at(change.before->id), change.before->rank);
    before.erase(change.before->id);
  }
  if (change.after) {
    ASSERT_EQ(after.at(change.after->id), change.after->rank);
    before[change.after->id] = change.after->rank;
  }
  for (std::size_t place = change.first; place < change.last; ++place) {
    if (!change.after || order.at(place) != change.after->id) before.at(order.at(place)) += change.by;
  }
  ASSERT_EQ(before, after) << "what was told makes the old ranks the new ones";
}

TEST(ABoard, IsWhatItWouldBeComputedAnew) {
  std::mt19937 chance(3);
  for (int round = 0; round < 120; ++round) {
    const By by{.better = round % 2 == 0 ? Better::higher : Better::lower};
    const auto of = round / 2 % 2 == 0 ? Board::Of::all : Board::Of::best;
    const auto ties = round / 4 % 2 == 0 ? Ties::shared : Ties::earlier_first;
    Board board(by, of, ties);
    std::map<base::Ulid, Row> rows;
    std::map<base::Ulid, int> ranks;
    std::vector<base::Ulid> order;
    for (int step = 0; step < 150; ++step) {
      const auto id = static_cast<int>(chance() % 40);
      Board::Change change;
      if (chance() % 4 == 0) {
        change = board.remove(ulid(id));
        rows.erase(ulid(id));
      } else {
        const auto score = chance() % 9 == 0 ? kAbsent : static_cast<double>(chance() % 8);
        auto made = row(id, fmt::format("team {}", id % 7), score, static_cast<int>(chance() % 5));
        rows[ulid(id)] = made;
        change = board.put(std::move(made));
      }
      const auto expected = anew(rows, by, of, ties, order);
      ASSERT_NO_FATAL_FAILURE(expect_told(change, ranks, expected, order)) << "round " << round;
      ranks = expected;
      ASSERT_EQ(board.size(), order.size());
      const auto page = board.page(0, 100);
      ASSERT_EQ(page.size(), order.size());
      for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_EQ(page[i].row->id, order[i]);
        ASSERT_EQ(page[i].rank, ranks.at(order[i]));
        ASSERT_EQ(board.rank_of(order[i]), page[i].rank);
      }
    }
  }
}

TEST(ABoard, PagesItsRows) {
  Board board({}, Board::Of::all);
  for (int i = 0; i < 10; ++i) board.put(row(i, "a", i));
  const auto page = board.page(8, 5);
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].row->id, ulid(1));
  EXPECT_EQ(page[0].rank, 9);
  EXPECT_TRUE(board.page(10, 5).empty());
}

TEST(ABoard, KnowsThePlaceOfEachRowOfAPage) {
  for (const auto of : {Board::Of::all, Board::Of::best}) {
    Board board({}, of);
    for (int i = 0; i < 10; ++i) board.put(row(i, fmt::format("team {}", i / 2), i / 3));
    const auto page = board.page(0, 10);
    ASSERT_EQ(page.size(), of == Board::Of::all ? 10u : 5u);
    for (std::size_t at = 0; at < page.size(); ++at) EXPECT_EQ(board.place_of(page[at].row->id), at);
  }
  Board board({}, Board::Of::best);
  board.put(row(1, "a", 1));
  board.put(row(2, "a", 2));
  EXPECT_EQ(board.place_of(ulid(1)), std::nullopt) << "it is behind its team's best";
  EXPECT_EQ(board.place_of(ulid(9)), std::nullopt);
}

}  // namespace
