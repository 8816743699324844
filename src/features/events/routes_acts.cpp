// What organisers do with an event: open, close, release.
#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

Result<web::Response> open(const web::Request& request, App& app) {
  const auto closes = time_in(request, "closes_at");
  if (!closes) return tl::unexpected(closes.error());
  const auto seen = open_event(app.db(), event_in(request), *closes,
                               people::act_of(request, "event.open", {}), base::now());
  if (!seen) return tl::unexpected(seen.error());
  return answer_seen(app, request, *seen);
}

Result<web::Response> close(const web::Request& request, App& app) {
  const auto seen =
      close_event(app.db(), event_in(request), people::act_of(request, "event.close", {}), base::now());
  if (!seen) return tl::unexpected(seen.error());
  return answer_seen(app, request, *seen);
}

Result<web::Response> release(const web::Request& request, App& app) {
  const auto seen =
      release_event(app.db(), event_in(request), people::act_of(request, "event.release", {}), base::now());
  if (!seen) return tl::unexpected(seen.error());
  return answer_seen(app, request, *seen);
}

web::Route act(App& app, std::string_view pattern, std::string_view summary, std::string_view conflict,
               base::Result<web::Response> (*handle)(const web::Request&, App&)) {
  return {.method = "POST",
          .pattern = pattern,
          .summary = summary,
          .permission = "event-organiser",
          .scope = "organise",
          .response = {"Event", kEventExample},
          .errors = {kNoSession, kNotAllowed, kNoEvent, {409, conflict}},
          .handler = web::with(app, handle),
          .tag = kTag};
}

}  // namespace

std::vector<web::Route> act_routes(App& app) {
  auto opens =
      act(app, "/api/v1/events/{event}/open", "Open the event now, or again; with closes_at, until then",
          "its kit is not checked, or its scores are released", open);
  opens.takes = web::Takes::json;
  opens.request = {R"({"type": "object", "additionalProperties": false, "properties": {
                      "closes_at": {"type": ["string", "null"], "format": "date-time"}}})",
                   R"({"closes_at": "2026-03-08T18:00:00Z"})"};
  opens.errors.push_back({400, "closes_at is no time to come"});
  return {
      std::move(opens),
      act(app, "/api/v1/events/{event}/close", "Close the event now", "it has not opened", close),
      act(app, "/api/v1/events/{event}/release", "Show the test scores, once it has closed and all has ended",
          "it has not closed, or something is still on the way", release)};
}

}  // namespace events
