// Who is in the demo, and what they hand in.
#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace agora {

struct DemoPerson {
  std::string_view handle;
  std::string_view name;
  std::string_view role = {};  // of the platform; empty: a participant
};

std::span<const DemoPerson> demo_people();  // the administrator first, then the organiser

struct DemoPart {
  std::string person, event, name;
  std::map<std::string, std::string> files;  // text by path
};

// In the order of the story: first tries, a mistake, better ideas. Fails where a kit's submission cannot be
// read.
base::Result<std::vector<DemoPart>> demo_story(const std::filesystem::path& kits);

}  // namespace agora
