// Where environments lie: HOME/environments/HASH, HOME/names/NAME -> ../environments/HASH; beside them what
// was asked for under a name, HOME/origins/NAME.json, and what its making said, HOME/logs/NAME.log.
#pragma once
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "judge/environments/environments.h"
#include "judge/environments/interpreter.h"

namespace environments {

inline constexpr std::string_view kLockFile = "requirements.lock";
inline constexpr std::string_view kLogFile = "build.log";
inline constexpr std::string_view kManifest = "agora-environment.json";

// Held while an environment is made; dies with the process that holds it.
class MakingLock {
 public:
  // Makes the folders of `home`, waits (saying so) for another process, sweeps what killed ones left behind.
  // Fails with `unavailable` where `stop` was asked while it waited.
  static base::Result<MakingLock> take(const std::filesystem::path& home, const Progress& progress,
                                       const std::stop_token& stop = {});

 private:
  explicit MakingLock(base::Fd fd) : fd_(std::move(fd)) {}
  base::Fd fd_;
};

// A folder beside the environments in which one is built; gone with the value.
class Making {
 public:
  static base::Result<Making> begin(const std::filesystem::path& home);
  Making(Making&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Making& operator=(Making&&) = delete;
  ~Making();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit Making(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

std::filesystem::path folder_of(const std::filesystem::path& home, std::string_view hash);

// The hash that a name stands for; empty when the name is free, or its environment was removed.
std::string hash_behind(const std::filesystem::path& home, std::string_view name);
base::Result<void> set_name(const std::filesystem::path& home, std::string_view name, std::string_view hash);

base::Result<void> write_origin(const std::filesystem::path& home, std::string_view name,
                                const Origin& origin);
std::optional<Origin> read_origin(const std::filesystem::path& home, std::string_view name);
void forget_origin(const std::filesystem::path& home, std::string_view name);  // and its log

// Keeps each line that is said and passes it on, both without credentials.
class BuildLog {
 public:
  static base::Result<BuildLog> open(const std::filesystem::path& home, std::string_view name,
                                     const OnLine& also);
  void say(std::string_view line);
  base::Result<void> keep_in(const std::filesystem::path& folder) const;  // as its build.log

 private:
  BuildLog(std::filesystem::path path, base::Fd fd, OnLine also)
      : path_(std::move(path)), fd_(std::move(fd)), also_(std::move(also)) {}
  std::filesystem::path path_;
  base::Fd fd_;
  OnLine also_;
};

// `unchanged` costs two calls, no process: the interpreter's size and time of change are those on record.
enum class BaseInterpreter { unchanged, changed };
BaseInterpreter look_at_interpreter(const Environment& environment);

// Runs the interpreter, isolated.
std::optional<base::Error> why_bad_interpreter(const Environment& environment);

// Of one that stands by itself: whether it still is what its hash says.
std::optional<base::Error> why_not_as_adopted(const Environment& environment);

base::Result<void> write_manifest(const std::filesystem::path& folder, const Environment& environment);
base::Result<Environment> read_environment(const std::filesystem::path& folder, std::string_view name);

// What the fields of an environment are when it lies in `folder`.
Environment described(const std::filesystem::path& folder, std::string_view name, std::string_view lock,
                      const Interpreter& interpreter);

}  // namespace environments
