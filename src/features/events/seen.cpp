#include "features/events/seen.h"

namespace events {

namespace json = base::json;

json::value json_of(const std::optional<base::Instant>& instant) {
  if (!instant) return nullptr;
  return json::string(base::to_rfc3339(*instant));
}

json::value json_of(const std::optional<double>& number) {
  if (!number) return nullptr;
  return *number;
}

std::string title_of(const Seen& seen) {
  if (!seen.event.title.empty()) return seen.event.title;
  // A kit that says no title, or was not read yet, is called by its name, which is its file's: often "kit".
  const auto& problem = seen.problem;
  const bool has_title = !problem.title.empty() && problem.title != problem.name;
  return has_title ? problem.title : seen.event.slug;
}

const std::string& statement_of(const Seen& seen) {
  return seen.event.statement.empty() ? seen.problem.statement : seen.event.statement;
}

json::object event_json(const Seen& seen, Detail detail) {
  const auto& event = seen.event;
  const auto& problem = seen.problem;
  json::array columns;
  for (const auto& column : problem.columns)
    columns.push_back(json::object{{"name", column.name},
                                   {"precision", column.precision},
                                   {"is_lower_the_better", column.is_lower_the_better}});
  json::object object{
      {"id", base::to_text(event.id)},
      {"slug", event.slug},
      {"title", title_of(seen)},
      {"summary", event.summary},
      {"state", word_for(seen.state)},
      {"opens_at", json_of(event.opens)},
      {"closes_at", json_of(event.closes)},
      {"released_at", json_of(event.released)},
      {"is_practice", problem.is_practice},
      {"is_trusted", event.is_trusted},
      {"quota", {{"per_day", event.quota.per_day}, {"failures_per_day", event.quota.failures_per_day}}},
      {"official", problem.columns.empty() ? json::value() : json::value(problem.columns.front().name)},
      {"score_columns", std::move(columns)},
      {"elements", json::array(problem.elements.begin(), problem.elements.end())},
      {"folds", problem.folds},
      {"environment", problem.environment},
      {"people_count", seen.counts.people},
      {"submission_count", seen.counts.submissions},
      {"problem", {{"id", base::to_text(problem.id)}, {"name", problem.name}, {"title", problem.title}}}};
  if (detail == Detail::whole) object["statement"] = statement_of(seen);
  return object;
}

json::object mine_json(const Mine& mine, base::Instant now) {
  json::object object{{"is_participant", mine.is_participant},
                      {"is_organiser", mine.is_organiser},
                      {"may_leave", mine.may_leave}};
  if (mine.team)
    object["team"] = json::object{{"id", base::to_text(mine.team->id)}, {"name", mine.team->name}};
  object["submitted_today"] = mine.today.submitted;
  object["left_today"] = mine.today.left;
  object["resets_at"] = base::to_rfc3339(next_day(now));
  return object;
}

json::array findings_json(const std::vector<kit::Finding>& findings) {
  json::array items;
  for (const auto& finding : findings)
    items.push_back(json::object{{"weight", kit::word_for(finding.weight)},
                                 {"file", finding.file},
                                 {"line", finding.line},
                                 {"message", finding.message},
                                 {"next", finding.next}});
  return items;
}

json::object queue_json(const Counts& counts) {
  return {{"waiting", counts.waiting}, {"running", counts.running}};
}

json::object message_json(const forum::Post& message) {
  const auto& author = message.author;
  return {{"id", base::to_text(message.id)},
          {"title", message.title},
          {"text", message.text},
          {"author", {{"id", base::to_text(author.id)}, {"handle", author.handle}, {"name", author.name}}},
          {"created_at", base::to_rfc3339(message.created)}};
}

}  // namespace events
