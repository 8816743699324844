// Uploads over HTTP: the words of tus 1.0.
#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

#include "machine/web/text.h"
#include "machine/web/uploads_parts.h"

namespace web {
namespace {

constexpr std::string_view kExtensions = "creation,checksum,expiration,termination";

std::string http_date(std::time_t when) {
  char text[32];
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

// "name BASE64,name BASE64", a bare name meaning an empty text.
base::Result<std::map<std::string, std::string>> read_metadata(std::string_view header) {
  std::map<std::string, std::string> metadata;
  for (const auto pair : split_list(header)) {
    const auto space = pair.find(' ');
    const auto text =
        space == std::string_view::npos ? std::string() : std::string(trimmed(pair.substr(space)));
    const auto value = from_base64(text);
    if (!value || !is_utf8(*value))
      return base::invalid("Upload-Metadata must hold names and texts in base64");
    if (!metadata.emplace(pair.substr(0, space), *value).second)
      return base::invalid("Upload-Metadata names something twice");
  }
  return metadata;
}

std::optional<Response> why_other_version(const Request& request) {
  if (request.headers.get("Tus-Resumable") == "1.0.0") return std::nullopt;
  Response refusal = problem(412, "send Tus-Resumable: 1.0.0, the version that is spoken here");
  refusal.headers.add("Tus-Version", "1.0.0");
  return refusal;
}

constexpr std::string_view kUploadSchema = R"({"type": "object", "required": ["id", "length", "offset"],
  "properties": {"id": {"type": "string", "format": "ulid"}, "length": {"type": "integer"}, "offset": {"type": "integer"}}})";
constexpr std::string_view kUploadExample =
    R"({"id": "01JZ0000000000000000000000", "length": 1048576, "offset": 0})";

}  // namespace

// Another's upload is as absent as one that never was.
base::Result<std::shared_ptr<Uploads::Live>> Uploads::find_for(const Request& request) {
  auto live = find(request.parameters.get("upload"));
  if (live && (*live)->upload.owner != request.viewer.key)
    return base::not_found("there is no such upload, or it has expired: begin anew");
  return live;
}

void Uploads::add_facts(const Live& live, Headers& headers) const {
  headers.set("Tus-Resumable", "1.0.0");
  headers.set("Upload-Offset", std::to_string(live.upload.offset));
  headers.set("Upload-Expires", http_date(live.expires));
  headers.set("Cache-Control", "no-store");
}

base::Result<Response> Uploads::create(const Request& request) {
  if (auto refusal = why_other_version(request)) return std::move(*refusal);
  const auto length = whole_number(request.headers.get("Upload-Length"));
  if (!length) return base::invalid("send Upload-Length with the file's size in bytes");
  if (*length > settings_.most_bytes)
    return base::too_large(
        fmt::format("{} bytes are more than {}, the most here", *length, settings_.most_bytes));
  auto metadata = read_metadata(request.headers.get("Upload-Metadata"));
  if (!metadata) return base::Failure(metadata.error());
  const auto live = begin(request.viewer.key, *length, *metadata);
  if (!live) return base::Failure(live.error());
  const auto& id = (*live)->upload.id;
  Response answer = answer_created(fmt::format("{}/{}", settings_.path, id),
                                   base::json::object{{"id", id}, {"length", *length}, {"offset", 0}});
  add_facts(**live, answer.headers);
  return answer;
}

base::Result<Response> Uploads::show(const Request& request) {
  const auto live = find_for(request);
  if (!live) return base::Failure(live.error());
  const std::scoped_lock lock((*live)->mutex);
  ++(*live)->generation;  // the offset that is told now must stay
  if (auto synced = (*live)->sync(); !synced) return base::Failure(synced.error());
  const auto& upload = (*live)->upload;
  Response answer = answer_json(
      base::json::object{{"id", upload.id}, {"length", upload.length}, {"offset", upload.offset}});
  answer.headers.add("Upload-Length", std::to_string(upload.length));
  add_facts(**live, answer.headers);
  return answer;
}

std::variant<std::shared_ptr<Sink>, Response> Uploads::open_patch(const Request& request) {
  if (auto refusal = why_other_version(request)) return std::move(*refusal);
  if (!same_name(request.headers.get("Content-Type"), "application/offset+octet-stream"))
    return problem(415, "send the piece as application/offset+octet-stream");
  const auto live = find_for(request);
  if (!live) return problem(live.error());
  std::unique_ptr<Digest> digest;
  std::optional<std::string> expected = std::string();
  if (const auto checksum = request.headers.get("Upload-Checksum"); !checksum.empty()) {
    const auto space = checksum.find(' ');
    digest = Digest::make(checksum.substr(0, space));
    if (space != std::string_view::npos) expected = from_base64(trimmed(checksum.substr(space)));
    if (!digest || !expected || expected->empty())
      return problem(400, "Upload-Checksum must be sha256 or sha1 and a digest in base64");
  }
  const std::scoped_lock lock((*live)->mutex);
  const auto offset = whole_number(request.headers.get("Upload-Offset"));
  if (!offset) return problem(400, "send Upload-Offset");
  auto& upload = (*live)->upload;
  if (*offset != upload.offset)
    return problem(409, fmt::format("{} bytes are here: go on from there (HEAD says so too)", upload.offset));
  // What a killed server wrote past the offset was never acknowledged.
  if (::ftruncate((*live)->data.get(), static_cast<off_t>(upload.offset)) != 0)
    return problem(base::Error{base::ErrorKind::internal, {}, "ftruncate"});
  return std::shared_ptr<Sink>(
      std::make_shared<Patch>(*live, ++(*live)->generation, std::move(digest), std::move(*expected)));
}

