#include "judge/environments/adopting.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "judge/environments/rules.h"
#include "judge/environments/text.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

struct Installed {
  std::string name, version;
  std::string digest;  // of its RECORD, or of its METADATA where a distributor keeps no RECORD
};

std::string field_of(std::string_view metadata, std::string_view name) {
  for (const auto& line : split(metadata, '\n')) {
    if (trimmed(line).empty()) break;  // the description follows
    if (line.starts_with(name)) return std::string(trimmed(std::string_view(line).substr(name.size())));
  }
  return "";
}

std::string plain_name(std::string_view text) {
  std::string name;
  for (const char c : text)
    name += c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::optional<Installed> installed_in(const fs::path& folder) {
  const bool is_egg = folder.extension() == ".egg-info";
  if (folder.extension() != ".dist-info" && !is_egg) return std::nullopt;
  std::error_code ignored;
  const bool is_file = fs::is_regular_file(folder, ignored);
  const auto metadata =
      base::read_file(is_file ? folder : folder / (is_egg ? "PKG-INFO" : "METADATA"), 8u << 20);
  if (!metadata) return std::nullopt;
  const auto record = base::read_file(folder / "RECORD", 64u << 20);
  Installed one{plain_name(field_of(*metadata, "Name:")), field_of(*metadata, "Version:"),
                base::sha256_hex(record ? *record : *metadata)};
  if (one.name.empty() || one.version.empty() || one.version.find_first_of(" ;\\") != std::string::npos)
    return std::nullopt;
  return one;
}

// What is found first hides the others of its name, as for the interpreter.
std::vector<Installed> all_installed(const std::vector<fs::path>& folders) {
  std::vector<Installed> all;
  for (const auto& folder : folders) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
      if (auto one = installed_in(entry->path());
          one &&
          std::none_of(all.begin(), all.end(), [&](const auto& other) { return other.name == one->name; }))
        all.push_back(*std::move(one));
  }
  std::sort(all.begin(), all.end(), [](const Installed& a, const Installed& b) { return a.name < b.name; });
  return all;
}

Standing standing_of(const Environment& environment) {
  Standing standing;
  standing.interpreter.executable = environment.interpreter;
  standing.python = environment.python;
  standing.folders = package_folders(environment);
  standing.variables = environment.variables;
  // The list of modules is a part of the lock, and what they brought is known.
  for (const auto& line : split(environment.lock, '\n'))
    if (line.starts_with("# module: ")) standing.modules.push_back(line.substr(10));
  return standing;
}

std::string change_between(const Environment& before, const std::string& lock) {
  const auto now = packages_of_lock(lock);
  if (!now) return "its packages are gone";
  for (const auto& package : before.packages) {
    const auto found =
        std::find_if(now->begin(), now->end(), [&](const Package& p) { return p.name == package.name; });
    if (found == now->end()) return fmt::format("{} {} is gone", package.name, package.version);
    if (found->version != package.version)
      return fmt::format("{} was {} and is {}", package.name, package.version, found->version);
  }
  if (now->size() > before.packages.size()) return "packages were added";
  return "the files of a package or its interpreter have changed";
}

}  // namespace

base::Result<std::string> lock_of(const Standing& standing) {
  const auto interpreter = base::sha256_of_file(standing.interpreter.executable);
  if (!interpreter) return tl::unexpected(interpreter.error());
  std::string lock = fmt::format(
      "# as it stands on this machine: each hash is that of the package's RECORD\n"
      "# python: {}\n# interpreter: sha256:{}\n",
      standing.python.string(), *interpreter);
  for (const auto& module : standing.modules) lock += fmt::format("# module: {}\n", module);
  // Not its value: a lock is read by many, and a site's variables may hold a licence's key.
  for (const auto& [name, value] : standing.variables)
    lock += fmt::format("# variable: {} sha256:{}\n", name, base::sha256_hex(value));
  const auto all = all_installed(standing.folders);
  if (all.empty())
    return base::invalid(
        fmt::format("no package is installed for {}: install some first", standing.python.string()));
  for (const auto& one : all)
    lock += fmt::format("{}=={} \\\n    --hash=sha256:{}\n", one.name, one.version, one.digest);
  return lock;
}

base::Result<Environment> adopt(const fs::path& home, std::string_view name, SourceKind kind,
                                const Standing& standing, BuildLog& log) {
  auto lock = lock_of(standing);
  if (!lock) return tl::unexpected(lock.error());
  const auto& interpreter = standing.interpreter;
  const auto folder = folder_of(home, hash_of(*lock, interpreter.version, interpreter.platform));
  auto wanted = described(folder, name, *lock, interpreter);
  wanted.kind = kind;
  wanted.python = standing.python;
  wanted.site_packages = standing.folders.front();
  wanted.more_packages.assign(standing.folders.begin() + 1, standing.folders.end());
  wanted.beside = standing.beside;
  wanted.variables = standing.variables;
  log.say(fmt::format("{} packages stand there, named {}", wanted.packages.size(), wanted.hash));
  std::error_code ignored;
  if (fs::exists(folder, ignored)) return read_environment(folder, name);
  auto making = Making::begin(home);
  if (!making) return tl::unexpected(making.error());
  const auto tree = making->path() / "tree";
  fs::create_directory(tree, ignored);
  ::chmod(tree.c_str(), 0755);
  if (auto done = base::write_file(tree / kLockFile, *lock); !done) return tl::unexpected(done.error());
  if (auto done = write_manifest(tree, wanted); !done) return tl::unexpected(done.error());
  if (auto done = log.keep_in(tree); !done) return tl::unexpected(done.error());
  if (::rename(tree.c_str(), folder.c_str()) != 0)
    return base::system_failure("rename", folder.string(), errno);
  return wanted;
}

std::optional<std::string> why_changed(const Environment& environment) {
  if (!stands_by_itself(environment.kind)) return std::nullopt;
  const auto now = lock_of(standing_of(environment));
  if (!now) return now.error().message;
  if (*now == environment.lock) return std::nullopt;
  return change_between(environment, *now);
}

}  // namespace environments
