#include "features/submissions/routes.h"

#include "features/submissions/routes_seen.h"

namespace submissions {
namespace {

constexpr std::string_view kSubmission = R"({"type": "object",
  "required": ["id", "number", "name", "team", "author", "state", "progress", "official", "size_bytes", "code_hash",
               "created_at"],
  "description": "reason is there for its author and for organisers; test scores only after their release",
  "properties": {
    "id": {"type": "string", "format": "ulid"}, "number": {"type": "integer", "description": "1, 2, ... of its team"},
    "name": {"type": "string"},
    "event": {"type": "object", "required": ["id"],
              "properties": {"id": {"type": "string", "format": "ulid"}, "slug": {"type": "string"}}},
    "team": {"type": "object", "required": ["id", "name"],
             "properties": {"id": {"type": "string", "format": "ulid"}, "name": {"type": "string"}}},
    "author": {"type": "object", "required": ["id", "handle", "name"],
               "properties": {"id": {"type": "string", "format": "ulid"}, "handle": {"type": "string"}, "name": {"type": "string"}}},
    "state": {"type": "string",
              "enum": ["received", "trial", "queued", "running", "scored", "failed", "cancelled"]},
    "reason": {"$ref": "#/components/schemas/Reason"},
    "queue": {"type": "object", "required": ["place", "ahead"],
              "properties": {"place": {"type": "integer"}, "ahead": {"type": "integer"},
                             "wait_seconds": {"type": "number"}}},
    "progress": {"type": "object", "required": ["folds_done", "folds"],
                 "properties": {"folds_done": {"type": "integer"}, "folds": {"type": "integer"}}},
    "scores": {"type": "object", "description": "by name; mean and population standard deviation over the folds",
               "additionalProperties": {"type": "object"}},
    "official": {"type": ["string", "null"]},
    "folds": {"type": "array", "items": {"type": "object", "required": ["train", "valid"]}},
    "fit_seconds": {"type": "number"}, "predict_seconds": {"type": "number"},
    "peak_memory_bytes": {"type": "integer",
      "description": "at its peak, what the code took itself: the loaded libraries and the data that all runs share are not counted"},
    "size_bytes": {"type": "integer"}, "code_hash": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"}, "started_at": {"type": "string", "format": "date-time"},
    "ended_at": {"type": "string", "format": "date-time"}}})";

constexpr std::string_view kReason = R"({"type": "object", "required": ["kind", "phase", "next_step"],
  "properties": {
    "kind": {"type": "string", "enum": ["syntax", "exception", "time", "memory", "output", "processes", "shape",
                                        "dtype", "nan", "kit", "machine"]},
    "phase": {"type": "string", "enum": ["trial", "prepare", "fit", "predict", "score"],
              "description": "trial: on public data, nothing was charged"},
    "fold": {"type": "integer"}, "exception_class": {"type": "string"}, "file": {"type": "string"},
    "line": {"type": "integer"}, "message": {"type": "string"}, "next_step": {"type": "string"}}})";

constexpr std::string_view kOutput = R"({"type": "object", "required": ["output"],
  "properties": {"output": {"type": "string"}, "traceback": {"type": "string"}}})";

using Asks = base::Result<void> (*)(const Seen&, const people::Viewer&);

base::Result<void> refuse_of_what_is_seen(const people::Viewer& viewer, std::string message) {
  if (!viewer.person)
    return tl::unexpected(
        base::Error{base::ErrorKind::unauthenticated, "sign in first: this is its author's"});
  return tl::unexpected(base::Error{base::ErrorKind::forbidden, std::move(message)});
}

base::Result<void> ask_for_author(const Seen& seen, const people::Viewer& viewer) {
  if (seen.sight.is_author || seen.sight.manages) return {};
  return refuse_of_what_is_seen(viewer, "this is for the submission's author and for organisers");
}

base::Result<void> ask_for_manager(const Seen& seen, const people::Viewer& viewer) {
  if (seen.sight.manages) return {};
  return refuse_of_what_is_seen(viewer, "this is for organisers: ask one of them");
}

people::PermissionRow row(Room& room, std::string_view name, std::string_view summary, Asks asks) {
  return {{name, summary}, [&parts = room.parts(), asks](const web::Request& request) -> base::Result<void> {
            auto seen = seen_in(parts, request);
            if (!seen) return tl::unexpected(seen.error());
            return asks == nullptr ? base::Result<void>() : asks(*seen, people::viewer_of(request));
          }};
}

}  // namespace

base::Result<SubmissionId> id_in(const web::Request& request) {
  const auto id = base::ulid_from(request.parameters.get("submission"));
  if (!id) return base::not_found("there is no such submission");
  return SubmissionId(*id);
}

base::Result<Seen> seen_in(Parts& parts, storage::Session& session, const web::Request& request,
                           base::Instant now) {
  auto id = id_in(request);
  if (!id) return tl::unexpected(id.error());
  auto kept = expect_kept(session, *id);
  if (!kept) return tl::unexpected(kept.error());
  const auto* contest = parts.contest_of(kept->submission.contest.kind);
  if (contest == nullptr || !contest->sight)
    return base::internal("a submission's contest is of an unknown kind");
  auto sight = contest->sight(session, people::viewer_of(request), kept->submission, now);
  if (!sight) return tl::unexpected(sight.error());
  if (!sight->sees) return base::not_found("there is no submission " + base::to_text(*id));
  return Seen{std::move(kept->submission), *sight};
}

base::Result<Seen> seen_in(Parts& parts, const web::Request& request) {
  return storage::read(parts.database, [&](storage::Snapshot& snapshot) {
    return seen_in(parts, snapshot, request, base::now());
  });
}

std::vector<web::Route> routes(Room& room) {
  std::vector<web::Route> all;
  for (auto* chapter : {submission_routes, file_routes, my_routes, try_routes})
    for (auto& route : chapter(room)) all.push_back(std::move(route));
  return all;
}

std::vector<web::NamedSchema> schemas() {
  return {{"Submission", kSubmission},
          {"Reason", kReason},
          {"Output", kOutput},
          try_schema(),
          {"Queue", R"({"type": "object", "required": ["waiting", "running"], "properties": {
             "waiting": {"type": "integer"}, "running": {"type": "integer"},
             "typical_seconds": {"type": "number", "description": "the median of the last ones"}}})"}};
}

std::vector<people::PermissionRow> permissions(Room& room) {
  return {row(room, "submission-viewer", "whoever may know of the submission", nullptr),
          row(room, "submission-author", "the submission's author, and organisers", ask_for_author),
          row(room, "submission-manager", "organisers of the submission's event", ask_for_manager),
          try_permission(room)};
}

}  // namespace submissions
