// Resolves a lock, and builds an environment from one.
#pragma once
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

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
};

// The lock's text: sorted, every package pinned and with the hashes of its wheels.
base::Result<std::string> resolve(const Shop& shop, const Written& written);

// To be called under the lock of `home`. Builds beside and renames; a whole environment that is there already
// is left as it is. The log is kept in it as far as it goes then.
base::Result<Environment> ensure_built(const Shop& shop, std::string_view name, std::string_view lock,
                                       std::string_view source, BuildLog& log);

}  // namespace environments
