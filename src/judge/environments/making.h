// Builds an environment from a lock.
#pragma once
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"
#include "judge/environments/interpreter.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"

namespace environments {

struct Shop {  // where and with what environments are made
  std::filesystem::path home;
  Interpreter interpreter;
  std::filesystem::path uv;
  const Progress& progress;
  const OnLine& said;  // hears all lines
  std::stop_token stop{};
  std::vector<std::filesystem::path> wheels{};  // folders of wheels that were built here
};

// A virtual environment without packages: nobody but its owner is sure to read it until it is settled.
base::Result<void> make_venv(const Shop& shop, const std::filesystem::path& tree, std::string_view source);

// World-readable and never written again, whatever the umask; no link leads out of it but the interpreter's.
base::Result<void> settle(const std::filesystem::path& tree);

// To be called under the lock of `home`. Builds beside and renames; a whole environment that is there already
// is left as it is. The log is kept in it as far as it goes then.
base::Result<Environment> ensure_built(const Shop& shop, std::string_view name, std::string_view lock,
                                       std::string_view source, BuildLog& log);

}  // namespace environments
