#include "judge/evaluation/figure.h"

#include <gtest/gtest.h>

namespace {
using namespace evaluation;
using scoring::Array;
using scoring::PredictionType;

const std::vector<std::string> kLabels{"benign", "malignant"};
const PredictionType kTwo{PredictionType::Kind::multiclass, 2, {}};
const PredictionType kNumber{PredictionType::Kind::regression, 0, {}};

Array two_columns(std::vector<double> values) {
  const auto rows = static_cast<std::int64_t>(values.size() / 2);
  return {std::move(values), rows, 2};
}

TEST(Figure, OfLabelsCountsTrueInRowsAndPredictedInColumns) {
  const auto truth = two_columns({1, 0, 1, 0, 1, 0, 0, 1});
  const auto said = two_columns({0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7});
  const auto figure = figure_from(kTwo, kLabels, truth.view(), said.view());
  ASSERT_TRUE(figure);
  EXPECT_EQ(base::to_text(to_json(*figure)),
            R"({"kind": "confusion", "labels": ["benign", "malignant"], "counts": [[2, 1], [0, 1]]})");
}

TEST(Figure, OfNumbersHoldsTrueAndPredicted) {
  const auto truth = scoring::flat({1.5, 2, 3});
  const auto said = scoring::flat({1, 2.25, std::nan("")});
  const auto figure = figure_from(kNumber, {}, truth.view(), said.view());
  ASSERT_TRUE(figure);
  const auto& points = std::get<Scatter>(*figure).points;
  EXPECT_EQ(points, (std::vector<std::pair<double, double>>{{1.5, 1}, {2, 2.25}})) << "what can be drawn";
  EXPECT_NE(base::to_text(to_json(*figure)).find(R"("points": [[1.5)"), std::string::npos);
}

TEST(Figure, OfManyNumbersHoldsSomeOfAllOfThem) {
  std::vector<double> values(1234);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const auto column = scoring::flat(values);
  const auto figure = figure_from(kNumber, {}, column.view(), column.view());
  ASSERT_TRUE(figure);
  const auto& points = std::get<Scatter>(*figure).points;
  ASSERT_EQ(points.size(), kMostPoints);
  EXPECT_EQ(points.front().first, 0);
  EXPECT_GT(points.back().first, 1230);
}

TEST(Figure, IsNoneWhereThereIsNothingToDraw) {
  const auto two = two_columns({1, 0, 0, 1});
  const auto flat = scoring::flat({1, 2});
  const PredictionType wide{PredictionType::Kind::regression, 2, {}};
  const PredictionType combined{PredictionType::Kind::combined, 2, {kTwo}};
  EXPECT_FALSE(figure_from(wide, {}, two.view(), two.view())) << "two columns of numbers";
  EXPECT_FALSE(figure_from(combined, kLabels, two.view(), two.view()));
  EXPECT_FALSE(figure_from(kTwo, {}, two.view(), two.view())) << "labels without names";
  EXPECT_FALSE(figure_from(kTwo, kLabels, two.view(), flat.view())) << "another shape";
  EXPECT_FALSE(figure_from(kNumber, {}, flat.view(), scoring::flat({1}).view())) << "other rows";
  EXPECT_FALSE(figure_from(kNumber, {}, scoring::flat({}).view(), scoring::flat({}).view()));
  const std::vector<std::string> many(kMostLabels + 1, "one");
  const Array row{std::vector<double>(many.size()), 1, static_cast<std::int64_t>(many.size())};
  EXPECT_FALSE(
      figure_from({PredictionType::Kind::multiclass, row.columns, {}}, many, row.view(), row.view()));
}

}  // namespace
