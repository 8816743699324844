// The center's environments: asked for, made by a job while pages watch, tested, retired. Knows what uses one
// only by the hook that is handed in.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "features/people/people.h"
#include "judge/environments/environments.h"

namespace compute {

using EnvironmentId = base::Id<struct EnvironmentTag>;

// building: waits for its job, or is made by it. ready: can be used. failed: `why` says so. retired: taken
// away; its row stays for those who ask what it was.
enum class State { building, ready, failed, retired };
std::string_view word_for(State state);

// What an environment is used for: an event. Those that are not announced are administrators' to see.
struct Use {
  people::Ref what;
  std::string slug, title;
  bool is_announced = false;
};
using FindUses = std::function<base::Result<std::vector<Use>>(storage::Session&, std::string_view name,
                                                              std::string_view hash, base::Instant now)>;

struct Settings {
  std::filesystem::path home;      // where environments are
  std::filesystem::path center;    // the center's folder: names it to those who share the home
  std::filesystem::path warden{};  // the program agora-warden; empty: beside the running program
  FindUses uses{};                 // empty: nothing is used
};

struct Parts;  // of the room; for its own files

// Safe from several threads. Its routes are in routes.h, the work of its jobs in jobs.h.
class Room {
 public:
  static base::Result<std::unique_ptr<Room>> open(const storage::Database& database, Settings settings);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // Takes in what `agora env create` made on this machine, retires what was removed there, and writes for
  // `agora env gc` what events use. Each day it asks for a job that takes away what nothing uses: the first a
  // day after the center's first start. Call it now and then: it looks every half minute.
  base::Result<void> keep_house(base::Instant now);

  Parts& parts() { return *parts_; }  // for this room's own files

 private:
  explicit Room(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// How the last of those jobs ended.
struct Tidied {
  base::Instant at{};
  std::uint64_t freed_bytes = 0;
  std::uint64_t disk_bytes = 0;  // that what stayed takes: environments, and the installer's cache
};
base::Result<std::optional<Tidied>> last_tidied(storage::Session& session);

std::span<const storage::Migration> migrations();

}  // namespace compute
