// What everybody gets of an event's kit: the starter kit, packed and file by file.
#include <algorithm>

#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

struct Given {
  Seen seen;
  std::filesystem::path kit;  // the public side, unpacked
};

Result<Given> given_of(const web::Request& request, App& app) {
  auto look = look_at(app.db(), event_in(request), people::viewer_of(request), base::now());
  if (!look) return tl::unexpected(look.error());
  auto& seen = look->seen;
  if (seen.state == State::checking || seen.state == State::refused)
    return base::conflict("there is no starter kit before the kit has passed its check");
  auto kit = app.submissions->kit_folder(seen.problem);
  if (!kit) return tl::unexpected(kit.error());
  return Given{std::move(seen), std::move(*kit)};
}

Result<web::Response> send_starter_kit(const web::Request& request, App& app) {
  const auto given = given_of(request, app);
  if (!given) return tl::unexpected(given.error());
  const auto starter = app.starters.find(given->seen, given->kit);
  if (!starter) return tl::unexpected(starter.error());
  return web::answer_file(starter->path, {.content_type = "application/zip",
                                          .name = given->seen.event.slug + "-starter-kit.zip",
                                          .sha256 = starter->sha256});
}

Result<std::shared_ptr<const StarterFiles>> files_in(const web::Request& request, App& app) {
  const auto given = given_of(request, app);
  if (!given) return tl::unexpected(given.error());
  return app.starters.files(given->seen, given->kit);
}

Result<web::Response> list_files(const web::Request& request, App& app) {
  const auto files = files_in(request, app);
  if (!files) return tl::unexpected(files.error());
  json::array items;
  for (const auto& file : **files)
    items.push_back(json::object{
        {"path", file.path}, {"size_bytes", file.size}, {"sha256", file.sha256}, {"role", file.role}});
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

// Only what the list names: the path never becomes one of the server's.
Result<web::Response> send_file(const web::Request& request, App& app) {
  const auto files = files_in(request, app);
  if (!files) return tl::unexpected(files.error());
  const auto path = request.parameters.get("path");
  const auto file = std::find_if((*files)->begin(), (*files)->end(),
                                 [&](const StarterFile& one) { return one.path == path; });
  if (file == (*files)->end())
    return base::not_found("the event has no public file of this path: see the list of its files");
  return web::answer_file(file->source, {.content_type = std::string(content_type_of(file->path)),
                                         .name = std::filesystem::path(file->path).filename().string(),
                                         .sha256 = file->sha256,
                                         .disposition = web::Disposition::shown});
}

constexpr std::string_view kFiles =
    R"({"type": "object", "required": ["items", "next"], "properties": {"next": {"type": "null"},
  "items": {"type": "array", "items": {"type": "object", "required": ["path", "size_bytes", "sha256", "role"],
    "properties": {"path": {"type": "string"}, "size_bytes": {"type": "integer"}, "sha256": {"type": "string"},
      "role": {"type": "string", "enum": ["data", "starter", "problem", "statement", "notebook", "other"],
               "description": "starter: code to begin from"}}}}}})";

constexpr std::string_view kFilesExample =
    R"({"items": [{"path": "data/train.csv", "size_bytes": 41200,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "role": "data"}],
        "next": null})";

web::Route given(App& app, std::string_view pattern, std::string_view summary, web::Shape response,
                 Result<web::Response> (*handle)(const web::Request&, App&)) {
  return {.method = "GET",
          .pattern = pattern,
          .summary = summary,
          .permission = "event-viewer",
          .scope = "read",
          .response = response,
          .errors = {kNotAllowed, kNoEvent, {409, "the kit has not passed its check"}},
          .handler = web::with(app, handle),
          .tag = kTag};
}

}  // namespace

std::vector<web::Route> file_routes(App& app) {
  auto file = given(app, "/api/v1/events/{event}/files/{path...}",
                    "One of these files, to show or to download; takes ranges", {"", "", "*/*"}, send_file);
  return {given(app, "/api/v1/events/{event}/starter-kit",
                "What a participant needs, packed: code, public data, first steps",
                {"", "", "application/zip"}, send_starter_kit),
          given(app, "/api/v1/events/{event}/files", "What the starter kit holds, file by file",
                {kFiles, kFilesExample}, list_files),
          std::move(file)};
}

}  // namespace events
