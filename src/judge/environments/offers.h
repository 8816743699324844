// What the package index has as source: each version is offered to the resolver as a wheel that holds nothing
// (offers.py), so that the resolver chooses one by its own rules. Such a wheel is never installed.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "judge/environments/making.h"

namespace environments {

struct Offer {
  std::string name;                 // as wheels write it: "ruamel_yaml"
  std::vector<std::string> hashes;  // of its source archives
  std::string index;                // whose they are, without credentials
  std::filesystem::path wheel;      // the one that holds nothing
  std::string wheel_hash;
};

// Puts the wheels into `folder`, which exists. Empty where the index has no source of these packages. Fails
// with `unavailable` where it cannot be asked.
base::Result<std::vector<Offer>> ask_for_sources(const Shop& shop, const std::vector<std::string>& names,
                                                 const std::filesystem::path& folder);

}  // namespace environments
