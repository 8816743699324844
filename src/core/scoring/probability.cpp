#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/sums.h"
#include "core/scoring/widths.h"

namespace scoring {
namespace {

// Truth as one column a class: labels of rank 1 become 0 and 1. `room` owns what had to be made.
base::Result<View> columns_of(View truth, std::int64_t classes, Array& room) {
  if (!truth.is_flat()) return truth;
  auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  const auto distinct = distinct_labels(*labels);
  const auto most = static_cast<std::int32_t>(classes) - 1;
  const bool are_columns = distinct.front() >= 0 && distinct.back() <= most;
  if (!are_columns && static_cast<std::int64_t>(distinct.size()) != classes)
    return base::invalid(
        fmt::format("prediction has {} columns, which is not the number of classes in truth: give one column "
                    "for each class, in the order of the labels",
                    classes));
  room = Array{std::vector<double>(static_cast<std::size_t>(truth.rows * classes)), truth.rows, classes};
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto label = (*labels)[static_cast<std::size_t>(i)];
    const auto column =
        are_columns ? label : std::lower_bound(distinct.begin(), distinct.end(), label) - distinct.begin();
    room.values[static_cast<std::size_t>(i * classes + column)] = 1;
  }
  return room.view();
}

// A flat prediction is the second class's probability; the first has what is left. In float32 numpy subtracts
// so too.
View both_classes(View prediction, Array& room) {
  if (!prediction.is_flat() && prediction.columns > 1) return prediction;
  room = Array{{}, prediction.rows, 2, prediction.dtype};
  const bool narrow = prediction.dtype == Dtype::f4;
  const auto low = narrow ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  for (std::int64_t i = 0; i < prediction.rows; ++i) {
    const auto raw = *prediction.row(i);
    const auto clipped = std::isfinite(raw) ? std::clamp<double>(raw, low, 1 - low) : raw;
    room.values.push_back(narrow ? static_cast<double>(1 - static_cast<float>(clipped)) : 1 - clipped);
    room.values.push_back(clipped);
  }
  return room.view();
}

// The column of a row's one label, or -1 where the row is not all 0 but for one 1.
template <class Width>
std::int32_t one_label(const double* truth, Width width) {
  const auto column = largest_of(truth, width);
  double weight = 0;
  for (std::int64_t j = 0; j < width; ++j) weight += std::abs(truth[j]);
  return weight == 1 && truth[column] == 1 ? column : -1;
}

// The loss of a row of several labels, or of none.
template <class T, class Width>
base::Result<double> loss_of_labels(const double* truth, const T* clipped, T sum, Width width,
                                    std::int64_t row) {
  double loss = 0;
  for (std::int64_t j = 0; j < width; ++j) {
    if (truth[j] != 0 && truth[j] != 1)
      return base::invalid(
          fmt::format("truth holds {} in row {} (counted from 0): log loss needs one label a row, as 0 and 1",
                      base::to_text(truth[j]), row));
    if (truth[j] == 1) loss -= std::log(static_cast<double>(clipped[j] / sum));
  }
  return loss;
}

// Clips to [eps, 1 - eps] with the epsilon of T, then divides by the row's sum, as scikit-learn 1.2 does.
template <class T, class Width>
base::Result<double> mean_loss(View truth, View prediction, Width width) {
  constexpr T kLow = std::numeric_limits<T>::epsilon();
  constexpr T kHigh = 1 - kLow;
  std::vector<T> clipped(static_cast<std::size_t>(width));
  std::vector<double> losses(static_cast<std::size_t>(truth.rows));
  double nothing = 0;  // x - x is 0 for every finite x
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto* row = prediction.row(i);
    for (std::int64_t j = 0; j < width; ++j) {
      const auto value = static_cast<T>(row[j]);
      nothing += row[j] - row[j];
      clipped[static_cast<std::size_t>(j)] = value < kLow ? kLow : value > kHigh ? kHigh : value;
    }
    const T sum = pairwise_sum(clipped.data(), width);
    const auto label = one_label(truth.row(i), width);
    auto& loss = losses[static_cast<std::size_t>(i)];
    if (label >= 0) {
      loss = -std::log(static_cast<double>(clipped[static_cast<std::size_t>(label)] / sum));
      continue;
    }
    const auto several = loss_of_labels(truth.row(i), clipped.data(), sum, width, i);
    if (!several) return several;
    loss = *several;
  }
  if (nothing != 0) return tl::unexpected(*why_not_finite(prediction, "prediction"));
  return mean_of(whole_sum(losses.data(), truth.rows), truth.rows);
}

