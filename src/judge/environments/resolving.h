// Resolves a lock. What the index has as source alone is built on the way, where the recipe says how.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "judge/environments/making.h"
#include "judge/environments/rules.h"

namespace environments {

struct Resolved {
  std::string lock;  // sorted, every package pinned and with the hashes of its wheels
  std::vector<std::filesystem::path> wheels;  // folders of those that were built here
};

// `log` is where what is said can be read afterwards.
base::Result<Resolved> resolve(const Shop& shop, const Written& written, const MakeWheel& make_wheel,
                               const std::filesystem::path& log);

// A wheel that was built stays for the next who needs it, under the hash of its source, until the installer's
// cache is emptied.
std::filesystem::path built_wheels(const std::filesystem::path& home);

}  // namespace environments
