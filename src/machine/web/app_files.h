// The front end's built files: an index of a folder, made once. What is not in the index is not served.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "machine/web/message.h"

namespace web {

class AppFiles {
 public:
  // Reads the folder: FILE.gz and FILE.br beside FILE are its compressed forms. Fails with `invalid` where
  // there is no index.html.
  static base::Result<AppFiles> load(const std::filesystem::path& folder);

  // The file of a path; for other paths without an ending, index.html: the pages route themselves. Else
  // `not_found`.
  base::Result<Response> answer(const Request& request) const;

 private:
  struct File {
    std::filesystem::path path;
    std::string content_type;
    std::string etag;
    bool immutable = false;  // its name holds a hash of its content
    bool gzip = false;
    bool brotli = false;
  };
  base::Result<void> add(const std::filesystem::path& folder, const std::filesystem::path& path);
  base::Result<Response> answer_with(const File& file, const Request& request) const;

  std::map<std::string, File, std::less<>> files_;  // by "/path"
};

std::string_view content_type_of(const std::filesystem::path& path);

}  // namespace web
