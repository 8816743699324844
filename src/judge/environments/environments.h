// Locked Python environments: resolved once, unpacked from wheels by hash, named by what they hold, never
// changed. Runs no line of a package (that is for cells) and knows no kits, database or people.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace environments {

struct Package {
  std::string name;
  std::string version;
};

struct Environment {
  std::string name;            // what people call it: "default"
  std::string hash;            // of the lock, the exact Python and the platform: names the folder
  std::string lock;            // one "name==version --hash=..." per package
  std::string python_version;  // "3.11.2"
  std::string platform;        // "linux-x86_64"
  std::filesystem::path folder;
  std::filesystem::path python;         // the environment's interpreter, a link to `interpreter`
  std::filesystem::path interpreter;    // the base executable, with links followed
  std::filesystem::path prefix;         // of the base executable: "/usr"
  std::filesystem::path site_packages;  // where the packages are
  std::vector<Package> packages;        // by name
};

// What is being done, for people: "downloading", 3 of 21, "scipy". Of 0: not counted.
struct Step {
  std::string what;
  int done = 0;
  int total = 0;
  std::string item{};
};
using Progress = std::function<void(const Step&)>;

struct Recipe {
  std::string name;
  std::string requirements;                 // the text of a requirements file
  std::string source = "the requirements";  // how errors call that file
  std::string python{};                     // "3.12"; empty: 3.11 where there is one, else python3
};

inline constexpr std::string_view kDefault = "default";

// `home` is $AGORA_HOME. Both wait while another process makes an environment there, both leave either a
// whole environment or none, and both fail with `unavailable` where the machine lacks something (an
// interpreter, the network, space). The first call may fetch `uv`, the installer, from the package index.
base::Result<Environment> ensure_default(const std::filesystem::path& home, const Progress& progress);

// Fails with `invalid` (naming the line) where the requirements are wrong or cannot be met together, and with
// `conflict` where the name is taken by another lock.
base::Result<Environment> create(const std::filesystem::path& home, const Recipe& recipe,
                                 const Progress& progress);

// By name, or by hash. Fails with `not_found`, with `internal` where the folder is not what it should be, and
// with `unavailable` where the machine's Python is no longer the one that it was made for.
base::Result<Environment> find(const std::filesystem::path& home, std::string_view name);
base::Result<std::vector<Environment>> list(const std::filesystem::path& home);  // by name

// Reads every file of every package again: says which one is missing or changed, or that the interpreter is
// no longer the one that the environment was made for.
std::optional<base::Error> why_broken(const Environment& environment);

}  // namespace environments
