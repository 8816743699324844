// Trying code on an event's public data.
#include "features/events/routes_app.h"
#include "features/submissions/tries.h"

namespace events {
namespace {

using base::Result;

Result<web::Response> try_code(const web::Request& request, App& app) {
  auto files = files_in(request.json.at("files"));
  if (!files) return tl::unexpected(files.error());
  const auto now = base::now();
  const auto made = try_out(app.db(), *app.submissions, event_in(request), people::viewer_of(request),
                            std::move(*files), now);
  if (!made) return tl::unexpected(made.error());
  const auto shown = view_of(app.db(), *app.submissions, *made, now);
  if (!shown) return tl::unexpected(shown.error());
  return web::answer_created("/api/v1/tries/" + base::to_text(made->id), *shown);
}

constexpr std::string_view kAsked =
    R"({"type": "object", "required": ["files"], "additionalProperties": false,
  "properties": {"files": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {
    "type": "object", "required": ["path", "content"], "additionalProperties": false, "properties": {
      "path": {"type": "string", "minLength": 1, "maxLength": 240}, "content": {"type": "string"},
      "encoding": {"type": "string", "enum": ["utf-8", "base64"], "default": "utf-8"}}}}}})";

constexpr std::string_view kExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCJ",
        "event": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer"}, "state": "waiting",
        "official": "roc_auc", "created_at": "2026-03-01T12:00:00Z", "queue": {"place": 1, "ahead": 0},
        "traceback": null, "output": "", "figure": null})";

}  // namespace

std::vector<web::Route> try_routes(App& app) {
  return {{.method = "POST",
           .pattern = "/api/v1/events/{event}/tries",
           .summary =
               "Try code on public data, one fold: only its author sees it, and it uses up nothing. It "
               "takes the place of the try before",
           .permission = "event-visitor",
           .scope = "submit",
           .takes = web::Takes::json,
           .request = {kAsked, R"({"files": [
             {"path": "classifier.py", "content": "from sklearn.tree import DecisionTreeClassifier\n"}]})"},
           .status = 201,
           .response = {"Try", kExample},
           .errors = {{400, "a file is missing or is not as the problem asks for: the answer names it"},
                      kNoSession,
                      {403, "one takes no part in the event, or the token's scope is missing"},
                      kNoEvent,
                      {409, "the event has not opened yet, or its kit has not passed its check"}},
           .most_bytes = kMostBody,
           .rate = "submit",
           .retry = web::Retry::keyed,
           .handler = web::with(app, try_code),
           .tag = kTag}};
}

}  // namespace events
