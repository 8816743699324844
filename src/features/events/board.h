// A board's rows and how a reader wants them. Knows no database and nobody's test scores: whoever fills them
// in has seen the release.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/leaderboard/leaderboard.h"
#include "features/events/events.h"

namespace events {

struct BoardScore {
  std::string name;
  std::optional<double> train_mean{}, valid_mean{};  // over the folds
  std::optional<double> valid{}, test{};             // of the bag
};

struct BoardRow {
  submissions::SubmissionId submission;
  Team team;
  int number = 0;
  std::string name;
  std::vector<BoardScore> scores{};
  std::optional<double> fit_seconds{}, predict_seconds{};
  base::Instant created{};
  std::optional<base::Instant> scored{};
};

// What participants are ranked on: of the bag, or of the folds where there is no bag.
std::optional<double> visible_score(const BoardRow& row, std::string_view column);

// The scores' column in the database, and back; what was written otherwise is read as no scores.
std::string text_of(const std::vector<BoardScore>& scores);
std::vector<BoardScore> scores_from(std::string_view text);
std::vector<BoardScore> scores_of(const submissions::VisibleScores& scores);

// On which scores rows are ranked: the bag's on the test part after the release, else the visible ones.
enum class Shown { visible, test };
enum class Of { best, all };  // best: of each team, by the official score

using RowPointer = std::shared_ptr<const BoardRow>;
struct Placed {
  RowPointer row;
  int rank = 0;  // by the official score, whatever the order; equal scores share it
};
// The rows of a board by the official score, the first of `columns`, equal ones by birth: kept as they come
// and go.
class Order {
 public:
  Order(const std::vector<evaluation::ScoreColumn>& columns, Shown shown);
  void put(RowPointer row);  // in place of the one of its submission
  void remove(const submissions::SubmissionId& id);

  std::size_t size(Of of) const { return board(of).size(); }
  std::vector<Placed> page(Of of, std::size_t first, std::size_t count) const;
  std::optional<std::size_t> place_of(Of of, const submissions::SubmissionId& id) const;

 private:
  const leaderboard::Board& board(Of of) const { return of == Of::all ? all_ : best_; }

  std::string official_;
  Shown shown_;
  leaderboard::Board all_, best_;
  std::map<base::Ulid, RowPointer> rows_{};
};
// In another order: a column's name, "train_time" or "created_at", rising, or falling with "-" before it.
// Absent values are last. Fails with `invalid` on another word, saying which there are.
base::Result<std::vector<Placed>> sorted(std::vector<Placed> placed, std::string_view sort,
                                         const std::vector<evaluation::ScoreColumn>& columns, Shown shown);

// As the API shows it; `rank` 0: it has none.
base::json::object row_json(const BoardRow& row, int rank);
base::json::array columns_json(const std::vector<evaluation::ScoreColumn>& columns);

}  // namespace events
