// Uploads on disk: ID.data, ID.offset and ID.info below one folder.
#include "machine/web/uploads.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/log.h"
#include "machine/web/text.h"
#include "machine/web/uploads_parts.h"

namespace web {
namespace fs = std::filesystem;
namespace {

// What is lost at most when the server is killed in the middle of a piece.
constexpr std::uint64_t kSyncEach = 16u << 20;
constexpr std::chrono::seconds kSyncAfter{2};

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

bool is_id(std::string_view text) {
  return base::ulid_from(text).has_value();
}

}  // namespace

base::Result<void> Uploads::Live::sync() {
  if (synced == upload.offset) return {};
  if (::fdatasync(data.get()) != 0) return failed_on("fsync", upload.file);
  if (auto wrote = write_offset(offset_file.get(), upload.offset); !wrote) return wrote;
  synced = upload.offset;
  expires = std::time(nullptr) + keeping.count();
  return {};
}

Uploads::Patch::~Patch() {
  const std::scoped_lock lock(live_->mutex);
  if (finished_ || generation_ != live_->generation) return;
  if (auto synced = live_->sync(); !synced) base::log_error(synced.error().message);
}

base::Result<void> Uploads::Patch::write(std::string_view bytes) {
  const std::scoped_lock lock(live_->mutex);
  if (generation_ != live_->generation) return base::conflict("another connection went on with this upload");
  if (bytes.size() > live_->upload.length - at_)
    return base::too_large("these are more bytes than Upload-Length said");
  if (digest_) digest_->feed(bytes);
  while (!bytes.empty()) {
    const auto put = ::pwrite(live_->data.get(), bytes.data(), bytes.size(), static_cast<off_t>(at_));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == ENOSPC) return base::unavailable("the disk is full", live_->upload.file.string());
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

base::Result<void> Uploads::Patch::finish() {
  const std::scoped_lock lock(live_->mutex);
  if (generation_ != live_->generation) return base::conflict("another connection went on with this upload");
  finished_ = true;
  mismatch = digest_ && digest_->bytes() != expected_;
  if (!mismatch) live_->upload.offset = at_;
  return live_->sync();
}

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

// With no bytes yet.
base::Result<std::shared_ptr<Uploads::Live>> Uploads::begin(
    const std::string& owner, std::uint64_t length, const std::map<std::string, std::string>& metadata) {
  base::json::object said;
  for (const auto& [name, value] : metadata) said[name] = value;
  const auto id = base::to_text(base::make_ulid(base::now()));
  const base::json::object info{{"owner", owner}, {"length", length}, {"metadata", std::move(said)}};
  const base::Fd data(::open(path_of(id, "data").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const base::Fd offset(::open(path_of(id, "offset").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!data || !offset) return failed_on("create", path_of(id, "data"));
  if (auto wrote = write_offset(offset.get(), 0); !wrote) return base::Failure(wrote.error());
  // Last, for with it the upload exists; it syncs the folder too.
  if (auto wrote = base::write_file(path_of(id, "info"), base::to_text(base::json::value(info))); !wrote)
    return base::Failure(wrote.error());
  return find(id);
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

}  // namespace web
