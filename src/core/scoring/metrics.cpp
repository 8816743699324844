#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/scoring/checks.h"
#include "core/scoring/families.h"

namespace scoring {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr Parameter kAdjusted[] = {{"adjusted", "false", "true takes away what chance would score"}};
constexpr Parameter kThreshold[] = {{"threshold", "0.5", "the F1 that a class must exceed"}};
constexpr Parameter kMatrix[] = {
    {"score_matrix", "identity", "row: true class, column: predicted class, value: what it earns"}};
constexpr Parameter kBins[] = {{"bins", "0.0, 0.1, ... 1.1", "edges of the bins of forecasts, rising"}};
constexpr Parameter kReliability[] = {
    kBins[0],
    {"forecast", "\"mean\"", "a bin's forecast: \"mean\" of its probabilities, or rampwf's \"centers\""}};

using enum Better;
using enum Needs;

constexpr std::array kMetrics{
    Metric{"accuracy", higher, labels, 0, 1, 2, "share of rows labelled right", "Accuracy", accuracy},
    Metric{"zero_one_loss", lower, labels, 0, 1, 2, "share of rows labelled wrong", "ClassificationError",
           zero_one_loss},
    Metric{"balanced_accuracy", higher, labels, -1, 1, 2, "mean recall over the classes of the truth",
           "BalancedAccuracy", balanced_accuracy, kAdjusted},
    Metric{"recall_macro", higher, labels, 0, 1, 2, "mean recall over the classes of truth and prediction",
           "MacroAveragedRecall", recall_macro},
    Metric{"f1_above", higher, labels, 0, 1, 2, "share of classes whose F1 is above a threshold", "F1Above",
           f1_above, kThreshold},
    Metric{"roc_auc", higher, probability, 0, 1, 2, "area under the ROC curve, two classes", "ROCAUC",
           roc_auc},
    Metric{"log_loss", lower, probabilities, 0, kInfinity, 2, "mean surprise at the true class",
           "NegativeLogLikelihood", log_loss},
    Metric{"soft_accuracy", higher, probabilities, -kInfinity, kInfinity, 2,
           "expected score where a matrix says what each miss still earns", "SoftAccuracy", soft_accuracy,
           kMatrix},
    Metric{"brier_score_loss", lower, probability, 0, 1, 3, "mean square of what the probability missed",
           "BrierScore", brier_score_loss},
    Metric{"brier_skill_score", higher, probability, -kInfinity, 1, 3,
           "Brier score gained over always foretelling the mean", "BrierSkillScore", brier_skill_score},
    Metric{"brier_reliability", lower, probability, 0, 1, 3,
           "distance of forecasts from the shares that came true", "BrierScoreReliability", brier_reliability,
           kReliability},
    Metric{"brier_resolution", higher, probability, 0, 1, 3,
           "share of the uncertainty that forecasts resolve", "BrierScoreResolution", brier_resolution,
           kBins},
    Metric{"root_mean_squared_error", lower, numbers, 0, kInfinity, 2, "root of the mean squared error",
           "RMSE", root_mean_squared_error},
    Metric{"relative_rmse", lower, numbers, 0, kInfinity, 2, "RMSE of errors divided by the truth",
           "RelativeRMSE", relative_rmse},
    Metric{"normalized_rmse", lower, numbers, 0, kInfinity, 2,
           "RMSE over the standard deviation of the truth", "NormalizedRMSE", normalized_rmse},
    Metric{"mean_absolute_relative_error", lower, numbers, 0, kInfinity, 2,
           "mean absolute error divided by the truth", "MARE", mean_absolute_relative_error},
    Metric{"normalized_gini", higher, probability, -1, 1, 2, "Gini of the ranking over the best possible",
           "NormalizedGini", normalized_gini},
};

std::optional<base::Error> why_no_parameters(const Metric& metric, const Parameters& parameters) {
  for (const auto& [name, value] : parameters) {
    const std::string_view given = name;  // clang 14 lets no lambda take a structured binding
    const auto known = [&](const Parameter& parameter) { return parameter.name == given; };
    if (std::any_of(metric.parameters.begin(), metric.parameters.end(), known)) continue;
    std::string offered;
    for (const auto& parameter : metric.parameters) offered += fmt::format(" {}", parameter.name);
    return base::Error{base::ErrorKind::invalid,
                       fmt::format("{} has no parameter {}; it takes{}", metric.name, std::string_view(name),
                                   offered.empty() ? " none" : offered)};
  }
  return std::nullopt;
}

std::optional<base::Error> why_no_rows(View truth, View prediction) {
  using enum base::ErrorKind;
  if (truth.rows != prediction.rows)
    return base::Error{invalid,
                       fmt::format("truth has {} rows and prediction {}: give one prediction for each "
                                   "row of truth, in its order",
                                   truth.rows, prediction.rows)};
  if (truth.rows == 0) return base::Error{invalid, "there is nothing to score: truth has no rows"};
  return std::nullopt;
}

}  // namespace

std::span<const Metric> metrics() {
  return kMetrics;
}

const Metric* find_metric(std::string_view name) {
  const auto found =
      std::find_if(kMetrics.begin(), kMetrics.end(), [&](const Metric& m) { return m.name == name; });
  return found == kMetrics.end() ? nullptr : &*found;
}

base::Result<double> score(const Metric& metric, View truth, View prediction, const Parameters& parameters) {
  if (auto wrong = why_no_parameters(metric, parameters)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = why_no_rows(truth, prediction)) return tl::unexpected(std::move(*wrong));
  const auto result = metric.compute(truth, prediction, parameters);
  if (!result || std::isfinite(*result)) return result;
  if (auto wrong = why_not_finite(prediction, "prediction")) return tl::unexpected(std::move(*wrong));
  if (auto wrong = why_not_finite(truth, "truth")) return tl::unexpected(std::move(*wrong));
  return base::invalid(
      fmt::format("{} comes out as {}: values are too large, or the truth leaves it undefined", metric.name,
                  base::to_text(*result)));
}

}  // namespace scoring
