#include <algorithm>
#include <numeric>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/sums.h"

namespace scoring {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double mean(const std::vector<double>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return mean_of(whole_sum(values.data(), count), count);
}

}  // namespace

// Share of rows whose label is right.
base::Result<double> accuracy(View truth, View prediction, const Parameters&) {
  const auto counts = count_classes(truth, prediction);
  if (!counts) return tl::unexpected(counts.error());
  return ratio(std::accumulate(counts->both.begin(), counts->both.end(), std::int64_t{0}), truth.rows);
}

base::Result<double> zero_one_loss(View truth, View prediction, const Parameters& parameters) {
  const auto right = accuracy(truth, prediction, parameters);
  if (!right) return right;
  return 1 - *right;
}

// Mean recall over the classes of the truth; adjusted: (score - chance) / (1 - chance), chance = 1 / classes
// (Brodersen et al. 2010; the adjustment is Youden's J for two classes).
base::Result<double> balanced_accuracy(View truth, View prediction, const Parameters& parameters) {
  const auto adjusted = flag_parameter(parameters, "adjusted", false);
  if (!adjusted) return tl::unexpected(adjusted.error());
  const auto counts = count_classes(truth, prediction);
  if (!counts) return tl::unexpected(counts.error());
  std::vector<double> recalls;
  for (std::size_t c = 0; c < counts->truth.size(); ++c)
    if (counts->truth[c] > 0) recalls.push_back(ratio(counts->both[c], counts->truth[c]));
  const auto score = mean(recalls);
  if (!*adjusted) return score;
  if (recalls.size() == 1)
    return base::invalid(
        "truth holds one class only: balanced accuracy adjusted for chance is undefined; use adjusted=false");
  const auto chance = 1 / static_cast<double>(recalls.size());
  return (score - chance) / (1 - chance);
}

// Mean recall over the classes of truth and prediction: a class that only the prediction names counts as 0.
base::Result<double> recall_macro(View truth, View prediction, const Parameters&) {
  const auto counts = count_classes(truth, prediction);
  if (!counts) return tl::unexpected(counts.error());
  std::vector<double> recalls;
  for (std::size_t c = 0; c < counts->truth.size(); ++c)
    recalls.push_back(ratio(counts->both[c], counts->truth[c]));
  return mean(recalls);
}

// Share of classes (of truth and prediction) whose F1, 2 P R / (P + R), is above the threshold.
base::Result<double> f1_above(View truth, View prediction, const Parameters& parameters) {
  const auto threshold = number_parameter(parameters, "threshold", 0.5);
  if (!threshold) return threshold;
  const auto counts = count_classes(truth, prediction);
  if (!counts) return tl::unexpected(counts.error());
  std::int64_t above = 0;
  for (std::size_t c = 0; c < counts->truth.size(); ++c) {
    const auto precision = ratio(counts->both[c], counts->prediction[c]);
    const auto recall = ratio(counts->both[c], counts->truth[c]);
    const auto sum = precision + recall;
    if (2 * precision * recall / (sum == 0 ? 1 : sum) > *threshold) ++above;
  }
  return ratio(above, static_cast<std::int64_t>(counts->truth.size()));
}

}  // namespace scoring
