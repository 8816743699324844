// Ranks rows by a score, all of them at once or row by row as they come. Knows no event, no person and no
// clock: what a row's scores are of is its owner's affair.
#pragma once
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "core/scoring/scoring.h"

namespace leaderboard {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

struct Row {
  base::Ulid id{};
  std::string team;
  std::vector<double> scores{};  // by column; a NaN, or a column that is not there, is an absent score
  double train_seconds = kAbsent;
  base::Instant created{};
};

// What a board is sorted by. Absent scores are last, whichever is better. Within a tie the earlier submission
// stands first.
struct By {
  enum class What { score, train_time, created };
  What what = What::score;
  std::size_t column = 0;  // of a score
  scoring::Better better = scoring::Better::higher;
};

// shared: equal scores have an equal rank, 1 2 2 4. earlier_first: the earlier one ranks higher, 1 2 3 4.
enum class Ties { shared, earlier_first };

struct Ranked {
  std::size_t row = 0;  // its place in what was given
  int rank = 0;
};

// Every row, the best first.
std::vector<Ranked> rank(std::span<const Row> rows, const By& by, Ties ties = Ties::shared);
// The place of each team's best row, the best first.
std::vector<std::size_t> best_per_team(std::span<const Row> rows, const By& by);

// A board that is kept as its rows come, change and go. A change costs O(log n), whatever the number of rows.
class Board {
 public:
  enum class Of { all, best };  // best: of each team, the others wait behind it

  Board(By by, Of of, Ties ties = Ties::shared);
  Board(Board&&) noexcept;
  Board& operator=(Board&&) noexcept;
  ~Board();

  // What a change did to the board: nothing at all where the row stays in its place, or is behind its team's
  // best.
  struct Change {
    struct Stand {
      base::Ulid id{};
      int rank = 0;
    };
    std::optional<Stand> before{};  // the row that stood on the board and left it, or moved
    std::optional<Stand> after{};   // the row that came, or where it moved
    // The others whose rank moved, each by `by`: those from place `first` up to `last`, which is not among
    // them. The row of `after` may stand between them.
    std::size_t first = 0, last = 0;
    int by = 0;
  };

  Change put(Row row);                  // a new row, or in place of the one of its id and team
  Change remove(const base::Ulid& id);  // nothing where there is no such row

  std::size_t size() const;  // rows on the board
  struct Place {
    const Row* row = nullptr;  // until the next change
    int rank = 0;
  };
  // Those from place `first` on, at most `count`, the best first. O(log n) each.
  std::vector<Place> page(std::size_t first, std::size_t count) const;
  const Row* find(const base::Ulid& id) const;             // also behind a team's best; null when unknown
  std::optional<int> rank_of(const base::Ulid& id) const;  // nothing for what is not on the board
  std::optional<std::size_t> place_of(const base::Ulid& id) const;  // from 0, as `page` counts

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leaderboard
