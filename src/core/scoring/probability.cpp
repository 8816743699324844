#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/sums.h"

namespace scoring {
namespace {

// Truth as one column a class: labels of rank 1 become 0 and 1. `room` owns what had to be made.
base::Result<View> columns_of(View truth, std::int64_t classes, Array& room) {
  if (!truth.is_flat()) return truth;
  auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  auto distinct = distinct_labels(*labels, static_cast<std::size_t>(classes));
  const auto most = static_cast<std::int32_t>(classes) - 1;
  const bool are_columns = distinct && distinct->front() >= 0 && distinct->back() <= most;
  if (!distinct || (!are_columns && static_cast<std::int64_t>(distinct->size()) != classes))
    return base::invalid(
        fmt::format("prediction has {} columns, which is not the number of classes in truth: give one column "
                    "for each class, in the order of the labels",
                    classes));
  room = Array{std::vector<double>(static_cast<std::size_t>(truth.rows * classes)), truth.rows, classes};
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto label = (*labels)[static_cast<std::size_t>(i)];
    const auto column =
        are_columns ? label : std::lower_bound(distinct->begin(), distinct->end(), label) - distinct->begin();
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

// The loss of a row from its clipped probabilities. Only one column counts where the row is one-hot.
template <class T>
base::Result<double> row_loss(const double* truth, const T* clipped, T sum, std::int64_t width,
                              std::int64_t row) {
  const auto column = largest_of(truth, width);
  double weight = 0;
  for (std::int64_t j = 0; j < width; ++j) weight += std::abs(truth[j]);
  if (weight == 1 && truth[column] == 1) return -std::log(static_cast<double>(clipped[column] / sum));
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
template <class T>
base::Result<double> mean_loss(View truth, View prediction) {
  constexpr T kLow = std::numeric_limits<T>::epsilon();
  constexpr T kHigh = 1 - kLow;
  const auto width = prediction.columns;
  std::vector<T> clipped(static_cast<std::size_t>(width));
  std::vector<double> losses(static_cast<std::size_t>(truth.rows));
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto* row = prediction.row(i);
    bool finite = true;
    for (std::int64_t j = 0; j < width; ++j) {
      const auto value = static_cast<T>(row[j]);
      finite &= std::abs(value) <= std::numeric_limits<T>::max();
      clipped[static_cast<std::size_t>(j)] = value < kLow ? kLow : value > kHigh ? kHigh : value;
    }
    if (!finite) return tl::unexpected(*why_not_finite(prediction, "prediction"));
    const auto loss = row_loss(truth.row(i), clipped.data(), pairwise_sum(clipped.data(), width), width, i);
    if (!loss) return loss;
    losses[static_cast<std::size_t>(i)] = *loss;
  }
  return mean_of(pairwise_sum(losses.data(), truth.rows), truth.rows);
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

// Row i of truth times the matrix, summed against the probabilities clipped to [0, 1] and normalised. A row
// without any probability scores 0.
template <class T>
double soft_row(const double* truth, const double* prediction, const std::vector<double>& matrix,
                std::vector<T>& room, std::vector<double>& terms) {
  const auto width = static_cast<std::int64_t>(room.size());
  for (std::int64_t j = 0; j < width; ++j)
    room[static_cast<std::size_t>(j)] = std::clamp(static_cast<T>(prediction[j]), T{0}, T{1});
  const T sum = pairwise_sum(room.data(), width);
  if (sum == 0) return 0;
  std::fill(terms.begin(), terms.end(), 0.0);
  for (std::int64_t c = 0; c < width; ++c) {
    if (truth[c] == 0) continue;
    for (std::int64_t j = 0; j < width; ++j)
      terms[static_cast<std::size_t>(j)] += truth[c] * matrix[static_cast<std::size_t>(c * width + j)];
  }
  for (std::int64_t j = 0; j < width; ++j)
    terms[static_cast<std::size_t>(j)] *= static_cast<double>(room[static_cast<std::size_t>(j)] / sum);
  return pairwise_sum(terms.data(), width);
}

template <class T>
double mean_soft(View truth, View prediction, const std::vector<double>& matrix) {
  std::vector<T> room(static_cast<std::size_t>(prediction.columns));
  std::vector<double> terms(room.size());
  std::vector<double> scores(static_cast<std::size_t>(truth.rows));
  for (std::int64_t i = 0; i < truth.rows; ++i)
    scores[static_cast<std::size_t>(i)] = soft_row(truth.row(i), prediction.row(i), matrix, room, terms);
  return mean_of(pairwise_sum(scores.data(), truth.rows), truth.rows);
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
  return said.dtype == Dtype::f4 ? mean_loss<float>(*meant, said) : mean_loss<double>(*meant, said);
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
  if (auto wrong = why_not_finite(prediction, "prediction")) return tl::unexpected(std::move(*wrong));
  return prediction.dtype == Dtype::f4 ? mean_soft<float>(*meant, prediction, *matrix)
                                       : mean_soft<double>(*meant, prediction, *matrix);
}

}  // namespace scoring
