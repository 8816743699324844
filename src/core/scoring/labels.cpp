#include "core/scoring/labels.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/scoring/widths.h"

namespace scoring {
namespace {

constexpr double kLargestLabel = 2147483647.0;

ClassCounts room_for(std::size_t classes) {
  return {std::vector<std::int64_t>(classes), std::vector<std::int64_t>(classes),
          std::vector<std::int64_t>(classes)};
}

void count_row(ClassCounts& counts, std::size_t truth, std::size_t prediction) {
  ++counts.truth[truth];
  ++counts.prediction[prediction];
  counts.both[truth] += truth == prediction ? 1 : 0;
}

// One cell for each pair of classes, one step for each row.
template <class Width>
void count_pairs(View truth, View prediction, Width width, ClassCounts& counts) {
  const auto classes = static_cast<std::size_t>(width);
  std::vector<std::int64_t> pairs(classes * classes);
  for (std::int64_t i = 0; i < truth.rows; ++i) {
    const auto row = static_cast<std::size_t>(largest_of(truth.row(i), width));
    ++pairs[row * classes + static_cast<std::size_t>(largest_of(prediction.row(i), width))];
  }
  for (std::size_t t = 0; t < classes; ++t)
    for (std::size_t p = 0; p < classes; ++p) {
      counts.truth[t] += pairs[t * classes + p];
      counts.prediction[p] += pairs[t * classes + p];
      counts.both[t] += t == p ? pairs[t * classes + p] : 0;
    }
}

// Columns are the classes: no label needs to be written down.
void count_columns(View truth, View prediction, ClassCounts& counts) {
  constexpr std::int64_t kFewClasses = 64;
  if (truth.columns <= kFewClasses)
    return with_width(truth.columns, [&](auto width) { count_pairs(truth, prediction, width, counts); });
  for (std::int64_t i = 0; i < truth.rows; ++i)
    count_row(counts, static_cast<std::size_t>(largest_of(truth.row(i), truth.columns)),
              static_cast<std::size_t>(largest_of(prediction.row(i), truth.columns)));
}

void count_labels(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction,
                  ClassCounts& counts) {
  std::vector<std::int32_t> classes(truth.begin(), truth.end());
  classes.insert(classes.end(), prediction.begin(), prediction.end());
  const auto [low, high] = std::minmax_element(classes.begin(), classes.end());
  const std::int64_t first = *low;
  const auto range = *high - first + 1;
  if (range <= 1 << 20) {
    counts = room_for(static_cast<std::size_t>(range));
    for (std::size_t i = 0; i < truth.size(); ++i)
      count_row(counts, static_cast<std::size_t>(truth[i] - first),
                static_cast<std::size_t>(prediction[i] - first));
    return;
  }
  classes = distinct_labels(std::move(classes));
  const auto place = [&](std::int32_t label) {
    return static_cast<std::size_t>(std::lower_bound(classes.begin(), classes.end(), label) -
                                    classes.begin());
  };
  counts = room_for(classes.size());
  for (std::size_t i = 0; i < truth.size(); ++i) count_row(counts, place(truth[i]), place(prediction[i]));
}

void drop_unseen(ClassCounts& counts) {
  std::size_t kept = 0;
  for (std::size_t c = 0; c < counts.both.size(); ++c) {
    if (counts.truth[c] + counts.prediction[c] == 0) continue;
    counts.both[kept] = counts.both[c];
    counts.truth[kept] = counts.truth[c];
    counts.prediction[kept++] = counts.prediction[c];
  }
  counts.both.resize(kept);
  counts.truth.resize(kept);
  counts.prediction.resize(kept);
}

}  // namespace

base::Result<std::vector<std::int32_t>> labels_of(View view, std::string_view what) {
  std::vector<std::int32_t> labels(static_cast<std::size_t>(view.rows));
  if (!view.is_flat()) {
    with_width(view.columns, [&](auto width) {
      for (std::int64_t i = 0; i < view.rows; ++i)
        labels[static_cast<std::size_t>(i)] = largest_of(view.row(i), width);
    });
    return labels;
  }
  for (std::int64_t i = 0; i < view.rows; ++i) {
    const auto value = *view.row(i);
    if (!(std::abs(value) <= kLargestLabel) || value != std::trunc(value))
      return base::invalid(
          fmt::format("{} holds {} in row {} (counted from 0): a class must be a whole number; give classes, "
                      "or one column of probabilities for each class",
                      what, base::to_text(value), i));
    labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(value);
  }
  return labels;
}

std::optional<TwoLabels> two_labels(std::span<const std::int32_t> labels) {
  TwoLabels two{labels[0], labels[0]};
  for (const auto label : labels) {
    two.lower = std::min(two.lower, label);
    two.upper = std::max(two.upper, label);
  }
  std::int64_t others = 0;
  for (const auto label : labels) others += (label != two.lower) & (label != two.upper);
  if (others > 0) return std::nullopt;
  return two;
}

std::vector<std::int32_t> distinct_labels(std::vector<std::int32_t> labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

base::Result<ClassCounts> count_classes(View truth, View prediction) {
  ClassCounts counts;
  if (!truth.is_flat() && truth.columns == prediction.columns) {
    counts = room_for(static_cast<std::size_t>(truth.columns));
    count_columns(truth, prediction, counts);
  } else {
    auto of_truth = labels_of(truth, "truth");
    if (!of_truth) return tl::unexpected(of_truth.error());
    auto of_prediction = labels_of(prediction, "prediction");
    if (!of_prediction) return tl::unexpected(of_prediction.error());
    count_labels(*of_truth, *of_prediction, counts);
  }
  drop_unseen(counts);
  return counts;
}

}  // namespace scoring
