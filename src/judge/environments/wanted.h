// What centers ask to be kept: a list of each, in HOME/wanted, so that whoever tidies needs no database.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace environments {

struct Want {
  std::string hash;
  std::string name;  // empty: it is asked for by its hash
  friend auto operator<=>(const Want&, const Want&) = default;
};

struct WantList {
  std::filesystem::path center;  // the folder of its data
  std::vector<Want> wants;       // sorted
  bool is_center_gone = false;   // nothing has its folder's name any more; its list counts all the same
};

// All that could be asked for: each environment by its names and by its hash, sorted.
std::vector<Want> all_to_want(const std::filesystem::path& home);

// Takes the place of that center's list, all at once; writes nothing where it says the same already.
base::Result<void> set_wants(const std::filesystem::path& home, const std::filesystem::path& center,
                             std::vector<Want> wants);

// Of every center. Fails with `unavailable` on a list that cannot be read: what it asks for is not known.
base::Result<std::vector<WantList>> want_lists(const std::filesystem::path& home);

// Takes away the list of a center that is gone. Fails with `not_found`, and with `conflict` where its folder
// is still there: it may be served again.
base::Result<void> forget_center(const std::filesystem::path& home, const std::filesystem::path& center);

}  // namespace environments
