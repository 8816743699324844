// Labels out of arrays: classes as whole numbers, or the column that is largest.
#pragma once
#include <vector>

#include "core/scoring/scoring.h"

namespace scoring {

// numpy's argmax: the first of the largest, and the first NaN before anything else.
inline std::int32_t largest_of(const double* row, std::int64_t width) {
  double best = row[0];
  std::int32_t index = 0;
  for (std::int32_t j = 1; j < width; ++j) {
    const bool better = !(row[j] <= best) & (best == best);
    best = better ? row[j] : best;
    index = better ? j : index;
  }
  return index;
}

// Fails with `invalid` where a label of rank 1 is no whole number of at most 31 bits.
base::Result<std::vector<std::int32_t>> labels_of(View view, std::string_view what);

// The distinct labels in ascending order, or nothing once there are more than `most`.
std::optional<std::vector<std::int32_t>> distinct_labels(std::span<const std::int32_t> labels,
                                                         std::size_t most);

// For each class seen in truth or prediction, in ascending order: rows where both say it, where truth does,
// where prediction does.
struct ClassCounts {
  std::vector<std::int64_t> both;
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> prediction;
};

base::Result<ClassCounts> count_classes(View truth, View prediction);

}  // namespace scoring
