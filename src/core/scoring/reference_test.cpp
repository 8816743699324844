// Against scores of the real rampwf, kept in reference/*.json (made by tools/make_scoring_reference.py).
#include <cmath>

#include <gtest/gtest.h>

#include "base/files.h"
#include "core/scoring/scoring.h"

namespace {

namespace json = base::json;

json::value reference(const std::string& name) {
  const auto path = std::string(AGORA_SOURCE_DIR) + "/src/core/scoring/reference/" + name + ".json";
  const auto text = base::read_file(path);
  if (!text) throw std::runtime_error(text.error().message);
  auto value = base::parse_json(*text);
  if (!value) throw std::runtime_error(path + ": " + value.error().message);
  return std::move(*value);
}

scoring::Dtype dtype_of(std::string_view word) {
  using enum scoring::Dtype;
  const std::pair<std::string_view, scoring::Dtype> words[] = {{"b1", b1}, {"i2", i2}, {"i4", i4},
                                                               {"i8", i8}, {"f4", f4}, {"f8", f8}};
  for (const auto& [name, dtype] : words)
    if (name == word) return dtype;
  throw std::runtime_error("no dtype " + std::string(word));
}

scoring::Array array_of(const json::value& value) {
  scoring::Array array;
  array.rows = value.at("rows").as_int64();
  array.columns = value.at("columns").as_int64();
  array.dtype = dtype_of(std::string_view(value.at("dtype").as_string()));
  for (const auto& number : value.at("values").as_array())
    array.values.push_back(number.is_null() ? std::nan("") : number.to_number<double>());
  return array;
}

scoring::ScoreType score_type_at(const json::value& file, const json::value& place) {
  const auto type = scoring::score_type_from(file.at("score_types").at(place.to_number<std::size_t>()));
  if (!type) throw std::runtime_error(type.error().message);
  return *type;
}

void expect_close(double score, double expected, const std::string& what) {
  EXPECT_LE(std::abs(score - expected), 1e-9 * std::max(1.0, std::abs(expected)))
      << what << ": " << base::to_text(score) << " instead of " << base::to_text(expected);
}

// Every score of a file, and a refusal where rampwf has none. Returns how many scores there were.
int check_scores(const std::string& name) {
  const auto file = reference(name);
  int compared = 0;
  for (const auto& one : file.at("cases").as_array()) {
    const auto truth = array_of(one.at("truth"));
    const auto prediction = array_of(one.at("prediction"));
    const auto predictions = scoring::prediction_type_from(one.at("prediction_type"));
    if (!predictions) throw std::runtime_error(predictions.error().message);
    for (const auto& pair : one.at("scores").as_array()) {
      const auto type = score_type_at(file, pair.at(0));
      const auto what = std::string(one.at("what").as_string()) + ", " + type.class_name + " " +
                        base::to_text(json::value(type.parameters));
      const auto score = scoring::score(type, *predictions, truth.view(), prediction.view());
      if (pair.at(1).is_null()) {
        EXPECT_FALSE(score) << what << ": " << (score ? *score : 0) << " where rampwf has no number";
        if (!score) {
          EXPECT_GT(score.error().message.size(), 20u) << what;
        }
        continue;
      }
      ++compared;
      EXPECT_TRUE(score) << what << ": " << (score ? "" : score.error().message);
      if (score) expect_close(*score, pair.at(1).to_number<double>(), what);
    }
  }
  return compared;
}

TEST(Reference, ClassScoresEqualRampwf) {
  EXPECT_GT(check_scores("classes"), 2000);
}

TEST(Reference, RegressionScoresEqualRampwf) {
  EXPECT_GT(check_scores("regression"), 500);
}

TEST(Reference, CombinedScoresEqualRampwf) {
  EXPECT_GT(check_scores("combined"), 100);
}

struct Folds {
  std::vector<scoring::Array> predictions;
  std::vector<std::vector<std::int64_t>> rows;
  std::vector<scoring::Fold> folds;
};

Folds folds_of(const json::value& list) {
  Folds read;
  for (const auto& item : list.as_array()) {
    read.predictions.push_back(array_of(item.at("prediction")));
    read.rows.emplace_back();
    for (const auto& row : item.at("rows").as_array()) read.rows.back().push_back(row.as_int64());
  }
  for (std::size_t i = 0; i < read.rows.size(); ++i)
    read.folds.push_back({read.predictions[i].view(), read.rows[i]});
  return read;
}

TEST(Reference, BagsEqualRampwfBitForBitAndSoDoScoresOfPrefixes) {
  const auto file = reference("bagging");
  int bags = 0;
  for (const auto& one : file.at("cases").as_array()) {
    const auto what = std::string(one.at("what").as_string());
    const auto truth = array_of(one.at("truth"));
    const auto predictions = scoring::prediction_type_from(one.at("prediction_type"));
    ASSERT_TRUE(predictions) << what;
    const auto type = score_type_at(file, one.at("score_type"));
    const auto folds = folds_of(one.at("folds"));
    const auto& scores = one.at("scores").as_array();
    for (std::size_t prefix = 1; prefix <= folds.folds.size(); ++prefix) {
      const auto bagged = scoring::bag(*predictions, truth.rows, std::span(folds.folds).first(prefix));
      ASSERT_TRUE(bagged) << what << bagged.error().message;
      const auto rows = scoring::take_rows(truth.view(), bagged->covered);
      ASSERT_TRUE(rows) << what;
      const auto score = scoring::score(type, *predictions, rows->view(), bagged->values.view());
      ASSERT_TRUE(score) << what << ": " << score.error().message;
      expect_close(*score, scores[prefix - 1].to_number<double>(), what);
      ++bags;
      if (prefix < folds.folds.size()) continue;
      EXPECT_EQ(bagged->values.values, array_of(one.at("bagged")).values) << what;
      EXPECT_EQ(bagged->values.rows, one.at("bagged").at("rows").as_int64()) << what;
    }
  }
  EXPECT_GT(bags, 500);
}

}  // namespace
