// What a submission printed, and what it is made of.
#include <algorithm>

#include "features/submissions/routes_seen.h"

namespace submissions {
namespace {

using base::Result;
namespace json = base::json;

Result<json::object> output_of(const Parts& parts, const KeptEvaluation& kept) {
  json::object shown{{"output", ""}};
  if (kept.output_blob) {
    auto text = parts.blobs.read(*kept.output_blob);
    if (!text) return tl::unexpected(text.error());
    shown["output"] = *text;
  }
  if (kept.failure && !kept.failure->traceback.empty()) shown["traceback"] = kept.failure->traceback;
  return shown;
}

Result<web::Response> show_log(const web::Request& request, Room& room) {
  auto& parts = room.parts();
  return storage::read(parts.database, [&](storage::Snapshot& snapshot) -> Result<web::Response> {
    auto seen = seen_in(parts, snapshot, request, base::now());
    if (!seen) return tl::unexpected(seen.error());
    json::object log{{"trial", json::object{{"output", ""}}}};
    for (const auto step : {Step::trial, Step::hidden}) {
      if (step == Step::hidden && !seen->sight.sees_output) continue;
      auto kept = find_evaluation(snapshot, seen->submission.id, step, seen->submission.runs);
      if (!kept) return tl::unexpected(kept.error());
      if (!*kept) continue;
      auto output = output_of(parts, **kept);
      if (!output) return tl::unexpected(output.error());
      log[step == Step::trial ? "trial" : "hidden"] = std::move(*output);
    }
    return web::answer_json(log);
  });
}

Result<std::vector<KeptFile>> files_in(const web::Request& request, Room& room) {
  return storage::read(
      room.parts().database, [&](storage::Snapshot& snapshot) -> Result<std::vector<KeptFile>> {
        auto seen = seen_in(room.parts(), snapshot, request, base::now());
        if (!seen) return tl::unexpected(seen.error());
        if (!seen->sight.sees_code)
          return tl::unexpected(
              base::Error{base::ErrorKind::forbidden,
                          "this submission's code is not open to you: its event decides when it is"});
        return files_of(snapshot, seen->submission.id);
      });
}

Result<web::Response> list_files(const web::Request& request, Room& room) {
  auto files = files_in(request, room);
  if (!files) return tl::unexpected(files.error());
  json::array items;
  for (const auto& file : *files)
    items.push_back(json::object{{"path", file.path}, {"size_bytes", file.size}, {"sha256", file.blob}});
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<web::Response> send_file(const web::Request& request, Room& room) {
  auto files = files_in(request, room);
  if (!files) return tl::unexpected(files.error());
  const auto path = request.parameters.get("path");
  const auto file =
      std::find_if(files->begin(), files->end(), [&](const KeptFile& f) { return f.path == path; });
  if (file == files->end())
    return base::not_found("the submission has no file of this path: see the list of its files");
  auto opened = room.parts().blobs.open_blob(file->blob);
  if (!opened) return tl::unexpected(opened.error());
  web::FileFacts facts;
  facts.content_type = "text/plain; charset=utf-8";
  facts.name = std::filesystem::path(file->path).filename().string();
  facts.sha256 = file->blob;
  return web::answer_file(std::move(*opened), file->size, facts);
}

}  // namespace

std::vector<web::Route> file_routes(Room& room) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/submissions/{submission}/log",
       .summary = "What it printed on public data; on hidden data only where the event's page says so",
       .permission = "submission-author",
       .scope = "read",
       .response = {R"({"type": "object", "required": ["trial"], "properties": {
             "trial": {"$ref": "#/components/schemas/Output"}, "hidden": {"$ref": "#/components/schemas/Output"}}})",
                    R"({"trial": {"output": "[fold 0]\n569 rows\n"}})"},
       .errors = {kNoSession, kNotAllowed, kNoSubmission},
       .handler = web::with(room, show_log),
       .tag = "submissions"},
      {.method = "GET",
       .pattern = "/api/v1/submissions/{submission}/files",
       .summary = "The files that were handed in",
       .permission = "submission-viewer",
       .scope = "read",
       .response =
           {R"({"type": "object", "required": ["items", "next"], "properties": {"next": {"type": "null"}, "items": {"type": "array",
             "items": {"type": "object", "required": ["path", "size_bytes", "sha256"], "properties": {
               "path": {"type": "string"}, "size_bytes": {"type": "integer"}, "sha256": {"type": "string"}}}}}})",
            R"({"items": [{"path": "classifier.py", "size_bytes": 412,
             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}], "next": null})"},
       .errors = {kNotAllowed, kNoSubmission},
       .handler = web::with(room, list_files),
       .tag = "submissions"},
      {.method = "GET",
       .pattern = "/api/v1/submissions/{submission}/files/{path...}",
       .summary = "One of its files, as a download",
       .permission = "submission-viewer",
       .scope = "read",
       .response = {"", "", "text/plain"},
       .errors = {kNotAllowed, kNoSubmission},
       .handler = web::with(room, send_file),
       .tag = "submissions"}};
}

}  // namespace submissions
