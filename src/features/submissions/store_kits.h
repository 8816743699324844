// Kits and hidden data: archives kept as blobs, unpacked below folder/problems/HASH when they are needed, and
// made again where they are absent. Hidden data lies behind a folder that only the server's user enters.
#pragma once
#include <filesystem>
#include <mutex>
#include <string>

#include "features/submissions/rules.h"
#include "machine/blobs/blobs.h"

namespace submissions {

enum class Side { kit, hidden_data };

class Kits {
 public:
  static base::Result<Kits> open(blobs::Store blobs, const std::filesystem::path& folder);

  // Keeps the archive and unpacks it. Fails as base::unpack does, and then keeps nothing.
  base::Result<std::string> keep(const std::filesystem::path& archive, Side side);

  // The unpacked folder of a blob that was kept.
  base::Result<std::filesystem::path> folder_of(const std::string& blob, Side side);

 private:
  Kits(blobs::Store blobs, std::filesystem::path folder)
      : blobs_(std::move(blobs)), folder_(std::move(folder)) {}
  base::Result<void> unpack(const std::filesystem::path& archive, const std::string& blob, Side side);

  blobs::Store blobs_;
  std::filesystem::path folder_;
  std::unique_ptr<std::mutex> guard_ = std::make_unique<std::mutex>();  // one unpacks at a time
};

// Every file below a folder and its hash. Fails with `internal` where it cannot be read.
base::Result<HashedTree> hashed_tree(const std::filesystem::path& folder);

}  // namespace submissions
