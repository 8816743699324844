// Starter kits, packed once for each kit and each text of first steps, and kept as files; and what is in
// them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "features/events/seen.h"
#include "features/events/starter.h"

namespace events {

struct Starter {
  std::filesystem::path path;
  std::string sha256;
};

// One of its files, where it lies on disk.
struct StarterFile {
  std::string path;
  std::filesystem::path source;
  std::uint64_t size = 0;
  std::string sha256;
  std::string_view role;
};
using StarterFiles = std::vector<StarterFile>;  // by path

class Starters {
 public:
  Starters(std::filesystem::path folder, std::string server)
      : folder_(std::move(folder)), server_(std::move(server)) {}

  // `kit`: the unpacked public side. Fails as pack_starter does.
  base::Result<Starter> find(const Seen& seen, const std::filesystem::path& kit);
  // What the packed one holds, neither more nor less.
  base::Result<std::shared_ptr<const StarterFiles>> files(const Seen& seen, const std::filesystem::path& kit);

 private:
  StarterFacts facts_of(const Seen& seen) const;
  base::Result<StarterFiles> files_of(const StarterFacts& facts, const std::string& key,
                                      const std::filesystem::path& kit) const;

  std::filesystem::path folder_;
  std::string server_;
  std::mutex mutex_;  // one is packed, or read, at a time
  std::map<std::string, Starter> known_;
  std::map<std::string, std::shared_ptr<const StarterFiles>> known_files_;
};

}  // namespace events
