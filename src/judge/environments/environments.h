// Locked Python environments: resolved once, unpacked from wheels by hash, named by what they hold, never
// changed. Runs no line of a package (that is for cells: MakeWheel) and knows no kits, database or people.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace environments {

struct Package {
  std::string name;
  std::string version;
};

// What an environment is made from: a file of packages, or what stands on the machine already.
enum class SourceKind { requirements, pyproject, conda, modules, prefix };
std::string_view word_for(SourceKind kind);
bool stands_by_itself(SourceKind kind);  // modules, prefix
std::optional<SourceKind> source_kind_from(std::string_view word);
// By the file's name: requirements.txt, pyproject.toml, environment.yml. Fails with `invalid`.
base::Result<SourceKind> kind_of_file(std::string_view path);

// What a source asks for and an environment does not have.
struct LeftOut {
  int line = 0;
  std::string what;
  std::string why;
};

base::json::array to_json(const std::vector<LeftOut>& left_out);

// What somebody asked for when a name was given.
struct Origin {
  SourceKind kind = SourceKind::requirements;
  std::string source;  // how errors call the file
  std::string text;
  std::vector<LeftOut> left_out;
};

struct Environment {
  std::string name;            // what people call it: "default"
  std::string hash;            // of the lock, the exact Python and the platform: names the folder
  std::string lock;            // one "name==version --hash=..." per package
  std::string python_version;  // "3.11.2"
  std::string platform;        // "linux-x86_64"
  std::filesystem::path folder;
  std::filesystem::path python;                // the environment's interpreter, a link to `interpreter`
  std::filesystem::path interpreter;           // the base executable, with links followed
  std::filesystem::path prefix;                // of the base executable: "/usr"
  std::filesystem::path site_packages;         // where the packages are
  std::vector<Package> packages;               // by name
  SourceKind kind = SourceKind::requirements;  // modules, prefix: it stood there, and is not ours to change
  std::vector<std::filesystem::path> more_packages{};  // looked through after site_packages
  std::vector<std::filesystem::path> beside{};         // what it needs outside of its folder and prefix
  std::vector<std::pair<std::string, std::string>> variables{};  // that its interpreter needs
  std::optional<Origin> origin{};  // of the name; unknown where it was found by its hash
};

// What is being done, for people: "downloading", 3 of 21, "scipy". Of 0: not counted.
struct Step {
  std::string what;
  int done = 0;
  int total = 0;
  std::string item{};
};
using Progress = std::function<void(const Step&)>;

// A line of what the work says, as it says it. The whole is kept in the environment's build.log.
using OnLine = std::function<void(std::string_view)>;

// The wheel of a package that the index has as source alone. What makes it is a stranger's code.
struct WantedWheel {
  std::string name, version;        // "docopt", "0.6.2"
  std::vector<std::string> hashes;  // SHA-256 of the source archives that will do
  std::string index;                // whose they are: its URL, without credentials
  std::filesystem::path uv;         // the installer's program
  std::filesystem::path folder;     // to put the wheel into
};

// `builder` is an environment without packages, of the Python that the wheel is for. Fails with `invalid`
// where the source cannot be built, with `unavailable` where this machine cannot; the message is the second
// half of a sentence.
using MakeWheel = std::function<base::Result<void>(const WantedWheel& wanted, const Environment& builder,
                                                   const OnLine& said, const std::stop_token& stop)>;

struct Recipe {
  std::string name;
  std::string text;  // of the file; a prefix: its path; modules: their names, white space or commas between
  std::string source = "the requirements";  // how errors call that file
  std::string python{};                     // "3.12"; empty: one that the file takes, 3.11 where there is one
  SourceKind kind = SourceKind::requirements;
  std::vector<std::string> extras{};  // of a pyproject.toml
  std::stop_token stop{};             // asked: the work ends soon, as if the machine had failed it
  MakeWheel make_wheel{};             // empty: only what has a wheel can be had
};

inline constexpr std::string_view kDefault = "default";

// `home` is $AGORA_HOME. Both wait while another process makes an environment there, both leave either a
// whole environment or none, and both fail with `unavailable` where the machine lacks something (an
// interpreter, the network, space). The first call may fetch `uv`, the installer, from the package index.
base::Result<Environment> ensure_default(const std::filesystem::path& home, const Progress& progress);

// Fails with `invalid` (naming the line) where the source is wrong or cannot be met together, and with
// `conflict` where the name is taken by another lock. What was said stays in log_of(home, name) either way.
base::Result<Environment> create(const std::filesystem::path& home, const Recipe& recipe,
                                 const Progress& progress, const OnLine& said = {});

// Whether a recipe can be tried at all, and what would be left out of it. Asks neither the disk nor
// the index. Fails with `invalid`.
base::Result<std::vector<LeftOut>> look_at(const Recipe& recipe);

// By name, or by hash. Fails with `not_found`, with `internal` where the folder is not what it should be, and
// with `unavailable` where the machine's Python is no longer the one that it was made for.
base::Result<Environment> find(const std::filesystem::path& home, std::string_view name);
base::Result<std::vector<Environment>> list(const std::filesystem::path& home);  // by name
std::vector<std::string> names_in(const std::filesystem::path& home);            // sorted; of whole ones

// What a cell has to see, each at its own path, for the interpreter to run; what is under /usr is always
// there.
std::vector<std::filesystem::path> mounts_of(const Environment& environment);

// Where its packages lie, in the order in which they are looked for.
std::vector<std::filesystem::path> package_folders(const Environment& environment);

// Where the log of the last making of that name is kept, whether it came to an end or not.
std::filesystem::path log_of(const std::filesystem::path& home, std::string_view name);

// Reads every file of every package again: says which one is missing or changed, or that the interpreter is
// no longer the one that the environment was made for.
std::optional<base::Error> why_broken(const Environment& environment);

}  // namespace environments
