#include "machine/web/uploads.h"

#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/log.h"
#include "machine/web/digest.h"
#include "machine/web/text.h"

namespace web {
namespace fs = std::filesystem;
namespace {

// What is lost at most when the server is killed in the middle of a piece.
constexpr std::uint64_t kSyncEach = 16u << 20;
constexpr std::chrono::seconds kSyncAfter{2};
constexpr std::string_view kExtensions = "creation,checksum,expiration,termination";

base::Failure failed_on(std::string_view call, const fs::path& path) {
  return base::system_failure(call, path.string(), errno);
}

// ID.offset: the count as text of a fixed width, overwritten in place. It never says more than ID.data holds.
base::Result<void> write_offset(int fd, std::uint64_t offset) {
  const auto text = fmt::format("{:020}\n", offset);
  if (::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) || ::fdatasync(fd) != 0)
    return base::system_failure("write", "an upload's offset", errno);
  return {};
}

base::Result<std::uint64_t> read_offset(int fd) {
  char text[20];
  if (::pread(fd, text, sizeof text, 0) != sizeof text)
    return base::internal("an upload's offset cannot be read");
  const auto number = whole_number({text, sizeof text});
  if (!number) return base::internal("an upload's offset is no number");
  return *number;
}

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

bool is_id(std::string_view text) {
  return base::ulid_from(text).has_value();
}

}  // namespace

// An upload in use. `generation` says who may write: whoever asks for the offset, or sends the next piece,
// takes over from a connection that is half dead.
struct Uploads::Live {
  std::mutex mutex;
  Upload upload;
  base::Fd data, offset_file;
  std::uint64_t synced = 0;  // what ID.offset says
  std::uint64_t generation = 0;
  std::time_t expires = 0;
  std::chrono::seconds keeping{0};

  // With the mutex held.
  base::Result<void> sync() {
    if (synced == upload.offset) return {};
    if (::fdatasync(data.get()) != 0) return failed_on("fsync", upload.file);
    if (auto wrote = write_offset(offset_file.get(), upload.offset); !wrote) return wrote;
    synced = upload.offset;
    expires = std::time(nullptr) + keeping.count();
    return {};
  }
};

// One PATCH. With a checksum nothing counts before the whole piece is right.
class Uploads::Patch : public Sink {
 public:
  Patch(std::shared_ptr<Live> live, std::uint64_t generation, std::unique_ptr<Digest> digest,
        std::string expected)
      : live_(std::move(live)),
        generation_(generation),
        start_(live_->upload.offset),
        at_(start_),
        digest_(std::move(digest)),
        expected_(std::move(expected)) {}

  ~Patch() override {
    const std::scoped_lock lock(live_->mutex);
    if (finished_ || generation_ != live_->generation) return;
    if (auto synced = live_->sync(); !synced) base::log_error(synced.error().message);
  }

  base::Result<void> write(std::string_view bytes) override {
    const std::scoped_lock lock(live_->mutex);
    if (generation_ != live_->generation)
      return base::conflict("another connection went on with this upload");
    if (bytes.size() > live_->upload.length - at_)
      return base::too_large("these are more bytes than Upload-Length said");
    if (digest_) digest_->feed(bytes);
    while (!bytes.empty()) {
      const auto put = ::pwrite(live_->data.get(), bytes.data(), bytes.size(), static_cast<off_t>(at_));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0 && errno == ENOSPC)
        return base::unavailable("the disk is full", live_->upload.file.string());
      if (put < 0) return failed_on("write", live_->upload.file);
      at_ += static_cast<std::uint64_t>(put);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    if (digest_) return {};
    live_->upload.offset = at_;
    const auto now = std::chrono::steady_clock::now();
    if (at_ - live_->synced < kSyncEach && now - synced_at_ < kSyncAfter) return {};
    synced_at_ = now;
    return live_->sync();
  }

  base::Result<void> finish() override {
    const std::scoped_lock lock(live_->mutex);
    if (generation_ != live_->generation)
      return base::conflict("another connection went on with this upload");
    finished_ = true;
    mismatch = digest_ && digest_->bytes() != expected_;
    if (!mismatch) live_->upload.offset = at_;
    return live_->sync();
  }

  const std::shared_ptr<Live>& live() const { return live_; }
  bool mismatch = false;

 private:
  std::shared_ptr<Live> live_;
  std::uint64_t generation_, start_, at_;
  std::unique_ptr<Digest> digest_;
  std::string expected_;
  bool finished_ = false;
  std::chrono::steady_clock::time_point synced_at_ = std::chrono::steady_clock::now();
};

Uploads::Uploads(UploadSettings settings)
    : settings_(std::move(settings)), item_path_(settings_.path + "/{upload}") {}
Uploads::~Uploads() = default;

base::Result<std::unique_ptr<Uploads>> Uploads::open(UploadSettings settings) {
  std::error_code failed;
  fs::create_directories(settings.folder, failed);
  if (failed) return base::internal("the uploads' folder cannot be made", settings.folder.string());
  return std::unique_ptr<Uploads>(new Uploads(std::move(settings)));
}

