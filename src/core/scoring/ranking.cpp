#include <limits>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/radix.h"

namespace scoring {
namespace {

std::optional<base::Error> why_too_many(View view) {
  if (view.rows <= std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return base::Error{base::ErrorKind::too_large,
                     fmt::format("{} rows are more than a ranking metric takes (2^31 - 1)", view.rows)};
}

// Twice the pairs (positive, negative) that are in order, ties counted once: Mann and Whitney's U, doubled.
std::uint64_t twice_pairs_in_order(const std::vector<std::uint64_t>& positives,
                                   const std::vector<std::uint64_t>& negatives) {
  std::uint64_t twice = 0;
  std::size_t below = 0;  // negatives below the positive
  std::size_t upto = 0;   // negatives below it or equal to it
  for (const auto key : positives) {
    while (below < negatives.size() && negatives[below] < key) ++below;
    if (upto < below) upto = below;
    while (upto < negatives.size() && negatives[upto] == key) ++upto;
    twice += below + upto;
  }
  return twice;
}

// Gini's area of a column, sorted from the greatest of `by` down, ties in their first order:
// (sum of the running sums / sum - (n + 1) / 2) / n.
base::Result<double> gini(const std::vector<double>& values, std::vector<std::uint64_t> keys) {
  const auto order = order_of(std::move(keys));
  const auto rows = static_cast<std::int64_t>(values.size());
  double running = 0;
  double area = 0;
  for (const auto at : order) {
    running += values[at];
    area += running;
  }
  if (running == 0) return base::invalid("truth sums to 0: Gini's coefficient is undefined");
  return (area / running - static_cast<double>(rows + 1) / 2) / static_cast<double>(rows);
}

std::vector<std::uint64_t> keys_from_greatest(View view) {
  std::vector<std::uint64_t> keys(static_cast<std::size_t>(view.rows));
  for (std::int64_t i = 0; i < view.rows; ++i) keys[static_cast<std::size_t>(i)] = key_of(-*view.row(i));
  return keys;
}

// Numbers as they are, or the label of each row.
base::Result<Array> amounts_of(View truth) {
  Array amounts{{}, truth.rows, 0};
  if (!truth.is_flat()) {
    const auto labels = labels_of(truth, "truth");
    amounts.values.assign(labels->begin(), labels->end());
    return amounts;
  }
  if (auto wrong = why_not_finite(truth, "truth")) return tl::unexpected(std::move(*wrong));
  amounts.values.reserve(static_cast<std::size_t>(truth.rows));
  for (std::int64_t i = 0; i < truth.rows; ++i) amounts.values.push_back(*truth.row(i));
  return amounts;
}

}  // namespace

// The area under the ROC curve is the share of pairs in order (Hanley and McNeil 1982).
base::Result<double> roc_auc(View truth, View prediction, const Parameters&) {
  if (auto wrong = why_too_many(truth)) return tl::unexpected(std::move(*wrong));
  const auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  const auto classes = distinct_labels(*labels, 2);
  if (!classes)
    return base::invalid("truth holds more than two classes: ROC AUC here is of two classes only");
  if (classes->size() == 1)
    return base::invalid(
        "truth holds one class only: ROC AUC is undefined; use folds that keep both classes in each part");
  const auto said = second_class(prediction);
  if (!said) return tl::unexpected(said.error());
  std::vector<std::uint64_t> sides[2];
  for (auto& side : sides) side.resize(labels->size());
  std::size_t counts[2] = {0, 0};
  for (std::size_t i = 0; i < labels->size(); ++i) {
    const std::size_t side = (*labels)[i] == (*classes)[1] ? 1 : 0;
    sides[side][counts[side]++] = key_of(*said->row(static_cast<std::int64_t>(i)));
  }
  for (std::size_t side = 0; side < 2; ++side) {
    sides[side].resize(counts[side]);
    sort_keys(sides[side]);
  }
  const auto pairs = static_cast<double>(counts[0]) * static_cast<double>(counts[1]);
  return static_cast<double>(twice_pairs_in_order(sides[1], sides[0])) / (2 * pairs);
}

// Gini of truth sorted by prediction over Gini of truth sorted by itself (2 AUC - 1 for two classes)
base::Result<double> normalized_gini(View truth, View prediction, const Parameters&) {
  if (auto wrong = why_too_many(truth)) return tl::unexpected(std::move(*wrong));
  const auto said = second_class(prediction);
  if (!said) return tl::unexpected(said.error());
  const auto amounts = amounts_of(truth);
  if (!amounts) return tl::unexpected(amounts.error());
  const auto reached = gini(amounts->values, keys_from_greatest(*said));
  if (!reached) return reached;
  const auto best = gini(amounts->values, keys_from_greatest(amounts->view()));
  if (*best == 0) return base::invalid("truth holds one value only: Gini's coefficient is undefined");
  return *reached / *best;
}

}  // namespace scoring
