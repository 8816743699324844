// Kits that come for an event: with it, in place of one that was refused, to score again.
#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

// "breast_cancer" from "C:\\kits\\breast_cancer.tar.gz", in letters that any file system takes.
std::string kit_name(std::string_view file) {
  if (const auto slash = file.find_last_of("/\\"); slash != std::string_view::npos)
    file.remove_prefix(slash + 1);
  for (const std::string_view ending : {".gz", ".zst", ".tar", ".tgz", ".zip"})
    if (file.ends_with(ending)) file.remove_suffix(ending.size());
  std::string name;
  for (const char c : file)
    name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
  return name.empty() || name.size() > 80 ? "kit" : name;
}

Result<submissions::NewProblem> with_files(const web::Request& request, App& app,
                                           submissions::NewProblem problem) {
  const auto kit = app.settings.take_upload(text_in(request, "kit_upload").value_or(""), request.viewer.key);
  if (!kit) return tl::unexpected(kit.error());
  problem.kit_archive = kit->file;
  if (problem.name.empty()) problem.name = kit_name(kit->name);
  if (const auto id = text_in(request, "data_upload")) {
    const auto data = app.settings.take_upload(*id, request.viewer.key);
    if (!data) return tl::unexpected(data.error());
    problem.data_archive = data->file;
  }
  return problem;
}

// A kit that was refused without its hidden data's fault is sent without it again.
Result<web::Response> replace(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), now);
  if (!look) return tl::unexpected(look.error());
  if (auto refusal = why_no_new_kit(look->seen.state)) return tl::unexpected(*refusal);
  const auto problem = register_kit(
      request, app, {.by = people::person_of(request).id, .data_of = look->seen.event.problem}, now);
  if (!problem) return tl::unexpected(problem.error());
  const auto seen =
      replace_kit(app.db(), event_in(request), problem->id, people::act_of(request, "event.kit", {}), now);
  if (!seen) return tl::unexpected(seen.error());
  return answer_seen(app, request, *seen, 202);
}

// The old kit's hidden data stays; the check refuses a kit that differs in more than its score types.
Result<web::Response> rescore(const web::Request& request, App& app) {
  const auto now = base::now();
  if (auto good = why_not_rescored(app.db(), event_in(request), now); !good)
    return tl::unexpected(good.error());
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), now);
  if (!look) return tl::unexpected(look.error());
  const auto problem = register_kit(request, app,
                                    {.name = look->seen.problem.name,
                                     .by = people::person_of(request).id,
                                     .replaces = look->seen.event.problem},
                                    now);
  if (!problem) return tl::unexpected(problem.error());
  const auto seen = ask_rescore(app.db(), event_in(request), problem->id,
                                people::act_of(request, "event.rescore", {}), now);
  if (!seen) return tl::unexpected(seen.error());
  return answer_seen(app, request, *seen, 202);
}

constexpr std::string_view kAgain =
    R"({"type": "object", "required": ["kit_upload"], "additionalProperties": false, "properties": {
    "kit_upload": {"type": "string", "description": "the id of a whole upload: the mended kit, packed"},
    "data_upload": {"type": "string", "description": "of HIDDEN; without it, what came with the kit before stays"}}})";

web::Route taking_kit(App& app, std::string_view pattern, std::string_view summary, std::string_view conflict,
                      web::Shape request, base::Result<web::Response> (*handle)(const web::Request&, App&)) {
  return {.method = "POST",
          .pattern = pattern,
          .summary = summary,
          .permission = "event-organiser",
          .scope = "organise",
          .takes = web::Takes::json,
          .request = request,
          .status = 202,
          .response = {"Event", kEventExample},
          .errors = {{400, "the upload is no archive that may be unpacked"},
                     kNoSession,
                     kNotAllowed,
                     {404, "there is no such event, or no such upload of this person"},
                     {409, conflict}},
          .retry = web::Retry::keyed,
          .handler = web::with(app, handle),
          .tag = kTag};
}

}  // namespace

Result<submissions::Problem> register_kit(const web::Request& request, App& app,
                                          submissions::NewProblem problem, base::Instant now) {
  const auto whole = with_files(request, app, std::move(problem));
  if (!whole) return tl::unexpected(whole.error());
  auto made = app.submissions->register_problem(*whole, now);
  if (!made) return made;
  for (const auto* field : {"kit_upload", "data_upload"})
    if (const auto id = text_in(request, field)) app.settings.drop_upload(*id);
  return made;
}

std::vector<web::Route> kit_routes(App& app) {
  return {taking_kit(app, "/api/v1/events/{event}/kit",
                     "Send a mended kit in place of one that was refused; its check begins at once",
                     "the kit is being checked, or has passed",
                     {kAgain, R"({"kit_upload": "01J9ZQ6W4T1V8N3M5K7R2B0XCK"})"}, replace),
          taking_kit(app, "/api/v1/events/{event}/rescore",
                     "Score everything again under a kit that differs in its score types alone",
                     "the kit before is still being checked",
                     {R"({"type": "object", "required": ["kit_upload"], "additionalProperties": false,
                         "properties": {"kit_upload": {"type": "string"}}})",
                      R"({"kit_upload": "01J9ZQ6W4T1V8N3M5K7R2B0XCK"})"},
                     rescore)};
}

}  // namespace events
