// Several columns, teams with long names: what a new score costs on a board of 500 rows, in memory alone.
#include <random>

#include <fmt/format.h>

#include "base/time.h"
#include "core/leaderboard/leaderboard.h"

namespace {

using namespace leaderboard;

constexpr int kRows = 500, kUpdates = 2000;
constexpr double kMostMicroseconds = 50;

Row any_row(std::mt19937& chance, int number) {
  Row row{.team = fmt::format("the team of submission {}", number % 60),
          .scores = std::vector<double>(6, 0.5)};
  row.id.bytes[15] = static_cast<std::uint8_t>(number);
  row.id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  row.scores[0] = static_cast<double>(chance() % 1000);
  return row;
}

double microseconds_for(Board::Of of) {
  std::mt19937 chance(1);
  Board board({}, of);
  for (int i = 0; i < kRows; ++i) board.put(any_row(chance, i));
  std::vector<Row> news;
  for (int i = 0; i < kUpdates; ++i) news.push_back(any_row(chance, static_cast<int>(chance() % kRows)));
  const base::Stopwatch watch;
  for (auto& one : news) board.put(std::move(one));
  return watch.seconds() / kUpdates * 1e6;
}

}  // namespace

int main() {
  bool holds = true;
  for (const auto of : {Board::Of::all, Board::Of::best}) {
    const auto each = microseconds_for(of);
    holds = holds && each <= kMostMicroseconds;
    fmt::print("{:<5} {:.2f} us an update   bound {} us{}\n", of == Board::Of::all ? "all" : "best", each,
               kMostMicroseconds, each <= kMostMicroseconds ? "" : "  missed");
  }
  return holds ? 0 : 1;
}
