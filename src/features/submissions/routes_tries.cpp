// One try: show, cancel. Its author's alone.
#include "features/submissions/routes_seen.h"
#include "features/submissions/tries.h"

namespace submissions {
namespace {

using base::Result;

const web::ErrorRow kNoTry{404, "there is no such try of the viewer's, or it went an hour after its end"};

constexpr std::string_view kTry = R"({"type": "object",
  "required": ["id", "event", "state", "created_at", "official", "traceback", "output", "figure"],
  "description": "a submission's trial by itself, on public data and one fold; only its author sees it",
  "properties": {
    "id": {"type": "string", "format": "ulid"},
    "event": {"type": "object", "required": ["id"],
              "properties": {"id": {"type": "string", "format": "ulid"}, "slug": {"type": "string"}}},
    "state": {"type": "string", "enum": ["waiting", "running", "passed", "failed", "cancelled"]},
    "created_at": {"type": "string", "format": "date-time"}, "started_at": {"type": "string", "format": "date-time"},
    "ended_at": {"type": "string", "format": "date-time"},
    "queue": {"type": "object", "required": ["place", "ahead"],
              "description": "among submissions and tries, which take turns",
              "properties": {"place": {"type": "integer"}, "ahead": {"type": "integer"},
                             "wait_seconds": {"type": "number"}}},
    "official": {"type": ["string", "null"]},
    "scores": {"type": "object", "description": "by name, once it has passed",
               "additionalProperties": {"type": "object", "required": ["train", "valid"], "properties": {
                 "train": {"type": ["number", "null"]}, "valid": {"type": ["number", "null"]}}}},
    "fit_seconds": {"type": "number"}, "predict_seconds": {"type": "number"},
    "peak_memory_bytes": {"type": "integer",
      "description": "at its peak, what the code took itself: the loaded libraries and the data that all runs share are not counted"},
    "reason": {"$ref": "#/components/schemas/Reason"},
    "traceback": {"type": ["string", "null"]},
    "output": {"type": "string", "description": "at most 256 KiB; where it was longer, its middle is left out and it says so"},
    "figure": {"description": "of the fold's validation part; null where there is none to draw",
      "oneOf": [{"type": "null"},
        {"type": "object", "required": ["kind", "labels", "counts"], "properties": {
          "kind": {"type": "string", "enum": ["confusion"]}, "labels": {"type": "array", "items": {"type": "string"}},
          "counts": {"type": "array", "description": "a row for each true label, a column for each predicted one",
                     "items": {"type": "array", "items": {"type": "integer"}}}}},
        {"type": "object", "required": ["kind", "points"], "properties": {
          "kind": {"type": "string", "enum": ["scatter"]},
          "points": {"type": "array", "maxItems": 500, "description": "[true, predicted]",
                     "items": {"type": "array", "items": {"type": "number"}}}}}]}}})";

Result<TryId> try_in(const web::Request& request) {
  const auto id = base::ulid_from(request.parameters.get("try"));
  if (!id) return base::not_found("there is no such try");
  return TryId(*id);
}

Result<Try> mine_in(storage::Session& session, const web::Request& request) {
  const auto id = try_in(request);
  if (!id) return tl::unexpected(id.error());
  auto found = find_try(session, *id);
  if (!found) return tl::unexpected(found.error());
  const auto& viewer = people::viewer_of(request);
  if (!*found || !viewer.person || viewer.person->id != (*found)->author)
    return base::not_found("there is no try " + base::to_text(*id) +
                           " of yours: one goes an hour after its end");
  return std::move(**found);
}

Result<web::Response> show(const web::Request& request, Room& room) {
  auto shown =
      storage::read(room.parts().database, [&](storage::Snapshot& seen) -> Result<base::json::value> {
        auto mine = mine_in(seen, request);
        if (!mine) return tl::unexpected(mine.error());
        return view(room, seen, *mine, base::now());
      });
  if (!shown) return tl::unexpected(shown.error());
  return web::answer_json(*shown);
}

Result<web::Response> cancel(const web::Request& request, Room& room) {
  const auto id = try_in(request);
  if (!id) return tl::unexpected(id.error());
  if (auto cancelled = cancel_try(room, *id, base::now()); !cancelled)
    return tl::unexpected(cancelled.error());
  return show(request, room);
}

}  // namespace

web::NamedSchema try_schema() {
  return {"Try", kTry};
}

people::PermissionRow try_permission(Room& room) {
  return {{"try-author", "the try's author alone"},
          [&parts = room.parts()](const web::Request& request) -> base::Result<void> {
            const auto mine = storage::read(parts.database,
                                            [&](storage::Snapshot& seen) { return mine_in(seen, request); });
            if (!mine) return tl::unexpected(mine.error());
            return {};
          }};
}

std::vector<web::Route> try_routes(Room& room) {
  return {{.method = "GET",
           .pattern = "/api/v1/tries/{try}",
           .summary = "A try: its place in the queue, then all that came of it",
           .permission = "try-author",
           .scope = "read",
           .response = {"Try", kTryExample},
           .errors = {kNoTry},
           .handler = web::with(room, show),
           .tag = "submissions"},
          {.method = "POST",
           .pattern = "/api/v1/tries/{try}/cancel",
           .summary = "Cancel a try, at once",
           .permission = "try-author",
           .scope = "submit",
           .response = {"Try", kTryExample},
           .errors = {{403, "the token's scope is missing"}, kNoTry, {409, "it has ended already"}},
           .handler = web::with(room, cancel),
           .tag = "submissions"}};
}

}  // namespace submissions
