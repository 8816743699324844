#include "features/events/board.h"

#include <algorithm>

#include "features/events/seen.h"

namespace events {
namespace {

namespace json = base::json;

std::optional<double> number_in(const json::value& scores, std::string_view name) {
  const auto* number = base::find_member(scores, name);
  if (number == nullptr || !number->is_number()) return std::nullopt;
  return number->to_number<double>();
}

json::value scores_json(const std::vector<BoardScore>& scores) {
  json::object object;
  for (const auto& score : scores) {
    json::object of{{"valid", json_of(score.valid)},
                    {"train_mean", json_of(score.train_mean)},
                    {"valid_mean", json_of(score.valid_mean)}};
    if (score.test) of["test"] = *score.test;
    object[score.name] = std::move(of);
  }
  return object;
}

}  // namespace

std::optional<double> visible_score(const BoardRow& row, std::string_view column) {
  const auto found = std::find_if(row.scores.begin(), row.scores.end(),
                                  [&](const BoardScore& score) { return score.name == column; });
  if (found == row.scores.end()) return std::nullopt;
  return found->valid ? found->valid : found->valid_mean;
}

std::string text_of(const std::vector<BoardScore>& scores) {
  json::object object;
  for (const auto& score : scores)
    object[score.name] = json::object{{"valid", json_of(score.valid)},
                                      {"train_mean", json_of(score.train_mean)},
                                      {"valid_mean", json_of(score.valid_mean)}};
  return base::to_text(json::value(std::move(object)));
}

std::vector<BoardScore> scores_from(std::string_view text) {
  const auto parsed = base::parse_json(text);
  std::vector<BoardScore> scores;
  if (!parsed || !parsed->is_object()) return scores;
  for (const auto& [name, of] : parsed->get_object())
    scores.push_back({.name = std::string(name),
                      .train_mean = number_in(of, "train_mean"),
                      .valid_mean = number_in(of, "valid_mean"),
                      .valid = number_in(of, "valid")});
  return scores;
}

std::vector<BoardScore> scores_of(const submissions::VisibleScores& scores) {
  std::vector<BoardScore> mapped;
  for (const auto& column : scores.columns)
    mapped.push_back({.name = column.name,
                      .train_mean = column.train_mean,
                      .valid_mean = column.valid_mean,
                      .valid = column.bagged_valid});
  return mapped;
}

json::object row_json(const BoardRow& row, int rank) {
  return {{"rank", rank > 0 ? json::value(rank) : json::value()},
          {"submission_id", base::to_text(row.submission)},
          {"number", row.number},
          {"name", row.name},
          {"team", {{"id", base::to_text(row.team.id)}, {"name", row.team.name}}},
          {"scores", scores_json(row.scores)},
          {"fit_seconds", json_of(row.fit_seconds)},
          {"predict_seconds", json_of(row.predict_seconds)},
          {"created_at", base::to_rfc3339(row.created)},
          {"scored_at", json_of(row.scored)}};
}

json::array columns_json(const std::vector<evaluation::ScoreColumn>& columns) {
  json::array items;
  for (const auto& column : columns)
    items.push_back(json::object{{"name", column.name},
                                 {"precision", column.precision},
                                 {"is_lower_the_better", column.is_lower_the_better},
                                 {"official", items.empty()}});
  return items;
}

}  // namespace events
