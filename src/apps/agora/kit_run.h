// One submission on one kit, in sealed cells, told to the person: what `agora kit run` and `agora try` do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "machine/terminal/terminal.h"

namespace agora {

struct KitRunOptions {
  std::string kit;
  std::string submission = "starting_kit";
  std::optional<std::string> data;
  std::optional<std::string> save;
  std::uint64_t seed = 57;
  int jobs = 0;
  bool quick = false;
  bool output = false;
  bool json = false;
};

terminal::Exit run_kit(const KitRunOptions& options);

}  // namespace agora
