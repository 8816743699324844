#include <cmath>

#include <fmt/format.h>

#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace json = base::json;

namespace {

struct Spread {
  double mean = 0;
  double std = 0;  // of the population (ddof 0), as ramp-test prints it
};

// Two passes in the order of the folds, divided once, as numpy.mean and numpy.std compute them for short
// arrays.
Spread spread_of(const std::vector<FoldScores>& folds, ScoreRow FoldScores::*step, std::size_t column) {
  Spread spread;
  const auto count = static_cast<double>(folds.size());
  for (const auto& fold : folds) spread.mean += (fold.*step)[column];
  spread.mean /= count;
  for (const auto& fold : folds) spread.std += std::pow((fold.*step)[column] - spread.mean, 2);
  spread.std = std::sqrt(spread.std / count);
  return spread;
}

json::object summary_of(const Evaluation& evaluation, std::size_t column) {
  json::object summary;
  const auto add = [&](const char* name, ScoreRow FoldScores::*step) {
    const auto spread = spread_of(evaluation.folds, step, column);
    summary[name] = {{"mean", spread.mean}, {"std", spread.std}};
  };
  add("train", &FoldScores::train);
  add("valid", &FoldScores::valid);
  if (evaluation.has_test) add("test", &FoldScores::test);
  summary["bagged_valid"] = evaluation.bagged_valid[column];
  if (evaluation.has_test) summary["bagged_test"] = evaluation.bagged_test[column];
  return summary;
}

json::object row_object(const Evaluation& evaluation, const ScoreRow& row) {
  json::object object;
  for (std::size_t i = 0; i < row.size(); ++i) object[evaluation.columns[i].name] = row[i];
  return object;
}

json::object fold_object(const Evaluation& evaluation, const FoldScores& fold) {
  json::object object{{"train", row_object(evaluation, fold.train)},
                      {"valid", row_object(evaluation, fold.valid)}};
  if (evaluation.has_test) object["test"] = row_object(evaluation, fold.test);
  object["seconds"] = {{"fit", fold.fit_seconds}, {"predict", fold.predict_seconds}};
  return object;
}

}  // namespace

json::value to_json(const Evaluation& evaluation, std::string_view kit, std::string_view submission) {
  json::object scores;
  for (std::size_t i = 0; i < evaluation.columns.size(); ++i)
    scores[evaluation.columns[i].name] = summary_of(evaluation, i);
  json::array folds;
  for (const auto& fold : evaluation.folds) folds.emplace_back(fold_object(evaluation, fold));
  const auto& seconds = evaluation.seconds;
  return {{"kit", kit},
          {"submission", submission},
          {"official", evaluation.columns.front().name},
          {"scores", std::move(scores)},
          {"folds", std::move(folds)},
          {"seconds",
           {{"prepare", seconds.prepare},
            {"evaluate", seconds.evaluate},
            {"score", seconds.score},
            {"total", seconds.total}}}};
}

json::value to_json(const Failure& failure) {
  json::object object{{"kind", word_for(failure.kind)}, {"phase", word_for(failure.phase)}};
  object["fold"] = failure.fold ? json::value(*failure.fold) : json::value(nullptr);
  object["message"] = failure.message;
  object["traceback"] = failure.traceback;
  return {{"error", std::move(object)}};
}

}  // namespace evaluation
