// Large files that may be interrupted: the tus protocol 1.0 with creation, checksum, expiration and
// termination. What was acknowledged is on disk, also after a power cut.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "machine/web/route.h"

namespace web {

struct UploadSettings {
  std::filesystem::path folder;
  std::uint64_t most_bytes = 50ull << 30;
  std::chrono::seconds keeping = std::chrono::hours(48);  // since the last piece
  std::string path = "/api/v1/uploads";
  std::string permission = "open";
  std::string scope;
  std::string rate = "default";
};

struct Upload {
  std::string id;
  std::string owner;  // the key of the viewer who made it
  std::uint64_t length = 0;
  std::uint64_t offset = 0;  // bytes that are there
  std::map<std::string, std::string>
      metadata;  // what the client said of it: names and texts not to be trusted
  std::filesystem::path file;
};

class Uploads {
 public:
  // Makes the folder. The uploads that a killed server left go on where they stood.
  static base::Result<std::unique_ptr<Uploads>> open(UploadSettings settings);
  ~Uploads();

  // POST and OPTIONS on the path; HEAD, GET, PATCH and DELETE below it. The rows point into this object.
  std::vector<Route> routes();

  // A whole upload, for the feature that wants its file: read it or rename it away, then `remove`. Fails with
  // `not_found` on another's, `conflict` while bytes are missing.
  base::Result<Upload> take(std::string_view id, std::string_view owner);
  base::Result<void> remove(std::string_view id);

  // Removes those that nobody went on with. Returns how many.
  int sweep(base::Instant now);

 private:
  class Patch;
  struct Live;

  explicit Uploads(UploadSettings settings);
  std::filesystem::path path_of(std::string_view id, std::string_view ending) const;
  base::Result<std::shared_ptr<Live>> find(std::string_view id);
  base::Result<std::shared_ptr<Live>> begin(const std::string& owner, std::uint64_t length,
                                            const std::map<std::string, std::string>& metadata);
  base::Result<std::shared_ptr<Live>> find_for(const Request& request);
  base::Result<Response> create(const Request& request);
  base::Result<Response> show(const Request& request);
  base::Result<Response> finish_patch(Request& request);
  base::Result<Response> terminate(const Request& request);
  std::variant<std::shared_ptr<Sink>, Response> open_patch(const Request& request);
  void add_facts(const Live& live, Headers& headers) const;

  UploadSettings settings_;
  std::string item_path_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Live>, std::less<>> live_;
};

}  // namespace web
