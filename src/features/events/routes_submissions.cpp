// What is handed in to an event: the list, and handing in.
#include <fmt/format.h>

#include "base/archive.h"
#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;
using submissions::File;

}  // namespace

Result<std::vector<File>> files_in(const json::value& files) {
  std::vector<File> all;
  for (const auto& file : files.get_array()) {
    File one{base::find_text(file, "path"), base::find_text(file, "content")};
    if (base::find_text(file, "encoding") == "base64") {
      auto bytes = web::from_base64(one.bytes);
      if (!bytes) return base::invalid(fmt::format("the content of {} is no base64", one.path));
      one.bytes = std::move(*bytes);
    }
    all.push_back(std::move(one));
  }
  return all;
}

namespace {

// As its author knows it: an upload's file has a name of the server's.
base::Error named_for_author(base::Error error, const std::string& file_name) {
  if (const auto at = error.message.find(file_name); at != std::string::npos)
    error.message.replace(at, file_name.size(), "your submission");
  return error;
}

Result<std::vector<File>> files_of_archive(const std::filesystem::path& archive, std::uint64_t most_bytes) {
  const auto scratch = base::TemporaryFolder::make("agora-submission");
  if (!scratch) return tl::unexpected(scratch.error());
  const auto folder = scratch->path() / "files";
  const auto found =
      base::unpack(archive, folder, {.most_files = 1000, .most_bytes = most_bytes}, base::TopFolder::strip);
  if (!found) return tl::unexpected(named_for_author(found.error(), archive.filename().string()));
  std::vector<File> all;
  for (const auto& file : *found) {
    auto bytes = base::read_file(folder / file.path, most_bytes);
    if (!bytes) return tl::unexpected(bytes.error());
    all.push_back({file.path, std::move(*bytes)});
  }
  return all;
}

Result<std::vector<File>> files_handed_in(const web::Request& request, App& app) {
  const auto* files = base::find_member(request.json, "files");
  const auto upload = text_in(request, "upload");
  if ((files != nullptr) == upload.has_value())
    return base::invalid("send either files, or the id of an upload");
  if (files != nullptr) return files_in(*files);
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), base::now());
  if (!look) return tl::unexpected(look.error());
  const auto taken = app.settings.take_upload(*upload, request.viewer.key);
  if (!taken) return tl::unexpected(taken.error());
  constexpr std::uint64_t kDefault = 64u << 20;
  const auto most = look->seen.problem.submission_bytes;
  return files_of_archive(taken->file, most > 0 ? most : kDefault);
}

Result<web::Response> hand_in(const web::Request& request, App& app) {
  auto files = files_handed_in(request, app);
  if (!files) return tl::unexpected(files.error());
  const auto now = base::now();
  const auto made = submit(app.db(), *app.submissions, event_in(request), people::person_of(request),
                           text_in(request, "name").value_or(""), std::move(*files), now);
  if (!made) return tl::unexpected(made.error());
  if (const auto upload = text_in(request, "upload")) app.settings.drop_upload(*upload);
  const auto shown = view_of(app.db(), *app.submissions, *made, people::viewer_of(request), now);
  if (!shown) return tl::unexpected(shown.error());
  return web::answer_created("/api/v1/submissions/" + base::to_text(made->id), *shown);
}

Result<web::Response> list(const web::Request& request, App& app) {
  const auto after = after_in<submissions::SubmissionId>(request);
  if (!after) return tl::unexpected(after.error());
  auto page = submissions_of(app.db(), *app.submissions, event_in(request), people::viewer_of(request),
                             *after, limit_in(request), base::now());
  if (!page) return tl::unexpected(page.error());
  json::value next;
  if (page->next) next = json::value(base::to_text(*page->next));
  return web::answer_json(json::object{{"items", std::move(page->items)}, {"next", std::move(next)}});
}

constexpr std::string_view kHandIn = R"({"type": "object", "additionalProperties": false, "properties": {
  "name": {"type": "string", "maxLength": 100},
  "files": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {
    "type": "object", "required": ["path", "content"], "additionalProperties": false, "properties": {
      "path": {"type": "string", "minLength": 1, "maxLength": 240}, "content": {"type": "string"},
      "encoding": {"type": "string", "enum": ["utf-8", "base64"], "default": "utf-8"}}}},
  "upload": {"type": "string", "description": "instead of files: the id of a whole upload, a zip or tar.gz"}}})";

constexpr std::string_view kList = R"({"type": "object", "required": ["items", "next"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Submission"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}})";

constexpr std::string_view kExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "number": 3, "name": "two trees",
        "event": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer"},
        "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
        "author": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCG", "handle": "ada-lovelace", "name": "Ada Lovelace"},
        "state": "received", "progress": {"folds_done": 0, "folds": 5}, "official": "roc_auc",
        "queue": {"place": 1, "ahead": 0}, "size_bytes": 412,
        "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "created_at": "2026-03-01T12:00:00Z"})";

}  // namespace

std::vector<web::Route> submission_routes(App& app) {
  return {{.method = "GET",
           .pattern = "/api/v1/events/{event}/submissions",
           .summary = "For participants their team's, for organisers all, newest first",
           .permission = "event-participant",
           .scope = "read",
           .parameters = with_page(),
           .response = {kList, R"({"items": [], "next": null})"},
           .errors = {{400, "the cursor is none"}, kNoSession, kNotAllowed, kNoEvent},
           .handler = web::with(app, list),
           .tag = kTag},
          {.method = "POST",
           .pattern = "/api/v1/events/{event}/submissions",
           .summary = "Hand in: it is tried on public data, then trained and scored on hidden data",
           .permission = "event-visitor",
           .scope = "submit",
           .takes = web::Takes::json,
           .request = {kHandIn, R"({"name": "two trees", "files": [
             {"path": "classifier.py", "content": "from sklearn.tree import DecisionTreeClassifier\n"}]})"},
           .status = 201,
           .response = {"Submission", kExample},
           .errors = {{400, "a file is missing or is not as the problem asks for: the answer names it"},
                      kNoSession,
                      {403, "one has not joined the event, or the token's scope is missing"},
                      kNoEvent,
                      {409, "the event is not open, or today's quota is spent: the answer says until when"}},
           .most_bytes = kMostBody,
           .rate = "submit",
           .retry = web::Retry::keyed,
           .handler = web::with(app, hand_in),
           .tag = kTag}};
}

}  // namespace events
