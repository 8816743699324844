#include <cmath>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/sums.h"

namespace scoring {
namespace {

// numpy keeps float32 where nothing wider meets it: two float32 arrays, or one and small integers.
bool is_narrow(Dtype dtype) {
  return dtype == Dtype::f4 || dtype == Dtype::i2 || dtype == Dtype::b1;
}

bool meets_in_float(Dtype a, Dtype b) {
  return (a == Dtype::f4 && is_narrow(b)) || (b == Dtype::f4 && is_narrow(a));
}

struct Pair {
  const double* truth;
  const double* prediction;
  std::int64_t count;
  bool in_float;
  std::int64_t truth_stride = 1;
  std::int64_t prediction_stride = 1;
};

// Calls `use` with both sides as runs of numbers. One column among others is read where it lies; several are
// moved together first.
template <class Use>
base::Result<double> with_numbers(View truth, View prediction, const Use& use) {
  if (auto wrong = why_shapes_differ(truth, prediction)) return tl::unexpected(std::move(*wrong));
  const bool in_float = meets_in_float(truth.dtype, prediction.dtype);
  if (truth.width() == 1)
    return use(Pair{truth.data, prediction.data, truth.rows, in_float, truth.stride, prediction.stride});
  Array truth_room, prediction_room;
  const auto t = packed(truth, truth_room);
  const auto p = packed(prediction, prediction_room);
  return use(Pair{t.data, p.data, t.rows * t.width(), in_float});
}

template <class T, class Term>
T mean_term(const Pair& pair, const Term& term) {
  const auto apart = [&](std::int64_t i) {
    return term(static_cast<T>(pair.truth[i * pair.truth_stride]),
                static_cast<T>(pair.prediction[i * pair.prediction_stride]));
  };
  if (pair.truth_stride != 1 || pair.prediction_stride != 1)
    return mean_of(whole_sum<T>(apart, pair.count), pair.count);
  const auto at = [&](std::int64_t i) {
    return term(static_cast<T>(pair.truth[i]), static_cast<T>(pair.prediction[i]));
  };
  return mean_of(whole_sum<T>(at, pair.count), pair.count);
}

template <class T>
T root_mean_square(const Pair& pair) {
  return std::sqrt(mean_term<T>(pair, [](T t, T p) { return (t - p) * (t - p); }));
}

// numpy's std: the mean first, then the mean square of what is left.
template <class T>
T deviation(const Pair& pair) {
  const auto at = [&](std::int64_t i) { return static_cast<T>(pair.truth[i * pair.truth_stride]); };
  const T mean = whole_sum<T>(at, pair.count) / static_cast<T>(pair.count);
  const auto square = [&](std::int64_t i) { return (at(i) - mean) * (at(i) - mean); };
  return std::sqrt(mean_of(whole_sum<T>(square, pair.count), pair.count));
}

// Named only once the score has come out not finite: the usual case pays nothing for it.
base::Result<double> unless_truth_is_zero(double score, const Pair& pair) {
  if (std::isfinite(score)) return score;
  for (std::int64_t i = 0; i < pair.count; ++i)
    if (pair.truth[i * pair.truth_stride] == 0)
      return base::invalid(
          fmt::format("truth is 0 at value {} (counted from 0): a relative error is undefined there; use "
                      "root_mean_squared_error, or leave such rows out",
                      i));
  return score;
}

}  // namespace

// sqrt(mean (t - p)^2)
base::Result<double> root_mean_squared_error(View truth, View prediction, const Parameters&) {
  return with_numbers(truth, prediction, [](const Pair& pair) -> base::Result<double> {
    return pair.in_float ? root_mean_square<float>(pair) : root_mean_square<double>(pair);
  });
}

// sqrt(mean ((t - p) / t)^2)
base::Result<double> relative_rmse(View truth, View prediction, const Parameters&) {
  const auto square = [](auto t, auto p) { return ((t - p) / t) * ((t - p) / t); };
  return with_numbers(truth, prediction, [&](const Pair& pair) {
    const double score = pair.in_float ? std::sqrt(mean_term<float>(pair, square))
                                       : std::sqrt(mean_term<double>(pair, square));
    return unless_truth_is_zero(score, pair);
  });
}

// RMSE / standard deviation of the truth (1 / n)
base::Result<double> normalized_rmse(View truth, View prediction, const Parameters&) {
  const bool truth_in_float = truth.dtype == Dtype::f4;
  return with_numbers(truth, prediction, [&](const Pair& pair) -> base::Result<double> {
    const double spread = truth_in_float ? deviation<float>(pair) : deviation<double>(pair);
    if (spread == 0)
      return base::invalid("truth holds one value only: an error relative to its spread is undefined");
    if (!pair.in_float) return root_mean_square<double>(pair) / spread;
    const auto error = root_mean_square<float>(pair);
    return truth_in_float ? error / static_cast<float>(spread) : error / spread;
  });
}

// mean |(t - p) / t|
base::Result<double> mean_absolute_relative_error(View truth, View prediction, const Parameters&) {
  const auto part = [](auto t, auto p) { return std::abs((t - p) / t); };
  return with_numbers(truth, prediction, [&](const Pair& pair) {
    const double score = pair.in_float ? mean_term<float>(pair, part) : mean_term<double>(pair, part);
    return unless_truth_is_zero(score, pair);
  });
}

}  // namespace scoring
