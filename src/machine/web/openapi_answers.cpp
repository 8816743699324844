#include "machine/web/openapi_answers.h"

#include <algorithm>

#include <fmt/format.h>

namespace web {
namespace json = base::json;

json::object problem_schema() {
  return json::value{
      {"type", "object"},
      {"required", {"type", "title", "status", "instance"}},
      {"properties",
       {{"type", {{"type", "string"}}},
        {"title", {{"type", "string"}}},
        {"status", {{"type", "integer"}}},
        {"detail", {{"type", "string"}, {"description", "What is wrong and how to go on"}}},
        {"instance", {{"type", "string"}, {"description", "The request's id"}}},
        {"errors",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"required", {"pointer", "detail"}},
            {"properties", {{"pointer", {{"type", "string"}}}, {"detail", {{"type", "string"}}}}}}}}}}}}
      .get_object();
}

json::object media_of(const Shape& shape, const json::value& schema) {
  json::object media;
  if (!shape.schema.empty()) {
    media["schema"] = schema;
    media["example"] = *base::parse_json(shape.example);
  } else {
    media["schema"] = json::object{{"type", "string"}, {"format", "binary"}};
  }
  return {{shape.media_type, std::move(media)}};
}

namespace {

enum class Where { everywhere, with_names, with_body, with_json, with_key, with_file };

struct SharedRow {
  int status;
  Where where;
  std::string_view when;
};

// What the room itself answers. A route's own row of the same status goes before it.
constexpr SharedRow kShared[] = {
    {400, Where::everywhere, "The request is malformed, or a field of it is wrong: `errors` says which"},
    {401, Where::everywhere, "The session or token is not valid, or one is needed"},
    {403, Where::everywhere, "The viewer may see this, and may not do it"},
    {404, Where::with_names, "There is no such thing, or the viewer may not see it"},
    {408, Where::everywhere, "The request came too slowly"},
    {409, Where::with_key, "A request with this Idempotency-Key is still running"},
    {413, Where::with_body, "The body is larger than this route takes"},
    {415, Where::with_json, "The body is not application/json"},
    {416, Where::with_file, "The file has no such range"},
    {422, Where::with_key, "This Idempotency-Key came with another request before"},
    {429, Where::everywhere, "Too many requests: Retry-After says when to come back"},
    {431, Where::everywhere, "The request's head is too large"},
    {500, Where::everywhere, "Something went wrong here; the log has it under `instance`"},
    {503, Where::everywhere, "Too much is going on here: Retry-After says when to come back"},
};

bool answers_a_file(const Route& route) {
  return route.method == "GET" && route.response.schema.empty() && route.status == 200 &&
         route.response.media_type != "application/json" && route.response.media_type != "text/event-stream";
}

bool applies(Where where, const Route& route) {
  switch (where) {
    case Where::everywhere:
      return true;
    case Where::with_names:
      return !names_in(route.pattern).empty();
    case Where::with_body:
      return route.takes != Takes::nothing;
    case Where::with_json:
      return route.takes == Takes::json;
    case Where::with_key:
      return route.retry == Retry::keyed;
    case Where::with_file:
      return answers_a_file(route);
  }
  return false;
}

// "NotFound"
std::string name_of(int status) {
  std::string name(reason_for(status));
  name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
  return name;
}

json::object header_of(std::string_view name, std::string_view type, std::string_view summary) {
  return {{name, json::object{{"description", summary}, {"schema", json::object{{"type", type}}}}}};
}

json::object error_answer(int status, std::string_view when) {
  json::object example{{"type", "about:blank"},
                       {"title", reason_for(status)},
                       {"status", status},
                       {"detail", when},
                       {"instance", "01JZZZZZZZZZZZZZZZZZZZZZZZ"}};
  json::object media{{"schema", {{"$ref", "#/components/schemas/Problem"}}}, {"example", std::move(example)}};
  json::object answer{{"description", when},
                      {"content", json::object{{"application/problem+json", std::move(media)}}}};
  if (status == 429 || status == 503)
    answer["headers"] = header_of("Retry-After", "integer", "Seconds to wait before the next try");
  return answer;
}

void add_good_answers(const Entry& entry, json::object& answers) {
  const auto& route = entry.route;
  json::object good{{"description", reason_for(route.status)}};
  if (!route.response.schema.empty() || route.response.media_type != "application/json")
    good["content"] = media_of(route.response, entry.response_schema);
  const bool file = answers_a_file(route);
  if (route.sends_etag || file)
    good["headers"] = header_of("ETag", "string", "Names this version, for If-None-Match and If-Match");
  json::object part = good;
  answers[std::to_string(route.status)] = std::move(good);
  if (file) {
    part["description"] = "The part that Range asked for";
    answers["206"] = std::move(part);
  }
  if (route.method == "GET" && (route.sends_etag || file))
    answers["304"] = json::object{{"description", "It is what If-None-Match names"}};
}

}  // namespace

json::object answers_of(const Entry& entry) {
  json::object answers;
  add_good_answers(entry, answers);
  std::vector<std::pair<int, std::string>> own;  // two reasons for one status are one answer
  for (const auto& row : entry.route.errors) {
    const auto same = [&](const auto& one) { return one.first == row.status; };
    const auto there = std::find_if(own.begin(), own.end(), same);
    if (there == own.end())
      own.emplace_back(row.status, row.when);
    else
      there->second.append("; or ").append(row.when);
  }
  for (const auto& [status, when] : own) answers[std::to_string(status)] = error_answer(status, when);
  for (const auto& row : kShared) {
    const auto status = std::to_string(row.status);
    if (!applies(row.where, entry.route) || answers.contains(status)) continue;
    answers[status] = json::object{{"$ref", "#/components/responses/" + name_of(row.status)}};
  }
  return answers;
}

json::object shared_answers() {
  json::object answers;
  for (const auto& row : kShared) answers[name_of(row.status)] = error_answer(row.status, row.when);
  return answers;
}

}  // namespace web
