// The files of a submission's folder, on their way to the server.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/archive.h"
#include "base/json.h"
#include "base/result.h"

namespace submissions {

struct Packing {
  std::string name;  // the folder's
  std::vector<base::FileToPack> files;
  std::uint64_t bytes = 0;
};

// A folder, or a single file. Hidden files and leftovers (__pycache__, *.pyc, training_output) are no part of
// it. Fails with `not_found`, and with `invalid` on a link or a device, naming it, or where nothing is left.
base::Result<Packing> pack_submission(const std::filesystem::path& path);

// [{path, content, encoding}] where all of it is text and small enough for one request; else nothing: it
// travels as an archive.
base::Result<std::optional<base::json::array>> as_json_files(const Packing& packing,
                                                             std::uint64_t most_bytes = 256u << 10);

}  // namespace submissions