base::Result<Response> Uploads::finish_patch(Request& request) {
  const auto patch = std::static_pointer_cast<Patch>(std::static_pointer_cast<Sink>(request.sink));
  if (patch->mismatch) {
    Response refusal = problem(460, "the piece is not what its checksum says: send it again");
    refusal.headers.set("Tus-Resumable", "1.0.0");
    return refusal;
  }
  Response answer = answer_nothing();
  const std::scoped_lock lock(patch->live()->mutex);
  add_facts(*patch->live(), answer.headers);
  return answer;
}

base::Result<Response> Uploads::terminate(const Request& request) {
  if (auto refusal = why_other_version(request)) return std::move(*refusal);
  const auto live = find_for(request);
  if (!live) return base::Failure(live.error());
  {
    const std::scoped_lock lock((*live)->mutex);
    ++(*live)->generation;
  }
  if (auto removed = remove((*live)->upload.id); !removed) return base::Failure(removed.error());
  Response answer = answer_nothing();
  answer.headers.set("Tus-Resumable", "1.0.0");
  return answer;
}

std::vector<Route> Uploads::routes() {
  constexpr std::string_view kVersion = R"({"type": "string", "enum": ["1.0.0"]})";
  const Parameter version{"Tus-Resumable",    In::header,         kVersion, "The version that is spoken",
                          Presence::required, Checked::by_handler};
  Parameter any_version = version;
  any_version.presence = Presence::optional;
  const Parameter offset{"Upload-Offset", In::header, R"({"type": "integer", "minimum": 0})",
                         "Where the piece begins: what HEAD said", Presence::required};
  const Parameter checksum{"Upload-Checksum", In::header, R"({"type": "string"})",
                           "sha256 or sha1, and the piece's digest in base64"};
  const Parameter length{"Upload-Length", In::header, R"({"type": "integer", "minimum": 0})",
                         "The file's size", Presence::required};
  const Parameter metadata{"Upload-Metadata", In::header, R"({"type": "string"})",
                           "Names and texts in base64"};
  const ErrorRow other_version{412, "Another version of tus than 1.0.0"};

  Route make{"POST", settings_.path, "Begin an upload (tus 1.0)", settings_.permission, settings_.scope};
  make.parameters = {version, length, metadata};
  make.status = 201;
  make.response = {kUploadSchema, kUploadExample};
  make.errors = {other_version, {413, "The file is larger than uploads may be"}};
  make.handler = [this](const Request& request) { return create(request); };

  Route look{"GET", item_path_, "How much of an upload is there", settings_.permission, settings_.scope};
  look.parameters = {any_version};
  look.response = {kUploadSchema, kUploadExample};
  look.handler = [this](const Request& request) { return show(request); };

  Route send{"PATCH", item_path_, "Send an upload's next piece", settings_.permission, settings_.scope};
  send.parameters = {version, offset, checksum};
  send.takes = Takes::sink;
  send.request.media_type = "application/offset+octet-stream";
  send.most_bytes = settings_.most_bytes;
  send.status = 204;
  send.errors = {other_version,
                 {409, "The piece does not begin where the upload stands"},
                 {415, "The piece is not application/offset+octet-stream"},
                 {460, "The piece is not what its checksum says"}};
  send.open_sink = [this](const Request& request) { return open_patch(request); };
  send.taker = [this](Request& request) { return finish_patch(request); };

  Route end{"DELETE", item_path_, "Give an upload up", settings_.permission, settings_.scope};
  end.parameters = {version};
  end.status = 204;
  end.errors = {other_version};
  end.handler = [this](const Request& request) { return terminate(request); };

  std::vector<Route> rows{make, look, send, end};
  for (auto& row : rows) {
    row.rate = settings_.rate;
    row.tag = "uploads";
    row.announces = {{"Tus-Resumable", "1.0.0"},
                     {"Tus-Version", "1.0.0"},
                     {"Tus-Extension", std::string(kExtensions)},
                     {"Tus-Checksum-Algorithm", "sha256,sha1"},
                     {"Tus-Max-Size", std::to_string(settings_.most_bytes)}};
  }
  return rows;
}

}  // namespace web
