#include "features/submissions/store_kits.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/archive.h"
#include "base/hash.h"

namespace submissions {
namespace fs = std::filesystem;

namespace {

constexpr base::ArchiveLimits kLimits{.most_files = 200'000, .most_bytes = 50ull << 30, .most_path = 240};
constexpr std::string_view kFiles = "files";  // below problems/HASH, which only the server enters

base::Result<void> make_closed_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed)
    return base::internal("the center's folder cannot be written to",
                          folder.string() + ": " + failed.message());
  return {};
}

// The blob's bytes as a path, for the unpacker.
std::string path_of(const base::Fd& fd) {
  return fmt::format("/proc/self/fd/{}", fd.get());
}

}  // namespace

base::Result<Kits> Kits::open(blobs::Store blobs, const fs::path& folder) {
  if (auto made = make_closed_folder(folder); !made) return tl::unexpected(made.error());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))  // what a killed server left half-way
    if (entry.path().extension() == ".partial") fs::remove_all(entry.path(), ignored);
  return Kits(std::move(blobs), folder);
}

base::Result<void> Kits::unpack(const fs::path& archive, const std::string& blob, Side side) {
  const auto partial = folder_ / (blob + ".partial");
  std::error_code failed;
  fs::remove_all(partial, failed);
  if (auto made = make_closed_folder(partial); !made) return made;
  const auto top = side == Side::kit ? base::TopFolder::strip : base::TopFolder::keep;
  auto unpacked = base::unpack(archive, partial / kFiles, kLimits, top);
  if (!unpacked) {
    fs::remove_all(partial, failed);
    return tl::unexpected(unpacked.error());
  }
  fs::rename(partial, folder_ / blob, failed);
  if (failed) return base::internal("an unpacked kit cannot be put in its place", failed.message());
  return {};
}

base::Result<std::string> Kits::keep(const fs::path& archive, Side side) {
  auto name = base::sha256_of_file(archive);
  if (!name) return name;
  const std::scoped_lock lock(*guard_);
  if (!fs::exists(folder_ / *name))
    if (auto unpacked = unpack(archive, *name, side); !unpacked) return tl::unexpected(unpacked.error());
  auto blob = blobs_.put_file(archive);
  if (!blob) return tl::unexpected(blob.error());
  return blob->name;
}

base::Result<fs::path> Kits::folder_of(const std::string& blob, Side side) {
  const auto files = folder_ / blob / kFiles;
  const std::scoped_lock lock(*guard_);
  if (fs::exists(files)) return files;
  auto opened = blobs_.open_blob(blob);
  if (!opened) return tl::unexpected(opened.error());
  if (auto unpacked = unpack(path_of(*opened), blob, side); !unpacked)
    return tl::unexpected(unpacked.error());
  return files;
}

base::Result<HashedTree> hashed_tree(const fs::path& folder) {
  auto files = base::files_below(folder);
  if (!files) return tl::unexpected(files.error());
  HashedTree tree;
  for (const auto& file : *files) {
    auto hash = base::sha256_of_file(file.source);
    if (!hash) return tl::unexpected(hash.error());
    tree.files.push_back({file.path, std::move(*hash)});
  }
  return tree;
}

}  // namespace submissions
