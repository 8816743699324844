#include <cmath>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"
#include "core/scoring/labels.h"
#include "core/scoring/sums.h"

namespace scoring {
namespace {

constexpr std::integral_constant<std::int64_t, 2> kTwo;

struct Forecast {
  std::vector<std::int32_t> labels;
  View probability;
};

base::Result<Forecast> forecast_of(View truth, View prediction) {
  auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  const auto probability = second_class(prediction);
  if (!probability) return tl::unexpected(probability.error());
  return Forecast{std::move(*labels), *probability};
}

// The label that a probability of 1 foretells: 1 among {0, 1} and {-1, 1}, else the greater of two.
base::Result<std::int32_t> positive_label(std::span<const std::int32_t> labels) {
  const auto two = two_labels(labels);
  if (!two)
    return base::invalid("truth holds more than two classes: the Brier score here is of two classes only");
  const bool only = two->lower == two->upper;
  return only && (two->upper == 0 || two->upper == -1) ? 1 : two->upper;
}

base::Failure no_probability(View probability) {
  if (auto wrong = why_not_finite(probability, "prediction")) return tl::unexpected(std::move(*wrong));
  std::int64_t i = 0;
  while (*probability.row(i) >= 0 && *probability.row(i) <= 1) ++i;
  return base::invalid(
      fmt::format("prediction holds {} in row {} (counted from 0): a probability lies in [0, 1]",
                  base::to_text(*probability.row(i)), i));
}

double mean_label(const std::vector<std::int32_t>& labels) {
  double sum = 0;  // of whole numbers: exact
  for (const auto label : labels) sum += label;
  return sum / static_cast<double>(labels.size());
}

struct Brier {
  double score = 0;
  double positives = 0;  // how many rows came true
};

// In one pass: each pass over a million rows shows.
template <class CameTrue>
base::Result<Brier> brier_of(View probability, const CameTrue& came_true) {
  std::int64_t positives = 0;
  std::int64_t outside = 0;
  const auto term = [&](std::int64_t i) {
    const auto p = *probability.row(i);
    const auto truth = static_cast<std::int32_t>(came_true(i));
    positives += truth;
    outside += static_cast<std::int32_t>(!(p >= 0)) + static_cast<std::int32_t>(!(p <= 1));
    return (truth - p) * (truth - p);
  };
  const auto sum = whole_sum<double>(term, probability.rows);
  if (outside > 0) return no_probability(probability);
  return Brier{mean_of(sum, probability.rows), static_cast<double>(positives)};
}

// The score, and the mean label: with two columns the labels need not be written down.
base::Result<std::pair<Brier, double>> brier_and_climate(View truth, View prediction) {
  const auto probability = second_column(prediction);
  if (!probability) return tl::unexpected(probability.error());
  if (truth.columns == 2) {
    const auto brier =
        brier_of(*probability, [&](std::int64_t i) { return largest_of(truth.row(i), kTwo) == 1; });
    if (!brier) return tl::unexpected(brier.error());
    return std::pair(*brier, brier->positives / static_cast<double>(truth.rows));
  }
  const auto labels = labels_of(truth, "truth");
  if (!labels) return tl::unexpected(labels.error());
  const auto positive = positive_label(*labels);
  if (!positive) return tl::unexpected(positive.error());
  const auto brier = brier_of(
      *probability, [&](std::int64_t i) { return (*labels)[static_cast<std::size_t>(i)] == *positive; });
  if (!brier) return tl::unexpected(brier.error());
  return std::pair(*brier, mean_label(*labels));
}

struct Bins {
  std::vector<double> edges;
  std::vector<double> forecasts;      // how many fall in each
  std::vector<double> positives;      // how many of them came true
  std::vector<double> probabilities;  // their sum
};

base::Result<std::vector<double>> edges_in(const Parameters& parameters) {
  std::vector<double> tenths;
  for (int i = 0; i < 12; ++i) tenths.push_back(i * 0.1);
  auto edges = numbers_parameter(parameters, "bins", tenths);
  if (!edges) return edges;
  if (edges->size() < 2) return base::invalid("parameter bins must name two edges or more");
  for (std::size_t i = 1; i < edges->size(); ++i)
    if (!((*edges)[i - 1] <= (*edges)[i]))
      return base::invalid("parameter bins must be edges in rising order");
  return edges;
}

// numpy's histogram: a bin holds its left edge, the last bin both; what lies outside is left out.
Bins fill_bins(std::vector<double> edges, const Forecast& forecast) {
  const auto count = edges.size() - 1;
  Bins bins{std::move(edges), std::vector<double>(count), std::vector<double>(count),
            std::vector<double>(count)};
  const auto& edge = bins.edges;
  const auto scale = static_cast<double>(count) / (edge.back() - edge.front());
  for (std::int64_t i = 0; i < forecast.probability.rows; ++i) {
    const auto value = *forecast.probability.row(i);
    if (value < edge.front() || value > edge.back()) continue;
    const auto guess = (value - edge.front()) * scale;  // right at once where bins are equally wide
    auto bin = guess < static_cast<double>(count) ? static_cast<std::size_t>(guess) : count - 1;
    while (bin > 0 && value < edge[bin]) --bin;
    while (bin + 1 < count && value >= edge[bin + 1]) ++bin;
    bins.forecasts[bin] += 1;
    bins.positives[bin] += forecast.labels[static_cast<std::size_t>(i)] == 1 ? 1 : 0;
    bins.probabilities[bin] += value;
  }
  return bins;
}

base::Result<std::pair<Forecast, Bins>> binned(View truth, View prediction, const Parameters& parameters) {
  auto edges = edges_in(parameters);
  if (!edges) return tl::unexpected(edges.error());
  auto forecast = forecast_of(truth, prediction);
  if (!forecast) return tl::unexpected(forecast.error());
  auto bins = fill_bins(std::move(*edges), *forecast);
  return std::pair(std::move(*forecast), std::move(bins));
}

// sum over bins of forecasts x (reference - share that came true)^2 / rows
template <class ReferenceAt>
double bin_spread(const Bins& bins, std::int64_t rows, const ReferenceAt& reference_at) {
  const auto term = [&](std::int64_t k) {
    const auto bin = static_cast<std::size_t>(k);
    if (bins.forecasts[bin] == 0) return 0.0;
    const auto rest = reference_at(bin) - bins.positives[bin] / bins.forecasts[bin];
    return bins.forecasts[bin] * (rest * rest);
  };
  const auto sum = whole_sum<double>(term, static_cast<std::int64_t>(bins.forecasts.size()));
  return sum / static_cast<double>(rows);
}

}  // namespace

// mean (came true - p)^2 (Brier 1950)
base::Result<double> brier_score_loss(View truth, View prediction, const Parameters&) {
  const auto brier = brier_and_climate(truth, prediction);
  if (!brier) return tl::unexpected(brier.error());
  return brier->first.score;
}

// 1 - Brier score / Brier score of always foretelling the mean of the truth
base::Result<double> brier_skill_score(View truth, View prediction, const Parameters&) {
  const auto brier = brier_and_climate(truth, prediction);
  if (!brier) return tl::unexpected(brier.error());
  const auto& [found, climate] = *brier;
  if (!(climate >= 0 && climate <= 1))
    return base::invalid("truth must be of the classes 0 and 1: its mean is the forecast to beat");
  const auto rows = static_cast<double>(truth.rows);
  const auto reference =
      (found.positives * (1 - climate) * (1 - climate) + (rows - found.positives) * climate * climate) / rows;
  if (reference == 0) return base::invalid("truth holds one class only: the Brier skill score is undefined");
  return 1 - found.score / reference;
}

// Murphy 1973, "A new vector partition of the probability score": how far forecasts lie from the shares that
// came true. rampwf sets (right - left edge) x 0.05 where the forecast belongs; "centers" asks for exactly
// that.
base::Result<double> brier_reliability(View truth, View prediction, const Parameters& parameters) {
  constexpr std::string_view kWords[] = {"mean", "centers"};
  const auto word = word_parameter(parameters, "forecast", kWords);
  if (!word) return tl::unexpected(word.error());
  const auto parts = binned(truth, prediction, parameters);
  if (!parts) return tl::unexpected(parts.error());
  const auto& bins = parts->second;
  const bool centers = *word == "centers";
  return bin_spread(bins, truth.rows, [&](std::size_t bin) {
    if (!centers) return bins.probabilities[bin] / bins.forecasts[bin];
    const auto center = (bins.edges[bin + 1] - bins.edges[bin]) * 0.05;
    return center > 1 ? 1.0 : center;
  });
}

// Murphy's resolution over his uncertainty m (1 - m): the share of the uncertainty that the forecasts
// resolve.
base::Result<double> brier_resolution(View truth, View prediction, const Parameters& parameters) {
  const auto parts = binned(truth, prediction, parameters);
  if (!parts) return tl::unexpected(parts.error());
  const auto climate = mean_label(parts->first.labels);
  const auto uncertainty = climate * (1 - climate);
  if (uncertainty == 0)
    return base::invalid("truth holds one class only: there is no uncertainty to resolve");
  return bin_spread(parts->second, truth.rows, [&](std::size_t) { return climate; }) / uncertainty;
}

}  // namespace scoring
