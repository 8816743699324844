// Starter kits, packed once for each kit and each text of first steps, and kept as files.
#pragma once
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "features/events/seen.h"
#include "features/events/starter.h"

namespace events {

struct Starter {
  std::filesystem::path path;
  std::string sha256;
};

class Starters {
 public:
  Starters(std::filesystem::path folder, std::string server)
      : folder_(std::move(folder)), server_(std::move(server)) {}

  // `kit`: the unpacked public side. Fails as pack_starter does.
  base::Result<Starter> find(const Seen& seen, const std::filesystem::path& kit);

 private:
  std::filesystem::path folder_;
  std::string server_;
  std::mutex mutex_;  // one is packed at a time
  std::map<std::string, Starter> known_;
};

}  // namespace events
