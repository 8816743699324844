#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace {

Evaluation two_folds() {
  Evaluation evaluation;
  evaluation.columns = {{"accuracy", 2, false}, {"nll", 3, true}};
  evaluation.has_test = true;
  evaluation.folds = {{.train = {1, 0.1}, .valid = {0.5, 0.3}, .test = {0.25, 0.4}, .fit_seconds = 1},
                      {.train = {1, 0.3}, .valid = {0.7, 0.5}, .test = {0.75, 0.6}, .predict_seconds = 2}};
  evaluation.bagged_valid = {0.6, 0.4};
  evaluation.bagged_test = {0.5, 0.5};
  return evaluation;
}

TEST(Report, HasTheFormOfTheInterface) {
  const auto json = to_json(two_folds(), "kit", "mine");
  EXPECT_EQ(json.at("official"), "accuracy");
  const auto& accuracy = json.at("scores").at("accuracy");
  EXPECT_DOUBLE_EQ(accuracy.at("valid").at("mean").as_double(), 0.6);
  EXPECT_DOUBLE_EQ(accuracy.at("test").at("std").as_double(), 0.25);  // of the population
  EXPECT_DOUBLE_EQ(accuracy.at("bagged_test").as_double(), 0.5);
  EXPECT_EQ(json.at("folds").as_array().size(), 2u);
  EXPECT_DOUBLE_EQ(json.at("folds").at(1).at("seconds").at("predict").as_double(), 2);
  EXPECT_DOUBLE_EQ(json.at("folds").at(0).at("valid").at("nll").as_double(), 0.3);
}

TEST(Report, IsSilentOnATestThatThereIsNot) {
  auto evaluation = two_folds();
  evaluation.has_test = false;
  const auto json = to_json(evaluation, "kit", "mine");
  EXPECT_FALSE(json.at("scores").at("accuracy").as_object().contains("test"));
  EXPECT_FALSE(json.at("scores").at("accuracy").as_object().contains("bagged_test"));
  EXPECT_FALSE(json.at("folds").at(0).as_object().contains("test"));
}

TEST(Report, RemainsJsonWhereScoresAreNoNumbers) {
  auto evaluation = two_folds();
  evaluation.folds[0].valid[0] = std::nan("");
  evaluation.bagged_valid[1] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(base::parse_json(base::to_text(to_json(evaluation, "kit", "mine"))));
}

TEST(Report, AFailureHasItsFiveMembers) {
  Failure failure;
  failure.kind = FailureKind::nan;
  failure.phase = Phase::predict;
  failure.fold = 3;
  failure.message = "NaN in row 1";
  EXPECT_EQ(
      base::to_text(to_json(failure)),
      R"({"error": {"kind": "nan", "phase": "predict", "fold": 3, "message": "NaN in row 1", "traceback": ""}})");
  failure.fold.reset();
  EXPECT_TRUE(to_json(failure).at("error").at("fold").is_null());
}

}  // namespace
}  // namespace evaluation
