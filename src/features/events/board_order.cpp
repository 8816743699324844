// The orders of a board.
#include <algorithm>

#include <fmt/format.h>

#include "core/leaderboard/leaderboard.h"
#include "features/events/board.h"

namespace events {
namespace {

using evaluation::ScoreColumn;
using leaderboard::By;

double shown_score(const BoardRow& row, std::string_view column, Shown shown) {
  const auto found = std::find_if(row.scores.begin(), row.scores.end(),
                                  [&](const BoardScore& score) { return score.name == column; });
  if (found == row.scores.end()) return leaderboard::kAbsent;
  const auto score = shown == Shown::test ? found->test : found->valid ? found->valid : found->valid_mean;
  return score.value_or(leaderboard::kAbsent);
}

leaderboard::Row ranked_row(const BoardRow& row, double score) {
  return {.id = row.submission.value(),
          .team = base::to_text(row.team.id),
          .scores = {score},
          .train_seconds = row.fit_seconds.value_or(leaderboard::kAbsent),
          .created = row.created};
}

scoring::Better better_of(bool is_lower) {
  return is_lower ? scoring::Better::lower : scoring::Better::higher;
}

std::vector<leaderboard::Row> best_rows(std::vector<leaderboard::Row> rows, std::vector<RowPointer>& pointers,
                                        const By& by) {
  std::vector<leaderboard::Row> best;
  std::vector<RowPointer> of_best;
  for (const auto place : leaderboard::best_per_team(rows, by)) {
    best.push_back(std::move(rows[place]));
    of_best.push_back(pointers[place]);
  }
  pointers = std::move(of_best);
  return best;
}

// What is sorted by, and whether it falls.
struct Sort {
  std::string_view what;
  bool falls = false;
};

Sort sort_from(std::string_view text, const std::vector<ScoreColumn>& columns) {
  const auto is_column =
      std::any_of(columns.begin(), columns.end(), [&](const ScoreColumn& c) { return c.name == text; });
  if (!is_column && text.starts_with('-')) return {text.substr(1), true};
  return {text, false};
}

base::Failure no_such_order(std::string_view sort, const std::vector<ScoreColumn>& columns) {
  std::string words;
  for (const auto& column : columns) words += fmt::format("\"{}\", ", column.name);
  return base::invalid(
      fmt::format("sort: a board is not sorted by \"{}\", but by {}\"train_time\" or "
                  "\"created_at\", with - before it for falling values",
                  sort, words));
}

}  // namespace

std::vector<Placed> ranked(const std::vector<RowPointer>& rows, const std::vector<ScoreColumn>& columns,
                           Shown shown, Of of) {
  const auto official = columns.empty() ? std::string() : columns.front().name;
  const By by{.better = better_of(!columns.empty() && columns.front().is_lower_the_better)};
  std::vector<leaderboard::Row> to_rank;
  for (const auto& row : rows) to_rank.push_back(ranked_row(*row, shown_score(*row, official, shown)));
  auto pointers = rows;
  if (of == Of::best) to_rank = best_rows(std::move(to_rank), pointers, by);
  std::vector<Placed> placed;
  for (const auto& [row, rank] : leaderboard::rank(to_rank, by)) placed.push_back({pointers[row], rank});
  return placed;
}

base::Result<std::vector<Placed>> sorted(std::vector<Placed> placed, std::string_view text,
                                         const std::vector<ScoreColumn>& columns, Shown shown) {
  const auto sort = sort_from(text, columns);
  By by{.better = better_of(!sort.falls)};
  const auto column =
      std::find_if(columns.begin(), columns.end(), [&](const ScoreColumn& c) { return c.name == sort.what; });
  if (column == columns.end()) {
    if (sort.what != "created_at" && sort.what != "train_time") return no_such_order(sort.what, columns);
    by.what = sort.what == "created_at" ? By::What::created : By::What::train_time;
  }
  std::vector<leaderboard::Row> rows;
  for (const auto& [row, rank] : placed)
    rows.push_back(ranked_row(*row, shown_score(*row, sort.what, shown)));
  std::vector<Placed> in_order;
  for (const auto& at : leaderboard::rank(rows, by)) in_order.push_back(placed[at.row]);
  return in_order;
}

}  // namespace events
