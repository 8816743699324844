#include "judge/evaluation/figure.h"

#include <algorithm>
#include <cmath>

#include "judge/evaluation/arrays.h"

namespace evaluation {
namespace {

namespace json = base::json;
using Kind = scoring::PredictionType::Kind;

std::size_t largest_of(scoring::View rows, std::int64_t row) {
  const auto* first = rows.row(row);
  return static_cast<std::size_t>(std::max_element(first, first + rows.columns) - first);
}

std::optional<Figure> confusion_of(const std::vector<std::string>& labels, scoring::View truth,
                                   scoring::View predicted) {
  const auto count = static_cast<std::int64_t>(labels.size());
  if (labels.empty() || labels.size() > kMostLabels || truth.columns != count || predicted.columns != count)
    return std::nullopt;
  Confusion confusion{labels, {}};
  confusion.counts.assign(labels.size(), std::vector<std::int64_t>(labels.size()));
  for (std::int64_t row = 0; row < truth.rows; ++row)
    ++confusion.counts[largest_of(truth, row)][largest_of(predicted, row)];
  return confusion;
}

std::optional<Figure> scatter_of(scoring::View truth, scoring::View predicted) {
  if (truth.width() != 1 || predicted.width() != 1) return std::nullopt;
  const auto rows = static_cast<std::size_t>(truth.rows);
  const auto count = std::min(rows, kMostPoints);
  Scatter scatter;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::int64_t>(i * rows / count);
    const std::pair point(*truth.row(row), *predicted.row(row));
    if (std::isfinite(point.first) && std::isfinite(point.second)) scatter.points.push_back(point);
  }
  return scatter;
}

}  // namespace

std::optional<Figure> figure_from(const scoring::PredictionType& type, const std::vector<std::string>& labels,
                                  scoring::View truth, scoring::View predicted) {
  if (truth.rows != predicted.rows || truth.rows == 0) return std::nullopt;
  if (type.kind == Kind::multiclass) return confusion_of(labels, truth, predicted);
  if (type.kind == Kind::regression) return scatter_of(truth, predicted);
  return std::nullopt;
}

std::optional<Figure> figure_of(const Problem& problem, const Evaluation& evaluation) {
  const bool is_public = problem.source.quick && !problem.source.data;
  if (!is_public || evaluation.failure || evaluation.predictions.empty() || problem.truth_train.rows == 0)
    return std::nullopt;
  const auto type = scoring::prediction_type_from(problem.prediction_type);
  if (!type) return std::nullopt;
  const auto& places = evaluation.places;
  const auto said = read_predictions(evaluation.predictions.front(), places.train, places.expected_train);
  if (!said || said->ragged) return std::nullopt;
  const auto& rows = problem.folds.front().valid;
  const auto whole = array_of(*said);
  const auto truth = scoring::take_rows(view_of(problem.truth_train), rows);
  const auto predicted = scoring::take_rows(whole.view(), rows);
  if (!truth || !predicted) return std::nullopt;
  return figure_from(*type, problem.label_names, truth->view(), predicted->view());
}

json::value to_json(const Figure& figure) {
  json::array rows;
  if (const auto* confusion = std::get_if<Confusion>(&figure)) {
    for (const auto& row : confusion->counts) rows.emplace_back(json::array(row.begin(), row.end()));
    return json::object{{"kind", "confusion"},
                        {"labels", json::array(confusion->labels.begin(), confusion->labels.end())},
                        {"counts", std::move(rows)}};
  }
  for (const auto& [truth, predicted] : std::get<Scatter>(figure).points)
    rows.emplace_back(json::array{truth, predicted});
  return json::object{{"kind", "scatter"}, {"points", std::move(rows)}};
}

}  // namespace evaluation
