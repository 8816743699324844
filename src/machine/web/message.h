// One request and one response, as values. Knows no socket, route or person.
#pragma once
#include <any>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace web {

// Fields in the order they came. Names are compared without regard to case.
class Headers {
 public:
  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  // replaces all of that name
  void remove(std::string_view name);
  std::string_view get(std::string_view name) const;  // the first one, or empty
  bool has(std::string_view name) const;
  int count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool same_name(std::string_view left, std::string_view right);  // ASCII, without regard to case

// Decoded names and values: path parameters, or the query.
class Fields {
 public:
  void add(std::string name, std::string value);
  std::string_view get(std::string_view name) const;  // the first one, or empty
  const std::string* find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Who asks. The room hands it through unread, but for `key`, which names the viewer in rate limits and
// idempotency keys; a stranger's is empty.
struct Viewer {
  std::string key;
  std::any who;
};

// A body that was written to disk while it came in. Removed with the request unless `keep` moved it away.
class SpooledFile {
 public:
  static base::Result<SpooledFile> make(const std::filesystem::path& folder);
  SpooledFile() = default;
  SpooledFile(SpooledFile&& other) noexcept;
  SpooledFile& operator=(SpooledFile&& other) noexcept;
  ~SpooledFile();

  base::Result<void> write(std::string_view bytes);
  base::Result<void> keep(const std::filesystem::path& target);  // fsync and rename; one file system only
  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  int descriptor() const { return fd_.get(); }

 private:
  std::filesystem::path path_;
  base::Fd fd_;
  std::uint64_t size_ = 0;
};

struct Request {
  std::string method;
  std::string target;  // as sent
  std::string path;    // before the `?`, as sent
  Fields parameters;   // of the path, decoded
  Fields query;
  Headers headers;
  std::string body;            // for routes with a body in memory
  base::json::value json;      // the body, parsed and checked, for routes that take JSON
  SpooledFile file;            // for routes that take a file
  std::shared_ptr<void> sink;  // what the route's own sink left
  std::string peer;            // the address, without the port
  std::string id;              // a ulid; every answer and log line names it
  bool secure = false;         // came over HTTPS, as the trusted proxy says
  Viewer viewer;
};

// A range of a file on disk, sent without passing through the program's memory.
struct File {
  std::shared_ptr<base::Fd> descriptor;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Stream;  // hub.h

using Body = std::variant<std::string, File, std::shared_ptr<Stream>>;

struct Response {
  int status = 200;
  Headers headers;
  Body body;
};

// How a browser may treat a file: ours in the page, or a person's, which is only ever downloaded or shown in
// a sandbox without scripts and without our origin.
enum class Trust { ours, user_made };
enum class Disposition { shown, downloaded };

struct FileFacts {
  std::string content_type = "application/octet-stream";
  std::string name;    // offered to the browser; empty for none
  std::string sha256;  // 64 hexadecimal digits; empty when unknown. Gives ETag and Digest
  Trust trust = Trust::user_made;
  Disposition disposition = Disposition::downloaded;
};

Response answer_json(const base::json::value& value, int status = 200);
Response answer_text(std::string text, std::string content_type = "text/plain; charset=utf-8");
Response answer_created(std::string location, const base::json::value& value);
Response answer_nothing();  // 204
base::Result<Response> answer_file(const std::filesystem::path& path, const FileFacts& facts);
Response answer_file(base::Fd descriptor, std::uint64_t size, const FileFacts& facts);
Response answer_events(std::shared_ptr<Stream> stream);

// One bad field of a body: where (a JSON pointer, RFC 6901) and what is wrong.
struct FieldError {
  std::string pointer;
  std::string detail;
};

// RFC 9457. The instance and the content type are set when the answer leaves.
Response problem(int status, std::string_view detail, const std::vector<FieldError>& errors = {});
Response problem(const base::Error& error);
int status_for(base::ErrorKind kind);  // the one table
std::string_view reason_for(int status);

}  // namespace web