fs::path Uploads::path_of(std::string_view id, std::string_view ending) const {
  return settings_.folder / fmt::format("{}.{}", id, ending);
}

base::Result<std::shared_ptr<Uploads::Live>> Uploads::find(std::string_view id) {
  const auto absent = base::not_found("there is no such upload, or it has expired: begin anew");
  if (!is_id(id)) return absent;
  const std::scoped_lock lock(mutex_);
  std::erase_if(live_, [](const auto& item) { return item.second.expired(); });
  if (const auto found = live_.find(id); found != live_.end())
    if (auto live = found->second.lock()) return live;
  const auto text = base::read_file(path_of(id, "info"));
  if (!text) return absent;
  const auto info = base::parse_json(*text);
  if (!info) return base::internal("an upload's facts cannot be read", path_of(id, "info").string());
  auto live = std::make_shared<Live>();
  auto& upload = live->upload;
  upload.id = id;
  upload.owner = info->at("owner").as_string().c_str();
  upload.length = info->at("length").to_number<std::uint64_t>();
  for (const auto& [name, value] : info->at("metadata").as_object())
    upload.metadata.emplace(name, value.as_string().c_str());
  upload.file = path_of(id, "data");
  live->data = base::Fd(::open(upload.file.c_str(), O_RDWR | O_CLOEXEC));
  live->offset_file = base::Fd(::open(path_of(id, "offset").c_str(), O_RDWR | O_CLOEXEC));
  if (!live->data || !live->offset_file) return absent;
  const auto offset = read_offset(live->offset_file.get());
  if (!offset) return base::Failure(offset.error());
  upload.offset = live->synced = *offset;
  live->keeping = settings_.keeping;
  struct stat facts {};
  ::fstat(live->offset_file.get(), &facts);
  live->expires = facts.st_mtime + settings_.keeping.count();
  live_.insert_or_assign(std::string(id), live);
  return live;
}

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
  base::json::object said;
  for (const auto& [name, value] : *metadata) said[name] = value;
  const auto id = base::to_text(base::make_ulid(base::now()));
  const base::json::object info{
      {"owner", request.viewer.key}, {"length", *length}, {"metadata", std::move(said)}};
  const base::Fd data(::open(path_of(id, "data").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const base::Fd offset(::open(path_of(id, "offset").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!data || !offset) return failed_on("create", path_of(id, "data"));
  if (auto wrote = write_offset(offset.get(), 0); !wrote) return base::Failure(wrote.error());
  // Last, for with it the upload exists; it syncs the folder too.
  if (auto wrote = base::write_file(path_of(id, "info"), base::to_text(base::json::value(info))); !wrote)
    return base::Failure(wrote.error());
  const auto live = find(id);
  if (!live) return base::Failure(live.error());
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

base::Result<Upload> Uploads::take(std::string_view id, std::string_view owner) {
  const auto live = find(id);
  if (!live) return base::Failure(live.error());
  const std::scoped_lock lock((*live)->mutex);
  const auto& upload = (*live)->upload;
  if (upload.owner != owner) return base::not_found("there is no such upload, or it has expired: begin anew");
  if (upload.offset != upload.length)
    return base::conflict(
        fmt::format("the upload has {} of its {} bytes: send the rest", upload.offset, upload.length));
  ++(*live)->generation;
  return upload;
}

base::Result<void> Uploads::remove(std::string_view id) {
  if (!is_id(id)) return base::not_found("there is no such upload");
  const std::scoped_lock lock(mutex_);
  live_.erase(std::string(id));
  for (const auto* ending : {"info", "offset", "data"})
    ::unlink(path_of(id, ending).c_str());  // info first: see create
  return {};
}

int Uploads::sweep(base::Instant now) {
  const auto moment = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
  std::vector<std::string> old;
  std::error_code failed;
  for (const auto& item : fs::directory_iterator(settings_.folder, failed)) {
    if (item.path().extension() != ".offset") continue;
    struct stat facts {};
    if (::stat(item.path().c_str(), &facts) == 0 && facts.st_mtime + settings_.keeping.count() <= moment)
      old.push_back(item.path().stem().string());
  }
  for (const auto& id : old) static_cast<void>(remove(id));
  return static_cast<int>(old.size());
}

namespace {

constexpr std::string_view kUploadSchema = R"({"type": "object", "required": ["id", "length", "offset"],
  "properties": {"id": {"type": "string"}, "length": {"type": "integer"}, "offset": {"type": "integer"}}})";
constexpr std::string_view kUploadExample =
    R"({"id": "01JZ0000000000000000000000", "length": 1048576, "offset": 0})";

}  // namespace

std::vector<Route> Uploads::routes() {
  const Parameter version{"Tus-Resumable", In::header, R"({"type": "string"})", "1.0.0"};
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
  look.parameters = {version};
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