base::Result<std::vector<double>> score_matrix_in(const Parameters& parameters, std::int64_t classes) {
  std::vector<double> matrix(static_cast<std::size_t>(classes * classes));
  for (std::int64_t i = 0; i < classes; ++i) matrix[static_cast<std::size_t>(i * classes + i)] = 1;
  const auto* given = parameters.if_contains("score_matrix");
  if (given == nullptr) return matrix;
  const auto wrong = base::invalid(fmt::format(
      "parameter score_matrix must be {0} rows of {0} finite numbers, one for each class", classes));
  if (!given->is_array() || given->get_array().size() != static_cast<std::size_t>(classes)) return wrong;
  matrix.clear();
  for (const auto& row : given->get_array()) {
    if (!row.is_array() || row.get_array().size() != static_cast<std::size_t>(classes)) return wrong;
    for (const auto& value : row.get_array()) {
      if (!value.is_number()) return wrong;
      matrix.push_back(value.to_number<double>());
    }
  }
  return matrix;
}

// What each answer earns in a row of truth: the label's row of the matrix, or a mixture of rows.
template <class Width>
const double* earnings(const double* truth, const std::vector<double>& matrix, std::vector<double>& room,
                       Width width) {
  const auto label = one_label(truth, width);
  if (label >= 0) return matrix.data() + label * width;
  std::fill(room.begin(), room.end(), 0.0);
  for (std::int64_t c = 0; c < width; ++c)
    for (std::int64_t j = 0; j < width; ++j)
      room[static_cast<std::size_t>(j)] += truth[c] * matrix[static_cast<std::size_t>(c * width + j)];
  return room.data();
}

// Probabilities are clipped to [0, 1] and divided by their sum. A row without any scores 0.
template <class T, class Width>
base::Result<double> mean_soft(View truth, View prediction, const std::vector<double>& matrix, Width width) {
  std::vector<T> clipped(static_cast<std::size_t>(width));
  std::vector<double> room(clipped.size());
  std::vector<double> scores(static_cast<std::size_t>(truth.rows));
  double nothing = 0;  // x - x is 0 for every finite x
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto* row = prediction.row(i);
    for (std::int64_t j = 0; j < width; ++j) {
      const auto value = static_cast<T>(row[j]);
      nothing += row[j] - row[j];
      clipped[static_cast<std::size_t>(j)] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
    const T sum = pairwise_sum(clipped.data(), width);
    if (sum == 0) continue;
    const auto* earned = earnings(truth.row(i), matrix, room, width);
    const auto term = [&](std::int64_t j) {
      return static_cast<double>(clipped[static_cast<std::size_t>(j)] / sum) * earned[j];
    };
    scores[static_cast<std::size_t>(i)] = pairwise_sum<double>(term, 0, width);
  }
  if (nothing != 0) return tl::unexpected(*why_not_finite(prediction, "prediction"));
  return mean_of(whole_sum(scores.data(), truth.rows), truth.rows);
}

}  // namespace

// -mean log p(true class) (Good 1952)
base::Result<double> log_loss(View truth, View prediction, const Parameters&) {
  Array truth_room, prediction_room;
  const auto said = both_classes(prediction, prediction_room);
  const auto meant = columns_of(truth, said.columns, truth_room);
  if (!meant) return tl::unexpected(meant.error());
  if (meant->columns < 2) return base::invalid("truth holds one class only: log loss needs two or more");
  if (auto wrong = why_shapes_differ(*meant, said)) return tl::unexpected(std::move(*wrong));
  return with_width(said.columns, [&](auto width) {
    return said.dtype == Dtype::f4 ? mean_loss<float>(*meant, said, width)
                                   : mean_loss<double>(*meant, said, width);
  });
}

// mean over rows of sum_j p_j M[true, j]: accuracy whose misses may earn a part (M = identity: mean p(true))
base::Result<double> soft_accuracy(View truth, View prediction, const Parameters& parameters) {
  if (prediction.is_flat())
    return base::invalid("soft accuracy needs predictions with one column for each class");
  Array room;
  const auto meant = columns_of(truth, prediction.columns, room);
  if (!meant) return tl::unexpected(meant.error());
  if (auto wrong = why_shapes_differ(*meant, prediction)) return tl::unexpected(std::move(*wrong));
  const auto matrix = score_matrix_in(parameters, prediction.columns);
  if (!matrix) return tl::unexpected(matrix.error());
  return with_width(prediction.columns, [&](auto width) {
    return prediction.dtype == Dtype::f4 ? mean_soft<float>(*meant, prediction, *matrix, width)
                                         : mean_soft<double>(*meant, prediction, *matrix, width);
  });
}

}  // namespace scoring
