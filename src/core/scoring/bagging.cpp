#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/scoring/predictions.h"
#include "core/scoring/sums.h"

namespace scoring {
namespace {

constexpr double kLow = 1e-15;
constexpr double kHigh = 1 - 1e-15;

std::optional<base::Error> why_no_fold(const PredictionType& type, std::int64_t rows, const Fold& fold,
                                       std::size_t number) {
  const auto what = fmt::format("prediction of fold {}", number);
  if (auto wrong = why_not_of(type, fold.prediction, what)) return wrong;
  const auto refuse = [](std::string message) {
    return base::Error{base::ErrorKind::invalid, std::move(message)};
  };
  if (fold.prediction.rows != static_cast<std::int64_t>(fold.rows.size()))
    return refuse(
        fmt::format("{} has {} rows, and the fold {}", what, fold.prediction.rows, fold.rows.size()));
  for (const auto row : fold.rows)
    if (row < 0 || row >= rows)
      return refuse(
          fmt::format("fold {} names row {}, and there are {} rows, counted from 0", number, row, rows));
  return std::nullopt;
}

// What numpy's clip leaves (NaN as it is), over its sum: a NaN anywhere makes a row of NaN.
void normalise(std::vector<double>& row) {
  for (auto& value : row) value = value < kLow ? kLow : value > kHigh ? kHigh : value;
  const auto sum = pairwise_sum(row.data(), static_cast<std::int64_t>(row.size()));
  for (auto& value : row) value /= sum;
}

// Running sums and counts of what is no number-less cell, in the order of the folds: numpy's nanmean.
struct Running {
  std::vector<double> sums;
  std::vector<double> counts;
};

void add_fold(Running& running, const PredictionType& type, const Fold& fold) {
  const auto width = static_cast<std::size_t>(fold.prediction.width());
  std::vector<double> row(width);
  std::vector<std::int64_t> last(running.sums.size() / width,
                                 -1);  // a row named twice keeps its last prediction
  for (std::size_t i = 0; i < fold.rows.size(); ++i)
    last[static_cast<std::size_t>(fold.rows[i])] = static_cast<std::int64_t>(i);
  for (std::size_t r = 0; r < last.size(); ++r) {
    if (last[r] < 0) continue;
    const auto* from = fold.prediction.row(last[r]);
    row.assign(from, from + width);
    if (type.kind == PredictionType::Kind::multiclass) normalise(row);
    for (std::size_t j = 0; j < width; ++j) {
      if (std::isnan(row[j])) continue;
      running.sums[r * width + j] += row[j];
      running.counts[r * width + j] += 1;
    }
  }
}

// A whole of one single number is the one case that numpy sums pairwise over folds.
double sum_of_single(const PredictionType& type, std::span<const Fold> folds) {
  std::vector<double> values;
  for (const auto& fold : folds) {
    Running one{{0}, {0}};
    add_fold(one, type, fold);
    values.push_back(one.sums[0]);
  }
  return pairwise_sum(values.data(), static_cast<std::int64_t>(values.size()));
}

}  // namespace

base::Result<Bagged> bag(const PredictionType& prediction_type, std::int64_t rows,
                         std::span<const Fold> folds) {
  if (folds.empty()) return base::invalid("there are no folds to bag");
  for (std::size_t i = 0; i < folds.size(); ++i)
    if (auto wrong = why_no_fold(prediction_type, rows, folds[i], i))
      return tl::unexpected(std::move(*wrong));
  const auto width = static_cast<std::size_t>(std::max<std::int64_t>(prediction_type.width, 1));
  const auto cells = static_cast<std::size_t>(rows) * width;
  Running running{std::vector<double>(cells), std::vector<double>(cells)};
  for (const auto& fold : folds) add_fold(running, prediction_type, fold);
  if (cells == 1) running.sums[0] = sum_of_single(prediction_type, folds);
  Bagged bagged;
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
    if (std::isnan(running.sums[r * width] / running.counts[r * width])) continue;  // 0 / 0: in no fold
    bagged.covered.push_back(static_cast<std::int64_t>(r));
    for (std::size_t j = 0; j < width; ++j)
      bagged.values.values.push_back(running.sums[r * width + j] / running.counts[r * width + j]);
  }
  bagged.values.rows = static_cast<std::int64_t>(bagged.covered.size());
  bagged.values.columns = prediction_type.width;
  return bagged;
}

}  // namespace scoring
