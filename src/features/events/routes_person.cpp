// The events of a person.
#include "features/events/routes_app.h"
#include "features/events/store_cockpit.h"

namespace events {
namespace {

using base::Result;

Result<web::Response> list(const web::Request& request, App& app) {
  const auto after = after_in<EventId>(request);
  if (!after) return tl::unexpected(after.error());
  const auto now = base::now();
  const auto found = events_of_person(app.db(), request.parameters.get("person"), people::viewer_of(request),
                                      *after, limit_in(request), now);
  if (!found) return tl::unexpected(found.error());
  json::array items;
  for (const auto& look : found->list.items) {
    auto item = event_json(look.seen, Detail::item);
    item["mine"] = mine_json(look.mine, now);
    item["role"] = found->organised.contains(look.seen.event.id) ? people::kOrganiser : people::kParticipant;
    items.push_back(std::move(item));
  }
  json::value next;
  if (found->list.next) next = json::value(base::to_text(*found->list.next));
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

constexpr std::string_view kEvents = R"({"type": "object", "required": ["items", "next"], "properties": {
  "items": {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/Event"},
    {"type": "object", "required": ["role"], "properties": {
      "role": {"type": "string", "enum": ["participant", "organiser"]}}}]}},
  "next": {"$ref": "#/components/schemas/Cursor"}}})";

}  // namespace

std::vector<web::Route> person_routes(App& app) {
  return {{.method = "GET",
           .pattern = "/api/v1/people/{person}/events",
           .summary = "The events that a person takes part in or organises, newest first",
           .permission = "signed-in",
           .scope = "read",
           .parameters = with_page(),
           .response = {kEvents, R"({"items": [], "next": null})"},
           .errors = {{400, "the cursor is none"}, kNoSession, kNotAllowed, {404, "nobody of that name"}},
           .handler = web::with(app, list),
           .tag = kTag}};
}

}  // namespace events
