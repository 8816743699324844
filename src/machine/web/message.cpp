#include "machine/web/message.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/web/text.h"

namespace web {
namespace fs = std::filesystem;

bool same_name(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (lower(left[i]) != lower(right[i])) return false;
  return true;
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_)
    if (same_name(field, name)) return value;
  return {};
}

bool Headers::has(std::string_view name) const {
  return count(name) > 0;
}

int Headers::count(std::string_view name) const {
  int found = 0;
  for (const auto& field : fields_) found += same_name(field.first, name) ? 1 : 0;
  return found;
}

void Fields::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

const std::string* Fields::find(std::string_view name) const {
  for (const auto& field : fields_)
    if (field.first == name) return &field.second;
  return nullptr;
}

std::string_view Fields::get(std::string_view name) const {
  const auto* found = find(name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

base::Result<SpooledFile> SpooledFile::make(const fs::path& folder) {
  std::string name = (folder / "body-XXXXXX").string();
  SpooledFile file;
  file.fd_ = base::Fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.fd_) return base::system_failure("create a file in", folder.string(), errno);
  file.path_ = name;
  return file;
}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      fd_(std::move(other.fd_)),
      size_(std::exchange(other.size_, 0)) {}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

SpooledFile::~SpooledFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

base::Result<void> SpooledFile::write(std::string_view bytes) {
  size_ += bytes.size();
  return base::write_all(fd_.get(), bytes);
}

base::Result<void> SpooledFile::keep(const fs::path& target) {
  if (::fsync(fd_.get()) != 0) return base::system_failure("fsync", path_.string(), errno);
  if (::rename(path_.c_str(), target.c_str()) != 0)
    return base::system_failure("rename", target.string(), errno);
  path_.clear();
  return {};
}

Response answer_json(const base::json::value& value, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = base::to_text(value);
  return response;
}

Response answer_text(std::string text, std::string content_type) {
  Response response;
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(text);
  return response;
}

Response answer_created(std::string location, const base::json::value& value) {
  Response response = answer_json(value, 201);
  response.headers.add("Location", std::move(location));
  return response;
}

Response answer_nothing() {
  Response response;
  response.status = 204;
  return response;
}

Response answer_events(std::shared_ptr<Stream> stream) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx in front must not hold events back
  response.body = std::move(stream);
  return response;
}

namespace {

// RFC 6266: a plain name for old readers, the exact one in UTF-8.
std::string disposition_text(const FileFacts& facts) {
  const bool shown = facts.disposition == Disposition::shown;
  std::string text = shown ? "inline" : "attachment";
  if (facts.name.empty()) return text;
  std::string plain;
  for (const char c : facts.name)
    plain += (c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '%') ? c : '_';
  text += fmt::format("; filename=\"{}\"", plain);
  if (plain != facts.name) text += fmt::format("; filename*=UTF-8''{}", percent_encoded(facts.name));
  return text;
}

}  // namespace

Response answer_file(base::Fd descriptor, std::uint64_t size, const FileFacts& facts) {
  Response response;
  response.headers.add("Content-Type", facts.content_type);
  response.headers.add("Content-Disposition", disposition_text(facts));
  response.headers.add("Accept-Ranges", "bytes");
  if (facts.trust == Trust::user_made)
    response.headers.add("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'self'");
  if (!facts.sha256.empty()) {
    const std::string digest = base64(bytes_from_hex(facts.sha256));
    response.headers.add("ETag", fmt::format("\"{}\"", facts.sha256));
    response.headers.add("Digest", fmt::format("sha-256={}", digest));
    response.headers.add("Repr-Digest", fmt::format("sha-256=:{}:", digest));
  }
  response.body = File{std::make_shared<base::Fd>(std::move(descriptor)), 0, size};
  return response;
}

base::Result<Response> answer_file(const fs::path& path, const FileFacts& facts) {
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return base::system_failure("open", path.string(), errno);
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0) return base::system_failure("stat", path.string(), errno);
  if (!S_ISREG(found.st_mode))
    return base::internal("this file cannot be sent", fmt::format("{} is no regular file", path.string()));
  return answer_file(std::move(fd), static_cast<std::uint64_t>(found.st_size), facts);
}

namespace {

struct StatusRow {
  base::ErrorKind kind;
  int status;
};

constexpr StatusRow kStatuses[] = {
    {base::ErrorKind::invalid, 400},     {base::ErrorKind::unauthenticated, 401},
    {base::ErrorKind::forbidden, 403},   {base::ErrorKind::not_found, 404},
    {base::ErrorKind::conflict, 409},    {base::ErrorKind::too_large, 413},
    {base::ErrorKind::unavailable, 503}, {base::ErrorKind::internal, 500},
};

struct Reason {
  int status;
  std::string_view words;
};

constexpr Reason kReasons[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {460, "Checksum Mismatch"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace

int status_for(base::ErrorKind kind) {
  for (const auto& row : kStatuses)
    if (row.kind == kind) return row.status;
  return 500;
}

std::string_view reason_for(int status) {
  for (const auto& row : kReasons)
    if (row.status == status) return row.words;
  return "Unknown";
}

Response problem(int status, std::string_view detail, const std::vector<FieldError>& errors) {
  base::json::object body{{"type", "about:blank"}, {"title", reason_for(status)}, {"status", status}};
  if (!detail.empty()) body["detail"] = detail;
  if (!errors.empty()) {
    base::json::array list;
    for (const auto& error : errors)
      list.push_back(base::json::object{{"pointer", error.pointer}, {"detail", error.detail}});
    body["errors"] = std::move(list);
  }
  Response response = answer_json(std::move(body), status);
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

Response problem(const base::Error& error) {
  const bool ours = error.kind == base::ErrorKind::internal;
  Response response = problem(status_for(error.kind),
                              ours ? "something went wrong here; the log has it under this request's id"
                                   : std::string_view(error.message));
  if (error.kind == base::ErrorKind::unauthenticated) response.headers.add("WWW-Authenticate", "Bearer");
  if (error.kind == base::ErrorKind::unavailable) response.headers.add("Retry-After", "5");
  return response;
}

}  // namespace web
