// An event at a glance, for its organisers.
#include "features/events/routes_app.h"
#include "features/events/store_cockpit.h"

namespace events {
namespace {

using base::Result;

json::array by_day(const std::vector<CountAt>& counts) {
  json::array all;
  for (const auto& one : counts)
    all.push_back(json::object{{"day", base::to_rfc3339(one.from).substr(0, 10)}, {"count", one.count}});
  return all;
}

json::array by_hour(const std::vector<CountAt>& counts) {
  json::array all;
  for (const auto& one : counts)
    all.push_back(json::object{{"hour", base::to_rfc3339(one.from)}, {"count", one.count}});
  return all;
}

json::object failure_json(const submissions::FailureGroup& failure) {
  const auto& latest = failure.latest;
  return {{"kind", evaluation::word_for(failure.kind)},
          {"phase", evaluation::word_for(failure.phase)},
          {"count", failure.count},
          {"latest",
           {{"id", base::to_text(latest.id)},
            {"number", latest.number},
            {"name", latest.name},
            {"team", {{"id", latest.team}, {"name", latest.team_name}}}}}};
}

json::object to_json(const Cockpit& cockpit) {
  json::object states;
  for (const auto& [state, count] : cockpit.states) states[state] = count;
  json::array failures;
  for (const auto& failure : cockpit.failures) failures.push_back(failure_json(failure));
  auto queue = queue_json(cockpit.counts);
  queue["typical_seconds"] = cockpit.typical ? json::value(cockpit.typical->count()) : json::value();
  return {{"participants", cockpit.participants},
          {"teams_without_submission", cockpit.teams_without_submission},
          {"joined", by_day(cockpit.joined)},
          {"handed_in", by_hour(cockpit.handed_in)},
          {"states", std::move(states)},
          {"failures", std::move(failures)},
          {"queue", std::move(queue)}};
}

Result<web::Response> show(const web::Request& request, App& app) {
  const auto cockpit = cockpit_of(app.db(), event_in(request), base::now());
  if (!cockpit) return tl::unexpected(cockpit.error());
  return web::answer_json(to_json(*cockpit));
}

constexpr std::string_view kCockpit = R"({"type": "object",
  "required": ["participants", "teams_without_submission", "joined", "handed_in", "states", "failures", "queue"],
  "properties": {
    "participants": {"type": "integer"}, "teams_without_submission": {"type": "integer"},
    "joined": {"type": "array", "items": {"type": "object", "required": ["day", "count"], "properties": {
      "day": {"type": "string", "format": "date"}, "count": {"type": "integer"}}}},
    "handed_in": {"type": "array", "description": "the last 72 hours that have any",
      "items": {"type": "object", "required": ["hour", "count"], "properties": {
        "hour": {"type": "string", "format": "date-time"}, "count": {"type": "integer"}}}},
    "states": {"type": "object",
      "required": ["received", "trial", "queued", "running", "scored", "failed", "cancelled"],
      "additionalProperties": {"type": "integer"}},
    "failures": {"type": "array", "description": "the most frequent first", "items": {"type": "object",
      "required": ["kind", "phase", "count", "latest"], "properties": {
        "kind": {"type": "string"},
        "phase": {"type": "string", "description": "trial: on public data"},
        "count": {"type": "integer"},
        "latest": {"type": "object", "required": ["id", "number", "name", "team"], "properties": {
          "id": {"type": "string", "format": "ulid"}, "number": {"type": "integer"}, "name": {"type": "string"},
          "team": {"$ref": "#/components/schemas/Team"}}}}}},
    "queue": {"type": "object", "required": ["waiting", "running", "typical_seconds"], "properties": {
      "waiting": {"type": "integer"}, "running": {"type": "integer"},
      "typical_seconds": {"type": ["number", "null"],
                          "description": "the median of the last 20 that were scored"}}}}})";

constexpr std::string_view kExample = R"({"participants": 23, "teams_without_submission": 4,
  "joined": [{"day": "2026-03-01", "count": 3}], "handed_in": [{"hour": "2026-03-01T14:00:00Z", "count": 3}],
  "states": {"received": 1, "trial": 0, "queued": 0, "running": 1, "scored": 31, "failed": 6, "cancelled": 1},
  "failures": [{"kind": "exception", "phase": "trial", "count": 4, "latest": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD",
    "number": 3, "name": "two trees", "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"}}}],
  "queue": {"waiting": 1, "running": 1, "typical_seconds": 4.2}})";

}  // namespace

std::vector<web::Route> cockpit_routes(App& app) {
  return {{.method = "GET",
           .pattern = "/api/v1/events/{event}/cockpit",
           .summary = "The event at a glance: who came, what was handed in, what fails, what waits",
           .permission = "event-organiser",
           .scope = "read",
           .response = {kCockpit, kExample},
           .errors = {kNoSession, kNotAllowed, kNoEvent},
           .handler = web::with(app, show),
           .tag = kTag}};
}

}  // namespace events
