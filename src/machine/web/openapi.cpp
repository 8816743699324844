#include "machine/web/openapi.h"

#include <algorithm>

#include <fmt/format.h>

#include "machine/web/text.h"

namespace web {
namespace json = base::json;
namespace {

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

json::object error_answer(int status, std::string_view when) {
  json::object example{{"type", "about:blank"},
                       {"title", status == 0 ? std::string_view("Bad Request") : reason_for(status)},
                       {"status", status == 0 ? 400 : status},
                       {"detail", when},
                       {"instance", "01JZZZZZZZZZZZZZZZZZZZZZZZ"}};
  json::object media{{"schema", {{"$ref", "#/components/schemas/Problem"}}}, {"example", std::move(example)}};
  return {{"description", when}, {"content", json::object{{"application/problem+json", std::move(media)}}}};
}

// What the room itself may answer before a handler is asked.
std::vector<ErrorRow> errors_of(const Route& route) {
  std::vector<ErrorRow> rows = route.errors;
  const auto add = [&](int status, std::string_view when) {
    const auto same = [&](const ErrorRow& row) { return row.status == status; };
    if (std::none_of(rows.begin(), rows.end(), same)) rows.push_back({status, when});
  };
  add(400, "The request is malformed, or a field of it is wrong: `errors` says which");
  add(401, "The session or token is not valid, or one is needed");
  add(403, "The viewer may see this, and may not do it");
  if (!names_in(route.pattern).empty()) add(404, "There is no such thing, or the viewer may not see it");
  if (route.takes != Takes::nothing) add(413, "The body is larger than this route takes");
  if (route.takes == Takes::json) add(415, "The body is not application/json");
  if (route.retry == Retry::keyed) {
    add(409, "A request with this Idempotency-Key is still running");
    add(422, "This Idempotency-Key came with another request before");
  }
  add(429, "Too many requests: Retry-After says when to come back");
  return rows;
}

json::array parameters_of(const Entry& entry) {
  json::array list;
  const auto& rows = entry.route.parameters;
  const auto add = [&](std::string_view name, std::string_view in, bool required, const json::value& schema,
                       std::string_view summary) {
    json::object row{{"name", name}, {"in", in}, {"required", required}, {"schema", schema}};
    if (!summary.empty()) row["description"] = summary;
    list.push_back(std::move(row));
  };
  for (const auto name : names_in(entry.route.pattern)) {
    const auto same = [&](const Parameter& row) { return row.in == In::path && row.name == name; };
    const auto row = std::find_if(rows.begin(), rows.end(), same);
    if (row == rows.end())
      add(name, "path", true, json::object{{"type", "string"}, {"minLength", 1}}, {});
    else
      add(name, "path", true, entry.parameter_schemas[static_cast<std::size_t>(row - rows.begin())],
          row->summary);
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].in != In::path)
      add(rows[i].name, rows[i].in == In::query ? "query" : "header", rows[i].presence == Presence::required,
          entry.parameter_schemas[i], rows[i].summary);
  if (entry.route.retry == Retry::keyed)
    add("Idempotency-Key", "header", false,
        json::object{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}},
        "Sent again with the same key, the request is answered as before and done once");
  return list;
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

std::string operation_id(const Route& route) {
  std::string id;
  for (const char c : route.method) id += lower(c);
  for (const char c : route.pattern)
    if (c == '{' || c == '}' || c == '.')
      continue;
    else
      id += c == '/' || c == '-' ? '_' : c;
  return id;
}

json::object operation_of(const Entry& entry) {
  const auto& route = entry.route;
  json::object operation{{"summary", route.summary}, {"operationId", operation_id(route)}};
  if (!route.tag.empty()) operation["tags"] = json::array{route.tag};
  operation["x-permission"] = route.permission;
  if (!route.scope.empty()) operation["x-scope"] = route.scope;
  operation["x-rate"] = route.rate;
  if (auto parameters = parameters_of(entry); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (route.takes != Takes::nothing) {
    Shape shape = route.request;
    if (shape.schema.empty() && shape.media_type == "application/json")
      shape.media_type = "application/octet-stream";
    operation["requestBody"] =
        json::object{{"required", true}, {"content", media_of(shape, entry.request_schema)}};
  }
  json::object answers;
  json::object good{{"description", reason_for(route.status)}};
  if (!route.response.schema.empty() || route.response.media_type != "application/json")
    good["content"] = media_of(route.response, entry.response_schema);
  answers[std::to_string(route.status)] = std::move(good);
  for (const auto& row : errors_of(route))
    answers[std::to_string(row.status)] = error_answer(row.status, row.when);
  operation["responses"] = std::move(answers);
  if (route.permission != "open")
    operation["security"] =
        json::array{json::object{{"token", json::array{}}}, json::object{{"session", json::array{}}}};
  return operation;
}

// OpenAPI has no "{rest...}".
std::string path_text(std::string_view pattern) {
  std::string text(pattern);
  if (const auto dots = text.find("..."); dots != std::string::npos) text.erase(dots, 3);
  return text;
}

}  // namespace

json::value api_document(const Router& router, const ApiFacts& facts) {
  json::object paths;
  for (const auto& entry : router.entries()) {
    if (!entry->route.pattern.starts_with(facts.prefix)) continue;
    auto& item = paths[path_text(entry->route.pattern)];
    if (!item.is_object()) item = json::object();
    std::string method;
    for (const char c : entry->route.method) method += lower(c);
    item.get_object()[method] = operation_of(*entry);
  }
  json::object schemas = router.schemas().all();
  schemas["Problem"] = problem_schema();
  json::object info{{"title", facts.title}, {"version", facts.version}};
  if (!facts.summary.empty()) info["summary"] = facts.summary;
  json::object security{
      {"token", {{"type", "http"}, {"scheme", "bearer"}}},
      {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "session"}}},
  };
  return json::object{
      {"openapi", "3.1.0"},
      {"info", std::move(info)},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", std::move(schemas)}, {"securitySchemes", std::move(security)}}},
  };
}

}  // namespace web
