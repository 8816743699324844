// Who takes part: join, leave, the list.
#include <algorithm>
#include <span>

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

// An organiser may take part too, and is there twice.
std::string cursor_of(const Participant& one) {
  return std::string(one.role) + "." + one.person.handle;
}

// The place behind the one whom the page before ended with.
Result<std::size_t> begin_of_page(const std::vector<Participant>& all, std::string_view after) {
  if (after.empty()) return std::size_t{0};
  const auto is_it = [&](const Participant& one) { return cursor_of(one) == after; };
  const auto last = std::find_if(all.begin(), all.end(), is_it);
  if (last == all.end())
    return base::invalid("after: this is no cursor, or who it was takes part no more: begin without `after`");
  return static_cast<std::size_t>(last - all.begin()) + 1;
}

Result<web::Response> list(const web::Request& request, App& app) {
  const auto found = participants_of(app.db(), event_in(request), base::now());
  if (!found) return tl::unexpected(found.error());
  const auto begin = begin_of_page(*found, request.query.get("after"));
  if (!begin) return tl::unexpected(begin.error());
  const auto end = std::min(found->size(), *begin + static_cast<std::size_t>(limit_in(request)));
  json::array items;
  for (const auto& one : std::span(*found).subspan(*begin, end - *begin))
    items.push_back(json::object{{"handle", one.person.handle},
                                 {"name", one.person.name},
                                 {"team", one.team ? json::value(team_json(*one.team)) : json::value()},
                                 {"joined_at", json_of(one.joined)},
                                 {"role", one.role}});
  json::value next;
  if (end < found->size()) next = json::value(cursor_of((*found)[end - 1]));
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

constexpr std::string_view kPeople = R"({"type": "object", "required": ["items", "next"], "properties": {
  "next": {"$ref": "#/components/schemas/Cursor"},
  "items": {"type": "array", "items": {"type": "object", "required": ["handle", "name", "team", "joined_at", "role"],
    "properties": {"handle": {"type": "string"}, "name": {"type": "string"},
      "team": {"anyOf": [{"$ref": "#/components/schemas/Team"}, {"type": "null"}]}, "joined_at": {"type": ["string", "null"], "format": "date-time"},
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
           .parameters = with_page(),
           .response = {kPeople, R"({"items": [{"handle": "ada-lovelace", "name": "Ada Lovelace",
                          "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
                          "joined_at": "2026-03-01T12:00:00Z", "role": "participant"}], "next": null})"},
           .errors = {kNoSession, kNotAllowed, kNoEvent},
           .handler = web::with(app, list),
           .tag = kTag}};
}

}  // namespace events
