#include <limits>

#include <fmt/format.h>

#include "core/scoring/scoring.h"
#include "judge/evaluation/arrays.h"
#include "judge/evaluation/scores.h"

namespace evaluation {
namespace {

// What the kit declares, ready to score with.
struct Rules {
  scoring::PredictionType prediction_type;
  std::vector<scoring::ScoreType> score_types;
};

tl::unexpected<Failure> unscorable(const base::Error& error, std::string_view what) {
  Failure failure;
  failure.kind = FailureKind::kit;
  failure.phase = Phase::score;
  failure.message = fmt::format("{}: {}", what, error.message);
  return tl::unexpected(std::move(failure));
}

Judged<Rules> rules_of(const Problem& problem) {
  Rules rules;
  auto type = scoring::prediction_type_from(problem.prediction_type);
  if (!type) return unscorable(type.error(), "Predictions");
  rules.prediction_type = std::move(*type);
  for (const auto& described : problem.score_types.as_array()) {
    auto score_type = scoring::score_type_from(described);
    if (!score_type) return unscorable(score_type.error(), "score_types");
    rules.score_types.push_back(std::move(*score_type));
  }
  return rules;
}

// The official score must exist; another one that the data leaves undefined (one class only, a zero to divide
// by) is NaN here and null in answers.
Judged<ScoreRow> score_row(const Rules& rules, scoring::View truth, scoring::View prediction,
                           std::string_view what) {
  ScoreRow row;
  for (const auto& type : rules.score_types) {
    auto score = scoring::score(type, rules.prediction_type, truth, prediction);
    if (!score && row.empty()) return unscorable(score.error(), fmt::format("{} of {}", type.name, what));
    row.push_back(score.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return row;
}

Judged<ScoreRow> score_part(const Rules& rules, scoring::View truth, scoring::View prediction,
                            std::span<const std::int64_t> rows, std::string_view what) {
  const auto part_of_truth = scoring::take_rows(truth, rows);
  if (!part_of_truth) return unscorable(part_of_truth.error(), what);
  const auto part = scoring::take_rows(prediction, rows);
  if (!part) return unscorable(part.error(), what);
  return score_row(rules, part_of_truth->view(), part->view(), what);
}

Judged<ScoreRow> score_bag(const Rules& rules, const Truth& truth, std::span<const scoring::Fold> folds,
                           std::string_view what) {
  auto bag = scoring::bag(rules.prediction_type, static_cast<std::int64_t>(truth.rows), folds);
  if (!bag) return unscorable(bag.error(), what);
  const auto covered = scoring::take_rows(view_of(truth), bag->covered);
  if (!covered) return unscorable(covered.error(), what);
  return score_row(rules, covered->view(), bag->values.view(), what);
}

struct Arrays {
  std::vector<scoring::Array> train, test;
};

Judged<Arrays> read_all(const Problem& problem, std::span<const FoldPredictions> folds) {
  Arrays arrays;
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    const auto read = [&](std::string_view memory, const Expected& expected,
                          std::vector<scoring::Array>& into) -> Judged<void> {
      auto predictions = read_predictions(memory, {0, memory.size()}, expected);
      if (!predictions) {
        predictions.error().fold = static_cast<int>(fold);
        return tl::unexpected(predictions.error());
      }
      into.push_back(array_of(*predictions));
      return {};
    };
    if (auto done = read(folds[fold].train, problem.expected_train, arrays.train); !done)
      return tl::unexpected(done.error());
    if (!problem.has_test) continue;
    if (auto done = read(folds[fold].test, problem.expected_test, arrays.test); !done)
      return tl::unexpected(done.error());
  }
  return arrays;
}

Judged<FoldScores> score_fold(const Rules& rules, const Problem& problem, const Arrays& arrays,
                              std::size_t fold) {
  FoldScores scores;
  const auto truth = view_of(problem.truth_train);
  const auto prediction = arrays.train[fold].view();
  const auto name = [&](std::string_view step) { return fmt::format("fold {}, {}", fold, step); };
  auto train = score_part(rules, truth, prediction, problem.folds[fold].train, name("train"));
  if (!train) return tl::unexpected(train.error());
  auto valid = score_part(rules, truth, prediction, problem.folds[fold].valid, name("valid"));
  if (!valid) return tl::unexpected(valid.error());
  scores.train = std::move(*train);
  scores.valid = std::move(*valid);
  if (!problem.has_test) return scores;
  auto test = score_row(rules, view_of(problem.truth_test), arrays.test[fold].view(), name("test"));
  if (!test) return tl::unexpected(test.error());
  scores.test = std::move(*test);
  return scores;
}

std::vector<scoring::Fold> valid_parts(const Problem& problem, std::vector<scoring::Array>& parts,
                                       const Arrays& arrays) {
  std::vector<scoring::Fold> folds;
  for (std::size_t fold = 0; fold < arrays.train.size(); ++fold) {
    auto part = scoring::take_rows(arrays.train[fold].view(), problem.folds[fold].valid);
    parts.push_back(part ? std::move(*part) : scoring::Array{});
  }
  for (std::size_t fold = 0; fold < arrays.train.size(); ++fold)
    folds.push_back({parts[fold].view(), problem.folds[fold].valid});
  return folds;
}

}  // namespace

std::vector<FoldPredictions> predictions_in(const Problem& problem, const std::vector<FoldResult>& results) {
  const auto places = layout_for(problem).variants[0];
  std::vector<FoldPredictions> folds;
  for (const auto& result : results) {
    const std::string_view memory = result.memory;
    folds.push_back({memory.substr(places.train.offset, places.train.capacity),
                     memory.substr(places.test.offset, places.test.capacity)});
  }
  return folds;
}

Judged<AllScores> score_natively(const Problem& problem, std::span<const FoldPredictions> predictions) {
  auto rules = rules_of(problem);
  if (!rules) return tl::unexpected(rules.error());
  auto arrays = read_all(problem, predictions);
  if (!arrays) return tl::unexpected(arrays.error());
  AllScores all;
  for (std::size_t fold = 0; fold < predictions.size(); ++fold) {
    auto scores = score_fold(*rules, problem, *arrays, fold);
    if (!scores) return tl::unexpected(scores.error());
    all.folds.push_back(std::move(*scores));
  }
  std::vector<scoring::Array> parts;
  auto valid = score_bag(*rules, problem.truth_train, valid_parts(problem, parts, *arrays), "bagged valid");
  if (!valid) return tl::unexpected(valid.error());
  all.bagged_valid = std::move(*valid);
  if (!problem.has_test) return all;
  std::vector<std::int64_t> every(problem.truth_test.rows);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::int64_t>(i);
  std::vector<scoring::Fold> folds;
  for (const auto& array : arrays->test) folds.push_back({array.view(), every});
  auto test = score_bag(*rules, problem.truth_test, folds, "bagged test");
  if (!test) return tl::unexpected(test.error());
  all.bagged_test = std::move(*test);
  return all;
}

}  // namespace evaluation
