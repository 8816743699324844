// Labels out of arrays: classes as whole numbers, or the column that is largest.
#pragma once
#include <cmath>
#include <vector>

#include "core/scoring/scoring.h"

namespace scoring {

// numpy's argmax: the first of the largest, and the first NaN before anything else. Without branches: which
// class is largest is what a processor cannot guess.
template <class Width>
std::int32_t largest_of(const double* row, Width width) {
  double best = row[0];
  double sum = row[0];
  std::int32_t index = 0;
  for (std::int32_t j = 1; j < width; ++j) {
    const auto better = static_cast<std::int32_t>(row[j] > best);
    index += (j - index) * better;
    best = row[j] > best ? row[j] : best;
    sum += row[j];
  }
  if (sum == sum) return index;
  for (std::int32_t j = 0; j < width; ++j)
    if (std::isnan(row[j])) return j;
  return index;  // of both infinities, which sum to NaN too
}

// Fails with `invalid` where a label of rank 1 is no whole number of at most 31 bits.
base::Result<std::vector<std::int32_t>> labels_of(View view, std::string_view what);

struct TwoLabels {
  std::int32_t lower;
  std::int32_t upper;  // the same where there is one label only
};

// Nothing where there are more than two.
std::optional<TwoLabels> two_labels(std::span<const std::int32_t> labels);

// In ascending order.
std::vector<std::int32_t> distinct_labels(std::vector<std::int32_t> labels);

// For each class seen in truth or prediction, in ascending order: rows where both say it, where truth does,
// where prediction does.
struct ClassCounts {
  std::vector<std::int64_t> both;
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> prediction;
};

base::Result<ClassCounts> count_classes(View truth, View prediction);

}  // namespace scoring
