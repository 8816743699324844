#include "features/events/commands_show.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "machine/terminal/terminal.h"
#include "machine/terminal/values.h"

namespace events {
namespace json = base::json;
using terminal::is_true;
using terminal::items_of;
using terminal::member;
using terminal::moment_text;
using terminal::number_of;
using terminal::text_of;
namespace {

std::string closing_text(const json::value& event, base::Instant now) {
  const auto state = text_of(event, "state");
  if (state == "open") return terminal::since_text(text_of(event, "closes_at"), now);
  const auto opens = base::instant_from_rfc3339(text_of(event, "opens_at"));
  if (opens && *opens > now) return "opens " + terminal::relative_text(*opens, now);
  return "";
}

std::string part_of(const json::value& event) {
  if (is_true(event, "mine.is_organiser")) return "organiser";
  return is_true(event, "mine.is_participant") ? "joined" : "";
}

}  // namespace

std::string list_text(const json::array& events, base::Instant now) {
  std::vector<std::vector<std::string>> rows{
      {"event", "title", "state", "closes", "people", "submissions", "you"}};
  for (const auto& event : events)
    rows.push_back({text_of(event, "slug"), terminal::plain(text_of(event, "title"), 48),
                    text_of(event, "state"), closing_text(event, now), text_of(event, "people_count", "0"),
                    text_of(event, "submission_count", "0"), part_of(event)});
  return terminal::table_text(rows);
}

std::string state_text(const json::value& event, base::Instant now) {
  auto text = text_of(event, "state");
  const auto opens = base::instant_from_rfc3339(text_of(event, "opens_at"));
  if (opens && *opens > now) text += ", opens " + moment_text(text_of(event, "opens_at"), now);
  const auto closes = base::instant_from_rfc3339(text_of(event, "closes_at"));
  if (closes)
    text += fmt::format(", {} {}", *closes > now ? "closes" : "closed",
                        moment_text(text_of(event, "closes_at"), now));
  return text;
}

namespace {

std::string listed(const json::array& words) {
  std::vector<std::string> all;
  for (const auto& word : words) all.push_back(text_of(word, ""));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string scores_line(const json::value& event) {
  std::vector<std::string> names;
  for (const auto& column : items_of(event, "score_columns"))
    names.push_back(fmt::format("{} ({}{} is better)", text_of(column, "name"),
                                names.empty() ? "official, " : "",
                                is_true(column, "is_lower_the_better") ? "lower" : "higher"));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string quota_line(const json::value& event) {
  auto line = fmt::format("{} submissions, {} failures on hidden data", text_of(event, "quota.per_day", "?"),
                          text_of(event, "quota.failures_per_day", "?"));
  const auto left = number_of(event, "mine.left_today");
  if (left && is_true(event, "mine.is_participant"))
    line += fmt::format("; you have {:.0f} left today", *left);
  return line;
}

}  // namespace

std::string event_text(const json::value& event, base::Instant now) {
  std::vector<std::pair<std::string, std::string>> facts;
  const auto row = [&](const char* name, std::string text) {
    if (!text.empty()) facts.emplace_back(name, std::move(text));
  };
  row("event", text_of(event, "slug"));
  row("state", state_text(event, now));
  row("scores", scores_line(event));
  row("files", listed(items_of(event, "elements")));
  row("folds", text_of(event, "folds"));
  row("each day", quota_line(event));
  row("people", text_of(event, "people_count"));
  row("submissions", text_of(event, "submission_count"));
  row("labels", is_true(event, "is_practice") ? "public: this is a practice event" : "");
  row("output", is_true(event, "is_trusted") ? "participants see what their code prints on hidden data" : "");
  row("your team", text_of(event, "mine.team.name"));
  auto text = fmt::format("{}\n{}", text_of(event, "title"), terminal::facts_text(facts));
  if (const auto findings = findings_of(event); !findings.empty()) text += "\n" + kit::to_text(findings);
  if (const auto* statement = member(event, "statement"); statement != nullptr && statement->is_string())
    text += "\n" + terminal::plain_lines(std::string_view(statement->get_string()));
  return text.ends_with('\n') ? text : text + "\n";
}

std::vector<kit::Finding> findings_of(const json::value& event) {
  std::vector<kit::Finding> findings;
  for (const auto& found : items_of(event, "findings")) {
    kit::Finding finding;
    const auto word = text_of(found, "weight");
    for (const auto weight : {kit::Weight::error, kit::Weight::warning, kit::Weight::note})
      if (kit::word_for(weight) == word) finding.weight = weight;
    finding.file = text_of(found, "file");
    finding.line = static_cast<int>(number_of(found, "line").value_or(0));
    finding.message = text_of(found, "message");
    finding.next = text_of(found, "next");
    findings.push_back(std::move(finding));
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.weight < b.weight; });
  return findings;
}

Ranks ranks_of(const json::value& board) {
  Ranks ranks;
  for (const auto& item : items_of(board, "items"))
    ranks[text_of(item, "submission_id")] = static_cast<int>(number_of(item, "rank").value_or(0));
  return ranks;
}

namespace {

struct Column {
  std::string name;
  int precision;
};

std::string score_in(const json::value& item, const Column& column, std::string_view part) {
  const auto* scores = member(item, "scores");
  const auto* own = scores == nullptr ? nullptr : base::find_member(*scores, column.name);
  return own == nullptr ? "" : terminal::score_text(number_of(*own, part), column.precision);
}

std::string mark_of(const json::value& item, const Ranks* before) {
  if (before == nullptr) return "";
  const auto was = before->find(text_of(item, "submission_id"));
  if (was == before->end()) return "new";
  const auto moved = was->second - static_cast<int>(number_of(item, "rank").value_or(0));
  if (moved == 0) return "";
  return fmt::format("{}{}", moved > 0 ? "▲" : "▼", std::abs(moved));
}

std::string seconds_of(const json::value& item, const char* name) {
  const auto seconds = number_of(item, name);
  return seconds ? terminal::duration_text(*seconds) : "";
}

std::vector<Column> columns_of(const json::value& board) {
  std::vector<Column> columns;
  for (const auto& column : items_of(board, "columns"))
    columns.push_back(
        {text_of(column, "name"), static_cast<int>(number_of(column, "precision").value_or(4))});
  return columns;
}

using Row = std::vector<std::string>;

Row head_of(const std::vector<Column>& columns, bool with_test, bool with_marks) {
  Row head{"rank", "team", "submission"};
  for (const auto& column : columns) {
    if (with_test) head.push_back(column.name + " (test)");
    head.push_back(with_test ? column.name + " (valid)" : column.name);
  }
  head.insert(head.end(), {"fit", "scored"});
  if (with_marks) head.emplace_back("");
  return head;
}

Row row_of(const json::value& item, const std::vector<Column>& columns, bool with_test, const Ranks* before,
           base::Instant now) {
  Row row{text_of(item, "rank"),
          terminal::plain(text_of(item, "team.name"), 32) + (is_true(item, "is_mine") ? " *" : ""),
          terminal::plain(text_of(item, "name"), 32)};
  for (const auto& column : columns) {
    if (with_test) row.push_back(score_in(item, column, "test"));
    row.push_back(score_in(item, column, "valid"));
  }
  row.push_back(seconds_of(item, "fit_seconds"));
  row.push_back(terminal::since_text(text_of(item, "scored_at"), now));
  if (before != nullptr) row.push_back(mark_of(item, before));
  return row;
}

}  // namespace

std::string board_text(const json::value& board, const Ranks* before, std::size_t most_rows,
                       base::Instant now) {
  const auto columns = columns_of(board);
  const auto& items = items_of(board, "items");
  if (items.empty()) return "nobody is on the board yet\n";
  const bool with_test = std::any_of(items.begin(), items.end(), [&](const json::value& item) {
    return !columns.empty() && !score_in(item, columns.front(), "test").empty();
  });
  std::vector<Row> rows{head_of(columns, with_test, before != nullptr)};
  for (const auto& item : items)
    if (rows.size() <= most_rows || is_true(item, "is_mine"))
      rows.push_back(row_of(item, columns, with_test, before, now));
  const auto left_out = items.size() + 1 - rows.size();
  return terminal::table_text(rows) + (left_out > 0 ? fmt::format("... and {} more\n", left_out) : "");
}

}  // namespace events
