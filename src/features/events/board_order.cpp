// The orders of a board.
#include <algorithm>

#include <fmt/format.h>

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

leaderboard::By by_official(const std::vector<ScoreColumn>& columns) {
  return {.better = better_of(!columns.empty() && columns.front().is_lower_the_better)};
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

Order::Order(const std::vector<ScoreColumn>& columns, Shown shown)
    : official_(columns.empty() ? "" : columns.front().name),
      shown_(shown),
      all_(by_official(columns), leaderboard::Board::Of::all),
      best_(by_official(columns), leaderboard::Board::Of::best) {}

void Order::put(RowPointer row) {
  auto ranked = ranked_row(*row, shown_score(*row, official_, shown_));
  all_.put(ranked);
  best_.put(std::move(ranked));
  rows_.insert_or_assign(row->submission.value(), std::move(row));
}

void Order::remove(const submissions::SubmissionId& id) {
  all_.remove(id.value());
  best_.remove(id.value());
  rows_.erase(id.value());
}

std::vector<Placed> Order::page(Of of, std::size_t first, std::size_t count) const {
  std::vector<Placed> placed;
  for (const auto& [row, rank] : board(of).page(first, count)) placed.push_back({rows_.at(row->id), rank});
  return placed;
}

std::optional<std::size_t> Order::place_of(Of of, const submissions::SubmissionId& id) const {
  return board(of).place_of(id.value());
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
