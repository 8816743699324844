// Archives that strangers packed, unpacked into a folder with every entry judged first; and our own, packed
// to the same bytes every time. Knows nothing of what the files mean.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

struct ArchiveLimits {
  std::size_t most_files = 10'000;        // folders included
  std::uint64_t most_bytes = 4ull << 30;  // of all files together, as they are on disk
  std::size_t most_path = 240;            // bytes of one path
};

// What becomes of a single folder at the top that holds everything else.
enum class TopFolder { keep, strip };

struct UnpackedFile {
  std::string path;  // below the folder, '/' between
  std::uint64_t bytes = 0;
};

// Reads tar (plain, gz, bz2, xz, zst) and zip, told by their bytes. `folder` must be new or empty; files get
// mode 0644, folders 0755, and nothing else of what the archive says of them counts. Returns the files,
// sorted.
// Fails with `invalid` naming the entry: a link, a device, a path that is absolute, leads out, is no UTF-8 or
// holds control characters, a name that comes twice; or saying that these bytes are no archive, are damaged
// or hold no file. Fails with `too_large` as soon as a limit is passed, and with `conflict` where the folder
// holds anything. After a failure the folder is empty again.
Result<std::vector<UnpackedFile>> unpack(const std::filesystem::path& archive,
                                         const std::filesystem::path& folder,
                                         const ArchiveLimits& limits = {}, TopFolder top = TopFolder::keep);

struct FileToPack {
  std::string path;              // in the archive
  std::filesystem::path source;  // a regular file
};

// The regular files below a folder. Fails with `invalid` on a link or a device, naming it.
Result<std::vector<FileToPack>> files_below(const std::filesystem::path& folder);

// Equal files give equal bytes: sorted by path, of 1980, owned by nobody in particular. A reader of `target`
// sees the whole archive or none. Fails with `invalid` on a path that `unpack` would refuse.
Result<void> pack_tar_gz(std::vector<FileToPack> files, const std::filesystem::path& target);
Result<void> pack_zip(std::vector<FileToPack> files, const std::filesystem::path& target);

// Why an archive may not hold this path, in words that go on from its name; empty where it may.
std::string why_no_path(std::string_view path, std::size_t most_path);

}  // namespace base
