#include "machine/web/openapi.h"

#include <algorithm>

#include <fmt/format.h>

#include "machine/web/openapi_answers.h"
#include "machine/web/settings.h"
#include "machine/web/text.h"

namespace web {
namespace json = base::json;
namespace {

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

// A stranger may ask where {} stands too, and then sees what strangers see.
json::array security_of(const Entry& entry) {
  json::array ways;
  if (entry.route.permission == kOpen && entry.route.scope.empty()) return ways;
  if (entry.welcomes_strangers) ways.push_back(json::object());
  ways.push_back(json::object{{"token", json::array{}}});
  ways.push_back(json::object{{"session", json::array{}}});
  return ways;
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
  operation["responses"] = answers_of(entry);
  if (auto security = security_of(entry); !security.empty()) operation["security"] = std::move(security);
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
      {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", facts.session_cookie}}},
  };
  return json::object{
      {"openapi", "3.1.0"},
      {"info", std::move(info)},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", std::move(schemas)},
                                  {"responses", shared_answers()},
                                  {"securitySchemes", std::move(security)}}},
  };
}

}  // namespace web
