// SHA-256 as the name of bytes.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// Feed, then ask once for the 64 lower-case hexadecimal digits.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void feed(std::string_view bytes);
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
Result<std::string> sha256_of_file(const std::filesystem::path& path);

// Of a folder: over the sorted relative paths and contents of its regular files, links refused. `skip` leaves
// out a relative path and all below it.
Result<std::string> sha256_of_folder(const std::filesystem::path& folder,
                                     const std::vector<std::string>& skip = {});

}  // namespace base
