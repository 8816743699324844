// One blob on its way in: a file under incoming/ that becomes a blob by one rename.
#pragma once
#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/hash.h"
#include "base/result.h"
#include "machine/blobs/blobs.h"

namespace blobs {

class Writing {
 public:
  static base::Result<Writing> begin(const std::filesystem::path& folder);
  Writing(Writing&& other) noexcept;
  Writing& operator=(Writing&&) = delete;
  ~Writing();  // what was not finished is gone

  base::Result<void> add(std::string_view bytes);
  base::Result<void> add_all_of(int fd);
  base::Result<Blob> finish();

 private:
  Writing(std::filesystem::path folder, std::string path, base::Fd fd);
  base::Result<void> place(const std::filesystem::path& target);

  std::filesystem::path folder_;
  std::string path_;
  base::Fd fd_;
  std::unique_ptr<base::Sha256> hash_ = std::make_unique<base::Sha256>();
  std::uint64_t size_ = 0;
};

std::filesystem::path place_of(const std::filesystem::path& folder, std::string_view name);
base::Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace blobs
