// Laws over the whole list: a new metric is tested the moment its row exists.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "core/scoring/scoring.h"

namespace {

using scoring::Array;
using scoring::Needs;

struct Sample {
  Array truth;
  Array prediction;
};

double unit(std::mt19937_64& random) {
  return std::uniform_real_distribution<double>(1e-6, 1 - 1e-6)(random);
}

Sample random_sample(const scoring::Metric& metric, std::int64_t rows, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::int64_t classes = metric.needs == Needs::probability ? 2 : 4;
  std::vector<double> truth, prediction;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto label = static_cast<double>(i < classes ? static_cast<std::uint64_t>(i)
                                                       : random() % static_cast<std::uint64_t>(classes));
    truth.push_back(metric.needs == Needs::numbers ? 1 + 10 * unit(random) : label);
    const auto columns = metric.needs == Needs::probabilities ? classes : 1;
    for (std::int64_t j = 0; j < columns; ++j)
      prediction.push_back(metric.needs == Needs::labels    ? static_cast<double>(random() % 4)
                           : metric.needs == Needs::numbers ? truth.back() + unit(random)
                                                            : unit(random));
  }
  Sample sample{scoring::flat(truth), scoring::flat(prediction)};
  if (metric.needs == Needs::probabilities) sample.prediction = Array{prediction, rows, classes};
  return sample;
}

Sample perfect_sample(const scoring::Metric& metric, std::int64_t rows, std::uint64_t seed) {
  auto sample = random_sample(metric, rows, seed);
  if (metric.needs != Needs::probabilities) {
    sample.prediction = sample.truth;
    return sample;
  }
  std::fill(sample.prediction.values.begin(), sample.prediction.values.end(), 0.0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
    sample.prediction.values[i * 4 + static_cast<std::size_t>(sample.truth.values[i])] = 1;
  return sample;
}

double score_of(const scoring::Metric& metric, const Sample& sample) {
  const auto score = scoring::score(metric, sample.truth.view(), sample.prediction.view());
  EXPECT_TRUE(score) << metric.name << ": " << (score ? "" : score.error().message);
  return score ? *score : std::nan("");
}

Sample taken(const Sample& sample, std::span<const std::int64_t> rows) {
  return {*scoring::take_rows(sample.truth.view(), rows),
          *scoring::take_rows(sample.prediction.view(), rows)};
}

std::vector<std::int64_t> count_to(std::int64_t rows) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(rows));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

TEST(Laws, ScoresLieInTheirRange) {
  for (const auto& metric : scoring::metrics())
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const auto score =
          score_of(metric, random_sample(metric, 5 + static_cast<std::int64_t>(seed) * 7, seed));
      EXPECT_GE(score, metric.minimum - 1e-12) << metric.name;
      EXPECT_LE(score, metric.maximum + 1e-12) << metric.name;
    }
}

TEST(Laws, ThePerfectPredictionIsBest) {
  for (const auto& metric : scoring::metrics())
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto best = score_of(metric, perfect_sample(metric, 60, seed));
      const auto other = score_of(metric, random_sample(metric, 60, seed));
      const bool higher = metric.better == scoring::Better::higher;
      EXPECT_TRUE(higher ? best >= other - 1e-12 : best <= other + 1e-12)
          << metric.name << ": " << best << " against " << other;
      const auto bound = higher ? metric.maximum : metric.minimum;
      if (std::isfinite(bound)) {
        EXPECT_NEAR(best, bound, 1e-9) << metric.name;
      }
    }
}

TEST(Laws, TheOrderOfRowsDoesNotMatter) {
  for (const auto& metric : scoring::metrics())
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto sample = random_sample(metric, 3000, seed);
      auto order = count_to(3000);
      std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
      const auto expected = score_of(metric, sample);
      EXPECT_NEAR(score_of(metric, taken(sample, order)), expected, 1e-11 * std::max(1.0, std::abs(expected)))
          << metric.name;
    }
}

TEST(Laws, RowsTwiceScoreAsRowsOnce) {
  for (const auto& metric : scoring::metrics()) {
    const auto sample = random_sample(metric, 40, 3);
    auto twice = count_to(40);
    for (const auto row : count_to(40)) twice.push_back(row);
    // Gini's coefficient counts half a row at its ends and takes ties in their order.
    const auto allowed = metric.name == "normalized_gini" ? 0.1 : 1e-12;
    EXPECT_NEAR(score_of(metric, taken(sample, twice)), score_of(metric, sample), allowed) << metric.name;
  }
}

