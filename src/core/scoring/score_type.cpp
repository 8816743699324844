#include <algorithm>

#include <fmt/format.h>

#include "core/scoring/predictions.h"

namespace scoring {
namespace {

constexpr std::string_view kCombined = "Combined";
constexpr std::string_view kMakeCombined = "MakeCombined";

const Metric* metric_of(std::string_view class_name) {
  for (const auto& metric : metrics())
    if (metric.ramp_class == class_name) return &metric;
  return nullptr;
}

base::Failure wrong(const base::json::value& json, std::string_view what) {
  return base::invalid(fmt::format("score type {}: {}", base::find_text(json, "class"), what));
}

base::Result<std::vector<ScoreType>> children_from(const base::json::value& json) {
  const auto* list = base::find_member(json, "children");
  if (list == nullptr || !list->is_array() || list->get_array().empty())
    return wrong(json, "needs \"children\", a list of score types");
  std::vector<ScoreType> children;
  for (const auto& item : list->get_array()) {
    auto child = score_type_from(item);
    if (!child) return tl::unexpected(child.error());
    children.push_back(std::move(*child));
  }
  return children;
}

base::Result<std::vector<double>> weights_from(const base::json::value& json) {
  const auto* list = base::find_member(json, "weights");
  if (list == nullptr || !list->is_array()) return wrong(json, "needs \"weights\", a list of numbers");
  std::vector<double> weights;
  for (const auto& item : list->get_array()) {
    if (!item.is_number()) return wrong(json, "needs \"weights\", a list of numbers");
    weights.push_back(item.to_number<double>());
  }
  return weights;
}

base::Result<void> add_parts(const base::json::value& json, ScoreType& type) {
  auto children = children_from(json);
  if (!children) return tl::unexpected(children.error());
  type.children = std::move(*children);
  type.better = type.children.front().better;
  if (type.class_name == kCombined) {
    auto weights = weights_from(json);
    if (!weights) return tl::unexpected(weights.error());
    type.weights = std::move(*weights);
    return {};
  }
  const auto* index = base::find_member(json, "index");
  if (index == nullptr || !index->is_int64()) return wrong(json, "needs \"index\", a whole number");
  if (type.children.size() != 1) return wrong(json, "has one child");
  type.index = index->get_int64();
  return {};
}

base::Result<void> add_metric(const base::json::value& json, ScoreType& type) {
  type.metric = metric_of(type.class_name);
  if (type.metric == nullptr)
    return base::not_found(
        fmt::format("score type {} is not computed here: its own class scores it", type.class_name));
  type.better = type.metric->better;
  type.precision = type.metric->precision;
  if (const auto* parameters = base::find_member(json, "parameters"); parameters != nullptr) {
    if (!parameters->is_object()) return wrong(json, "\"parameters\" must be an object");
    type.parameters = parameters->get_object();
  }
  // rampwf's own standards, where they are not the metric's.
  if (type.class_name == "BalancedAccuracy" && !type.parameters.contains("adjusted"))
    type.parameters["adjusted"] = true;
  if (type.class_name == "BrierScoreReliability") type.parameters["forecast"] = "centers";
  if (type.class_name == "SoftAccuracy" && !type.parameters.contains("score_matrix"))
    return wrong(json, "needs the parameter score_matrix");
  return {};
}

bool needs_labels(Needs needs) {
  return needs == Needs::labels || needs == Needs::probability;
}

base::Result<double> score_plain(const ScoreType& type, const PredictionType& predictions, View truth,
                                 View prediction) {
  if (needs_labels(type.metric->needs) && predictions.kind != PredictionType::Kind::multiclass)
    return base::invalid(fmt::format(
        "{} scores classes, and the kit's Predictions have none: use make_multiclass", type.class_name));
  if (type.metric->needs == Needs::probability && predictions.width < 2)
    return base::invalid(fmt::format("{} needs two classes, and the kit's Predictions have {}",
                                     type.class_name, predictions.width));
  return score(*type.metric, truth, prediction, type.parameters);
}

base::Result<double> score_child(const ScoreType& type, const PredictionType& predictions, std::size_t index,
                                 View truth, View prediction) {
  std::int64_t first = 0;
  for (std::size_t i = 0; i < index; ++i) first += predictions.children[i].width;
  const auto& child = predictions.children[index];
  return score(type, child, truth.slice(first, child.width), prediction.slice(first, child.width));
}

base::Result<double> score_combined(const ScoreType& type, const PredictionType& predictions, View truth,
                                    View prediction) {
  const auto parts = std::min({type.weights.size(), type.children.size(), predictions.children.size()});
  double sum = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    const auto part = score_child(type.children[i], predictions, i, truth, prediction);
    if (!part) return part;
    sum += type.weights[i] * *part;
  }
  return sum;
}

base::Result<double> score_made(const ScoreType& type, const PredictionType& predictions, View truth,
                                View prediction) {
  const auto count = static_cast<std::int64_t>(predictions.children.size());
  const auto index = type.index < 0 ? type.index + count : type.index;
  if (index < 0 || index >= count)
    return base::invalid(
        fmt::format("score type MakeCombined has index {}, and there are {} predictions", type.index, count));
  return score_child(type.children.front(), predictions, static_cast<std::size_t>(index), truth, prediction);
}

}  // namespace

bool is_ramp_class(std::string_view class_name) {
  return class_name == kCombined || class_name == kMakeCombined || metric_of(class_name) != nullptr;
}

base::Result<ScoreType> score_type_from(const base::json::value& json) {
  ScoreType type;
  type.class_name = base::find_text(json, "class");
  if (type.class_name.empty())
    return base::invalid(fmt::format("a score type needs \"class\": {}", base::to_text(json)));
  const bool tree = type.class_name == kCombined || type.class_name == kMakeCombined;
  const auto added = tree ? add_parts(json, type) : add_metric(json, type);
  if (!added) return tl::unexpected(added.error());
  type.name = base::find_text(json, "name");
  if (type.name.empty())
    type.name = type.class_name == kMakeCombined ? type.children.front().name : type.class_name;
  if (const auto* precision = base::find_member(json, "precision");
      precision != nullptr && precision->is_int64())
    type.precision = static_cast<int>(precision->get_int64());
  if (const auto* lower = base::find_member(json, "is_lower_the_better");
      lower != nullptr && lower->is_bool())
    type.better = lower->get_bool() ? Better::lower : Better::higher;
  return type;
}

base::Result<double> score(const ScoreType& score_type, const PredictionType& prediction_type, View truth,
                           View prediction) {
  if (auto no = why_not_of(prediction_type, truth, "truth")) return tl::unexpected(std::move(*no));
  if (auto no = why_not_of(prediction_type, prediction, "prediction")) return tl::unexpected(std::move(*no));
  if (truth.rows != prediction.rows)
    return base::invalid(fmt::format("truth has {} rows and prediction {}", truth.rows, prediction.rows));
  if (score_type.metric != nullptr) return score_plain(score_type, prediction_type, truth, prediction);
  if (prediction_type.kind != PredictionType::Kind::combined)
    return base::invalid(
        fmt::format("score type {} needs combined predictions: use make_combined", score_type.class_name));
  return score_type.class_name == kCombined ? score_combined(score_type, prediction_type, truth, prediction)
                                            : score_made(score_type, prediction_type, truth, prediction);
}

}  // namespace scoring
