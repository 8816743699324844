// What stays and what goes: environments in use, without a name, and the installer's cache.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "judge/environments/environments.h"

namespace environments {

// While it lives no process removes the environment; many may hold one. It is a lock on the environment's own
// description, so that it works where the folder cannot be written to.
class Hold {
 public:
  // Fails with `conflict` where the environment is being removed, with `not_found` where it is gone.
  static base::Result<Hold> take(const Environment& environment);

 private:
  explicit Hold(base::Fd fd) : fd_(std::move(fd)) {}
  base::Fd fd_;
};

// What a name stands for now: two calls of the kernel. Empty where it stands for nothing.
std::string hash_named(const std::filesystem::path& home, std::string_view name);

struct Piece {
  std::string what;  // "the environment 0123...", "the installer's cache"
  std::string why;   // it goes, or stays
  std::uint64_t bytes = 0;
};

struct Collection {
  std::vector<Piece> freed;  // with `Try::dry`: that would be
  std::vector<Piece> kept;
};

enum class Try { wet, dry };

struct CollectWish {
  std::vector<std::string> keep{};              // names and hashes that events and kits ask for
  std::uint64_t most_cache_bytes = 5ull << 30;  // of the installer's cache: above it all of it goes
  Try attempt = Try::wet;
};

// Takes away environments that have no name, that nobody holds and that `keep` does not name, and a cache
// that is too large. Waits for whoever makes an environment.
base::Result<Collection> collect(const std::filesystem::path& home, const CollectWish& wish);

// Takes away a name, and its environment where no other name stands for it and nobody holds it: else the next
// `collect` does. Fails with `not_found`, and with `invalid` for "default", which would be made again.
base::Result<Collection> remove(const std::filesystem::path& home, std::string_view name);

}  // namespace environments
