// The installer: found on this machine, or fetched from the package index.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"
#include "judge/environments/interpreter.h"
#include "judge/environments/tool.h"

namespace environments {

// $AGORA_UV, beside this program, HOME/tools/uv, on PATH; else fetched into HOME/tools. Fails with
// `unavailable`, saying what to install. To be called under the lock of `home`.
base::Result<std::filesystem::path> ensure_uv(const std::filesystem::path& home,
                                              const Interpreter& interpreter, const Progress& progress);

struct UvRun {
  std::vector<std::string> words;
  std::filesystem::path folder;                 // where it starts
  std::vector<std::filesystem::path> wheels{};  // folders of wheels, beside the index
};

// Runs uv with the host's settings, its cache in HOME/cache.
base::Result<Ran> run_uv(const std::filesystem::path& home, const std::filesystem::path& uv, const UvRun& run,
                         const OnLine& on_line = {}, const std::stop_token& stop = {});

}  // namespace environments
