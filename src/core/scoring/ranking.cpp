#include <algorithm>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/radix.h"
#include "core/scoring/widths.h"

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

// Gini's area of a column in the given order: (sum of the running sums / sum - (n + 1) / 2) / n.
template <class Amount>
base::Result<double> gini(const std::vector<Amount>& amounts) {
  double running = 0;
  double area = 0;
  for (const auto amount : amounts) {
    running += static_cast<double>(amount);
    area += running;
  }
  if (running == 0) return base::invalid("truth sums to 0: Gini's coefficient is undefined");
  const auto rows = static_cast<double>(amounts.size());
  return (area / running - (rows + 1) / 2) / rows;
}

void sort_from_greatest(std::vector<std::uint8_t>& amounts) {
  std::size_t counts[256] = {};
  for (const auto amount : amounts) ++counts[amount];
  auto to = amounts.begin();
  for (std::size_t amount = 256; amount-- > 0;)
    to = std::fill_n(to, counts[amount], static_cast<std::uint8_t>(amount));
}

void sort_from_greatest(std::vector<double>& amounts) {
  std::sort(amounts.begin(), amounts.end(), std::greater<>());
}

// Amounts as they are ranked by the prediction, against amounts as they would be ranked best. Ties keep their
// order.
template <class Amount>
base::Result<double> gini_ratio(std::vector<Amount> amounts, View said) {
  std::vector<std::uint64_t> keys(amounts.size());
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = key_of(-*said.row(static_cast<std::int64_t>(i)));
  sort_with(keys, amounts);
  const auto reached = gini(amounts);
  if (!reached) return reached;
  sort_from_greatest(amounts);
  const auto best = gini(amounts);
  if (*best == 0) return base::invalid("truth holds one value only: Gini's coefficient is undefined");
  return *reached / *best;
}

// The label of each row, in a byte.
std::vector<std::uint8_t> label_bytes(View truth) {
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(truth.rows));
  with_width(truth.columns, [&](auto width) {
    for (std::int64_t i = 0; i < truth.rows; ++i)
      labels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(largest_of(truth.row(i), width));
  });
  return labels;
}

// Numbers as they are, or the label of each row.
base::Result<std::vector<double>> amounts_of(View truth) {
  if (!truth.is_flat()) {
    const auto labels = labels_of(truth, "truth");
    return std::vector<double>(labels->begin(), labels->end());
  }
  if (auto wrong = why_not_finite(truth, "truth")) return tl::unexpected(std::move(*wrong));
  std::vector<double> amounts;
  amounts.reserve(static_cast<std::size_t>(truth.rows));
  for (std::int64_t i = 0; i < truth.rows; ++i) amounts.push_back(*truth.row(i));
  return amounts;
}

}  // namespace

// The area under the ROC curve is the share of pairs in order (Hanley and McNeil 1982).
base::Result<double> roc_auc(View truth, View prediction, const Parameters&) {
  if (auto wrong = why_too_many(truth)) return tl::unexpected(std::move(*wrong));
  const auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  const auto classes = two_labels(*labels);
  if (!classes)
    return base::invalid("truth holds more than two classes: ROC AUC here is of two classes only");
  if (classes->lower == classes->upper)
    return base::invalid(
        "truth holds one class only: ROC AUC is undefined; use folds that keep both classes in each part");
  const auto said = second_class(prediction);
  if (!said) return tl::unexpected(said.error());
  std::vector<std::uint64_t> sides[2];
  for (auto& side : sides) side.resize(labels->size());
  std::size_t counts[2] = {0, 0};
  for (std::size_t i = 0; i < labels->size(); ++i) {
    const std::size_t side = (*labels)[i] == classes->upper ? 1 : 0;
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
  if (!truth.is_flat() && truth.columns <= 256) return gini_ratio(label_bytes(truth), *said);
  auto amounts = amounts_of(truth);
  if (!amounts) return tl::unexpected(amounts.error());
  return gini_ratio(std::move(*amounts), *said);
}

}  // namespace scoring