TEST(Laws, OtherLengthsAndNothingAreRefused) {
  for (const auto& metric : scoring::metrics()) {
    const auto sample = random_sample(metric, 20, 1);
    const auto fewer = taken(sample, count_to(19));
    for (const auto& [truth, prediction] :
         {std::pair(&sample.truth, &fewer.prediction), std::pair(&fewer.truth, &sample.prediction)}) {
      const auto score = scoring::score(metric, truth->view(), prediction->view());
      ASSERT_FALSE(score) << metric.name;
      EXPECT_NE(score.error().message.find("19"), std::string::npos) << score.error().message;
    }
    const auto none = taken(sample, {});
    EXPECT_FALSE(scoring::score(metric, none.truth.view(), none.prediction.view())) << metric.name;
  }
}

TEST(Laws, NaNAndInfinityAreRefusedNamingTheRow) {
  for (const auto& metric : scoring::metrics())
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      auto sample = random_sample(metric, 20, 1);
      sample.prediction.values[static_cast<std::size_t>(7 * sample.prediction.view().width())] = bad;
      const auto score = scoring::score(metric, sample.truth.view(), sample.prediction.view());
      ASSERT_FALSE(score) << metric.name << *score;
      EXPECT_NE(score.error().message.find("row 7"), std::string::npos) << score.error().message;
      EXPECT_EQ(score.error().kind, base::ErrorKind::invalid);
    }
}

TEST(Laws, UnknownAndWrongParametersAreRefused) {
  for (const auto& metric : scoring::metrics()) {
    const auto sample = random_sample(metric, 20, 1);
    const auto score = scoring::score(metric, sample.truth.view(), sample.prediction.view(), {{"depth", 3}});
    ASSERT_FALSE(score) << metric.name;
    EXPECT_NE(score.error().message.find("depth"), std::string::npos);
    for (const auto& parameter : metric.parameters)
      EXPECT_FALSE(scoring::score(metric, sample.truth.view(), sample.prediction.view(),
                                  {{parameter.name, base::json::object()}}))
          << metric.name << " " << parameter.name;
  }
}

TEST(Laws, NamesAreUniqueAndFound) {
  for (const auto& metric : scoring::metrics()) {
    EXPECT_EQ(scoring::find_metric(metric.name), &metric);
    EXPECT_TRUE(scoring::is_ramp_class(metric.ramp_class));
    EXPECT_FALSE(metric.summary.empty());
  }
  EXPECT_EQ(scoring::find_metric("no such metric"), nullptr);
}

struct Case {
  const char* metric;
  std::vector<double> truth;
  std::vector<double> prediction;
  const char* message;
};

TEST(Metrics, SayWhyAScoreIsUndefined) {
  const Case cases[] = {
      {"roc_auc", {1, 1, 1}, {0.1, 0.2, 0.3}, "one class only"},
      {"roc_auc", {0, 1, 2}, {0.1, 0.2, 0.3}, "more than two classes"},
      {"accuracy", {0, 1, 2}, {0, 1.5, 2}, "row 1"},
      {"brier_score_loss", {0, 1, 1}, {0.1, 1.2, 0.3}, "lies in [0, 1]"},
      {"brier_skill_score", {1, 1}, {0.5, 0.5}, "one class only"},
      {"mean_absolute_relative_error", {1, 0}, {1, 1}, "truth is 0"},
      {"normalized_rmse", {2, 2}, {1, 1}, "one value only"},
      {"normalized_gini", {0, 0}, {1, 2}, "sums to 0"},
      {"soft_accuracy", {0, 1}, {0.5, 0.5}, "one column for each class"},
  };
  for (const auto& c : cases) {
    const auto truth = scoring::flat(c.truth);
    const auto prediction = scoring::flat(c.prediction);
    const auto score = scoring::score(*scoring::find_metric(c.metric), truth.view(), prediction.view());
    ASSERT_FALSE(score) << c.metric;
    EXPECT_NE(score.error().message.find(c.message), std::string::npos) << score.error().message;
  }
}

}  // namespace
