// What stays and what goes: environments in use, without a name, and the installer's cache.
#pragma once
#include <cstdint>
#include <filesystem>
#include <stop_token>
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
  // Of the installer's cache, with the wheels that were built here: above it all goes.
  std::uint64_t most_cache_bytes = 5ull << 30;
  Try attempt = Try::wet;
  std::stop_token stop{};  // asked: it does not wait on
};

// Takes away environments that have no name, that nobody holds and that no center asks for (wanted.h), and a
// cache that is too large; lists of centers that are gone are told of. Waits for whoever makes an
// environment. Fails with `unavailable` where a center's list cannot be read.
base::Result<Collection> collect(const std::filesystem::path& home, const CollectWish& wish);

// Takes away a name, and its environment where no other name stands for it and nobody holds it: else the next
// `collect` does. Fails with `not_found`, with `conflict` where a center asks for the name, and with
// `invalid` for "default", which would be made again.
base::Result<Collection> remove(const std::filesystem::path& home, std::string_view name);

}  // namespace environments
