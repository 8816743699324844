// Who takes part: join, leave, the list.
#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

json::object team_json(const Team& team) {
  return {{"id", base::to_text(team.id)}, {"name", team.name}};
}

Result<web::Response> join_it(const web::Request& request, App& app) {
  const auto team = join(app.db(), event_in(request), people::person_of(request), base::now());
  if (!team) return tl::unexpected(team.error());
  return web::answer_json(json::object{{"team", team_json(*team)}});
}

Result<web::Response> leave_it(const web::Request& request, App& app) {
  if (auto left = leave(app.db(), event_in(request), people::person_of(request), base::now()); !left)
    return tl::unexpected(left.error());
  return web::answer_nothing();
}

Result<web::Response> list(const web::Request& request, App& app) {
  const auto found = participants_of(app.db(), event_in(request), base::now());
  if (!found) return tl::unexpected(found.error());
  json::array items;
  for (const auto& one : *found)
    items.push_back(json::object{{"handle", one.person.handle},
                                 {"name", one.person.name},
                                 {"team", one.team ? json::value(team_json(*one.team)) : json::value()},
                                 {"joined_at", json_of(one.joined)},
                                 {"role", one.role}});
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

constexpr std::string_view kPeople = R"({"type": "object", "required": ["items", "next"], "properties": {
  "next": {"type": "null"},
  "items": {"type": "array", "items": {"type": "object", "required": ["handle", "name", "team", "joined_at", "role"],
    "properties": {"handle": {"type": "string"}, "name": {"type": "string"},
      "team": {"type": ["object", "null"]}, "joined_at": {"type": ["string", "null"]},
      "role": {"type": "string", "enum": ["organiser", "participant"]}}}}}})";

}  // namespace

std::vector<web::Route> participant_routes(App& app) {
  return {{.method = "POST",
           .pattern = "/api/v1/events/{event}/join",
           .summary = "Take part: makes a team of one",
           .permission = "event-visitor",
           .scope = "submit",
           .response = {R"({"type": "object", "required": ["team"],
                           "properties": {"team": {"$ref": "#/components/schemas/Team"}}})",
                        R"({"team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"}})"},
           .errors = {kNoSession, kNotAllowed, kNoEvent, {409, "the event is not announced, or has ended"}},
           .handler = web::with(app, join_it),
           .tag = kTag},
          {.method = "POST",
           .pattern = "/api/v1/events/{event}/leave",
           .summary = "Take part no longer: before one's first submission",
           .permission = "event-visitor",
           .scope = "submit",
           .status = 204,
           .errors = {kNoSession, kNotAllowed, kNoEvent, {409, "the team has handed in something"}},
           .handler = web::with(app, leave_it),
           .tag = kTag},
          {.method = "GET",
           .pattern = "/api/v1/events/{event}/people",
           .summary = "Organisers, then participants as they came",
           .permission = "event-visitor",
           .scope = "read",
           .response = {kPeople, R"({"items": [{"handle": "ada-lovelace", "name": "Ada Lovelace",
                          "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
                          "joined_at": "2026-03-01T12:00:00Z", "role": "participant"}], "next": null})"},
           .errors = {kNoSession, kNotAllowed, kNoEvent},
           .handler = web::with(app, list),
           .tag = kTag}};
}

}  // namespace events
