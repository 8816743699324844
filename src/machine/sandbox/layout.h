// The host's part of a cell's root: which pieces the warden takes hold of, and where they stand inside.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "machine/sandbox/sandbox.h"

namespace sandbox {

// A detached, private, read-only, nosuid copy of what stands at `source`, ready to be attached elsewhere.
// Fails with `invalid` where `reader` others could not read it.
enum class Device { no, yes };
enum class Reader { owner, others };
base::Result<base::Fd> detached(const std::filesystem::path& source, Device device, Reader reader);

struct Layout {
  std::vector<std::pair<std::string, std::string>> links;  // target → what it points to
  std::vector<std::pair<std::string, std::string>> files;  // target → text
  std::vector<std::string> targets;                        // of `trees`, in the order of attaching
  std::vector<base::Fd> trees;
};

// `runtime` is the folder that holds agora_cell and libagora-cell.so.
base::Result<Layout> lay_out(const ZygoteSpec& spec, const std::filesystem::path& runtime, int slots,
                             Reader reader);

}  // namespace sandbox
