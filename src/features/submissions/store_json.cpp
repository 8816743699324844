#include "features/submissions/store_json.h"

#include "features/submissions/rules.h"

namespace submissions {
namespace json = base::json;

namespace {

json::array array_from(std::string_view text) {
  auto parsed = base::parse_json(text);
  return parsed && parsed->is_array() ? parsed->get_array() : json::array();
}

int number_in(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_int64() ? static_cast<int>(member->get_int64()) : 0;
}
bool flag_in(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_bool() && member->get_bool();
}

}  // namespace

std::string json_of(const std::vector<kit::Finding>& findings) {
  json::array array;
  for (const auto& finding : findings)
    array.push_back({{"weight", kit::word_for(finding.weight)},
                     {"file", finding.file},
                     {"line", finding.line},
                     {"message", finding.message},
                     {"next", finding.next}});
  return base::to_text(array);
}

std::vector<kit::Finding> findings_from(std::string_view text) {
  std::vector<kit::Finding> findings;
  for (const auto& item : array_from(text)) {
    kit::Finding finding;
    for (const auto weight : {kit::Weight::error, kit::Weight::warning, kit::Weight::note})
      if (kit::word_for(weight) == base::find_text(item, "weight")) finding.weight = weight;
    finding.file = base::find_text(item, "file");
    finding.line = number_in(item, "line");
    finding.message = base::find_text(item, "message");
    finding.next = base::find_text(item, "next");
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string json_of(const std::vector<std::string>& words) {
  return base::to_text(json::array(words.begin(), words.end()));
}

std::vector<std::string> words_from(std::string_view text) {
  std::vector<std::string> words;
  for (const auto& item : array_from(text))
    if (item.is_string()) words.emplace_back(item.get_string());
  return words;
}

std::string json_of(const std::vector<evaluation::ScoreColumn>& columns) {
  json::array array;
  for (const auto& column : columns)
    array.push_back({{"name", column.name},
                     {"precision", column.precision},
                     {"is_lower_the_better", column.is_lower_the_better}});
  return base::to_text(array);
}

std::vector<evaluation::ScoreColumn> columns_from(std::string_view text) {
  std::vector<evaluation::ScoreColumn> columns;
  for (const auto& item : array_from(text))
    columns.push_back(
        {base::find_text(item, "name"), number_in(item, "precision"), flag_in(item, "is_lower_the_better")});
  return columns;
}

std::string json_of(const evaluation::Failure& failure) {
  json::object object{{"kind", evaluation::word_for(failure.kind)},
                      {"phase", evaluation::word_for(failure.phase)},
                      {"message", failure.message},
                      {"traceback", failure.traceback},
                      {"exception_class", failure.exception_class},
                      {"file", failure.file},
                      {"line", failure.line}};
  if (failure.fold) object["fold"] = *failure.fold;
  return base::to_text(object);
}

evaluation::Failure failure_from(std::string_view text) {
  evaluation::Failure failure;
  const auto parsed = base::parse_json(text);
  if (!parsed) return failure;
  failure.kind =
      failure_kind_from(base::find_text(*parsed, "kind")).value_or(evaluation::FailureKind::machine);
  failure.phase = phase_from(base::find_text(*parsed, "phase")).value_or(evaluation::Phase::prepare);
  failure.message = base::find_text(*parsed, "message");
  failure.traceback = base::find_text(*parsed, "traceback");
  failure.exception_class = base::find_text(*parsed, "exception_class");
  failure.file = base::find_text(*parsed, "file");
  failure.line = number_in(*parsed, "line");
  if (base::find_member(*parsed, "fold") != nullptr) failure.fold = number_in(*parsed, "fold");
  return failure;
}

}  // namespace submissions
