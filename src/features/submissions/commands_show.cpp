#include "features/submissions/commands_show.h"

#include <cmath>

#include <fmt/format.h>

#include "machine/terminal/values.h"

namespace submissions {
namespace json = base::json;
using terminal::Exit;
using terminal::is_true;
using terminal::items_of;
using terminal::member;
using terminal::number_of;
using terminal::text_of;

std::vector<ShownColumn> columns_of(const json::value& event, const json::value& submission) {
  std::vector<ShownColumn> columns;
  for (const auto& column : items_of(event, "score_columns"))
    columns.push_back({text_of(column, "name"), static_cast<int>(number_of(column, "precision").value_or(4)),
                       is_true(column, "is_lower_the_better")});
  const auto* scores = member(submission, "scores");
  if (!columns.empty() || scores == nullptr || !scores->is_object()) return columns;
  for (const auto& score : scores->get_object())
    columns.push_back({terminal::plain(std::string_view(score.key()))});
  return columns;
}

std::string label_of(const json::value& submission) {
  return fmt::format("{} (#{})", text_of(submission, "name", "submission"),
                     text_of(submission, "number", "?"));
}

namespace {

std::string folds_text(const json::value& submission, base::Instant now) {
  const auto folds = static_cast<int>(number_of(submission, "progress.folds").value_or(0));
  const auto done = static_cast<int>(number_of(submission, "progress.folds_done").value_or(0));
  if (folds <= 0) return "preparing";
  std::string text = "folds  ";
  for (int fold = 0; fold < std::min(folds, 60); ++fold) text += fold < done ? "●" : "·";
  text += fmt::format("  {}/{}", done, folds);
  if (done >= folds) return text + "  scoring";
  const auto started = base::instant_from_rfc3339(text_of(submission, "started_at"));
  const auto elapsed = started ? std::chrono::duration<double>(now - *started).count() : 0.0;
  if (done > 0 && elapsed > 0)
    text += fmt::format("  about {:.0f} s left", std::ceil(elapsed / done * (folds - done)));
  return text;
}

std::string wait_text(double seconds) {
  return seconds < 120 ? fmt::format("{:.0f} s", std::ceil(seconds))
                       : fmt::format("{:.0f} min", std::ceil(seconds / 60));
}

std::string queue_text(const json::value& submission) {
  const auto place = number_of(submission, "queue.place");
  if (!place) return "waiting";
  const auto wait = number_of(submission, "queue.wait_seconds").value_or(0);
  return fmt::format("queued at place {:.0f}{}", *place,
                     wait >= 1 ? fmt::format(", about {}", wait_text(wait)) : "");
}

}  // namespace

std::string progress_text(const json::value& submission, base::Instant now) {
  const auto state = text_of(submission, "state");
  if (state == "received" || state == "queued") return queue_text(submission);
  if (state == "trial") return "trial on public data";
  if (state == "running") return folds_text(submission, now);
  return state;
}

namespace {

// scores.NAME.PART; names may hold dots and spaces, so they are looked up as they are.
std::optional<double> score_of(const json::value& submission, const ShownColumn& column,
                               std::string_view part) {
  const auto* scores = member(submission, "scores");
  const auto* own = scores == nullptr ? nullptr : base::find_member(*scores, column.name);
  return own == nullptr ? std::nullopt : number_of(*own, part);
}

std::string fold_score(const json::value& fold, const std::string& step, const ShownColumn& column) {
  const auto* row = base::find_member(fold, step);
  const auto* score = row == nullptr ? nullptr : base::find_member(*row, column.name);
  return score != nullptr && score->is_number()
             ? terminal::score_text(score->to_number<double>(), column.precision)
             : "nan";
}

std::string mean_text(const json::value& submission, const ShownColumn& column, const std::string& step) {
  const auto mean = score_of(submission, column, step + "_mean");
  const auto deviation = score_of(submission, column, step + "_std");
  if (!mean) return "";
  if (!deviation) return terminal::score_text(mean, column.precision);
  return fmt::format("{} ± {}", terminal::score_text(mean, column.precision),
                     terminal::score_text(deviation, column.precision + 1));
}

std::string column_text(const json::value& submission, const ShownColumn& column, bool official) {
  std::vector<std::string> steps{"train", "valid"};
  if (score_of(submission, column, "test_mean")) steps.emplace_back("test");
  std::vector<std::vector<std::string>> rows{{"fold"}};
  for (const auto& step : steps) rows[0].push_back(step);
  int number = 0;
  for (const auto& fold : items_of(submission, "folds")) {
    rows.push_back({std::to_string(number++)});
    for (const auto& step : steps) rows.back().push_back(fold_score(fold, step, column));
  }
  rows.push_back({"mean ± std"});
  for (const auto& step : steps) rows.back().push_back(mean_text(submission, column, step));
  rows.push_back(
      {"bagged", "", terminal::score_text(score_of(submission, column, "bagged_valid"), column.precision)});
  if (steps.size() == 3)
    rows.back().push_back(
        terminal::score_text(score_of(submission, column, "bagged_test"), column.precision));
  return fmt::format("\n{} ({}{} is better)\n{}", column.name, official ? "official, " : "",
                     column.is_lower_the_better ? "lower" : "higher", terminal::table_text(rows));
}

}  // namespace

std::string scores_text(const json::value& submission, const std::vector<ShownColumn>& columns) {
  std::string text;
  for (const auto& column : columns) text += column_text(submission, column, &column == &columns.front());
  return text;
}

std::string reason_text(const json::value& submission) {
  const auto* reason = member(submission, "reason");
  if (reason == nullptr) return text_of(submission, "state");
  const auto file = text_of(*reason, "file");
  const auto line = number_of(*reason, "line").value_or(0);
  const auto place =
      file.empty() ? "" : fmt::format(" ({}{})", file, line > 0 ? fmt::format(", line {:.0f}", line) : "");
  const auto fold = number_of(*reason, "fold");
  auto text = fmt::format("{} in {}{}{}", text_of(*reason, "kind"), text_of(*reason, "phase"),
                          fold ? fmt::format(", fold {:.0f}", *fold) : "", place);
  const auto name = text_of(*reason, "exception_class");
  const auto* found = member(*reason, "message");
  const auto message = found != nullptr && found->is_string()
                           ? terminal::plain_lines(std::string_view(found->get_string()))
                           : "";
  if (name.empty() && message.empty()) return text;
  const bool both = !name.empty() && !message.empty() && name != message;
  return text + "\n  " + (both ? name + ": " + message : name.empty() ? message : name);
}

std::string next_step_of(const json::value& submission) {
  return text_of(submission, "reason.next_step");
}

bool has_ended(const json::value& submission) {
  const auto state = text_of(submission, "state");
  return state == "scored" || state == "failed" || state == "cancelled";
}

Exit exit_for(const json::value& submission) {
  const auto state = text_of(submission, "state");
  if (state != "failed" && state != "cancelled") return Exit::done;
  return text_of(submission, "reason.kind") == "machine" ? Exit::machine : Exit::failed;
}

std::vector<std::string> list_head(const std::vector<ShownColumn>& columns, bool with_event, bool with_team) {
  std::vector<std::string> head{"#", "name"};
  if (with_event) head.emplace_back("event");
  if (with_team) head.emplace_back("team");
  head.emplace_back("state");
  if (!columns.empty()) head.push_back(columns.front().name);
  if (columns.empty()) head.emplace_back("score");
  head.insert(head.end(), {"sent", "id"});
  return head;
}

std::vector<std::string> list_row(const json::value& submission, const std::vector<ShownColumn>& columns,
                                  bool with_event, bool with_team, base::Instant now) {
  std::vector<std::string> row{text_of(submission, "number"), text_of(submission, "name")};
  if (with_event) row.push_back(text_of(submission, "event.slug", text_of(submission, "event.id")));
  if (with_team) row.push_back(text_of(submission, "team.name"));
  auto state = text_of(submission, "state");
  if (const auto kind = text_of(submission, "reason.kind"); state == "failed" && !kind.empty())
    state += fmt::format(" ({} in {})", kind, text_of(submission, "reason.phase"));
  row.push_back(state);
  const auto official = columns.empty() ? ShownColumn{text_of(submission, "official")} : columns.front();
  row.push_back(terminal::score_text(score_of(submission, official, "bagged_valid"), official.precision));
  row.push_back(terminal::since_text(text_of(submission, "created_at"), now));
  row.push_back(text_of(submission, "id"));
  return row;
}

}  // namespace submissions
