// A site's modules (Lmod, or Environment Modules): loaded in a clean shell, which then says what it has
// become.
#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/environments/adopting.h"
#include "judge/environments/text.h"
#include "judge/environments/tool.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

// 42: a module cannot be loaded. Values keep to one line: those that do not are no path.
constexpr std::string_view kScript = R"(
. "$AGORA_MODULES_INIT" > /dev/null 2>&1
module --force purge > /dev/null 2>&1
module load "$@" 2>&1 || exit 42
module -t list 2>&1 | sed 's/^/module:/'
env -0 | tr '\n\0' ' \n' | sed 's/^/env:/'
)";

fs::path find_init() {
  const auto variables = base::process_environment();
  std::vector<fs::path> places;
  for (const auto* home : {"LMOD_PKG", "MODULESHOME"})
    if (const auto found = variables.find(home); found != variables.end())
      places.push_back(fs::path(found->second) / "init/bash");
  for (const auto* place : {"/usr/share/lmod/lmod/init/bash", "/opt/apps/lmod/lmod/init/bash",
                            "/usr/share/modules/init/bash", "/usr/share/Modules/init/bash"})
    places.emplace_back(place);
  for (const auto& place : places)
    if (::access(place.c_str(), R_OK) == 0) return place;
  return {};
}

base::Result<Loaded> load(const std::vector<std::string>& names, const OnLine& said) {
  const auto init = find_init();
  if (init.empty())
    return base::unavailable(
        "this machine has no modules: `apt-get install lmod` brings Lmod on Debian; elsewhere set LMOD_PKG "
        "or "
        "MODULESHOME to where they are");
  Tool shell{{"/bin/bash", "--noprofile", "--norc", "-c", std::string(kScript), "modules"}, {}, "/"};
  shell.words.insert(shell.words.end(), names.begin(), names.end());
  shell.environment = {{"HOME", "/"},
                       {"PATH", "/usr/local/bin:/usr/bin:/bin"},
                       {"LC_ALL", "C.UTF-8"},
                       {"AGORA_MODULES_INIT", init.string()}};
  const auto variables = base::process_environment();
  for (const auto* kept : {"MODULEPATH", "MODULEPATH_ROOT"})
    if (const auto found = variables.find(kept); found != variables.end()) shell.environment.insert(*found);
  std::string output;
  auto ran = run_tool(shell, [&](std::string_view line) { (output += line) += '\n'; });
  if (!ran) return tl::unexpected(ran.error());
  if (ran->status != 0)
    return base::invalid(
        fmt::format("the modules {} cannot be loaded: {}", fmt::join(names, ", "), one_line(output)));
  auto loaded = loaded_from(output);
  for (const auto& module : loaded.modules)
    if (said) said(fmt::format("loaded the module {}", module));
  return loaded;
}

std::vector<fs::path> folders_in(const Loaded& loaded, const std::string& variable) {
  std::vector<fs::path> folders;
  const auto found = loaded.variables.find(variable);
  if (found == loaded.variables.end()) return folders;
  for (const auto& part : split(found->second, ':')) {
    std::error_code failed;
    if (part.starts_with('/') && fs::is_directory(part, failed)) folders.emplace_back(part);
  }
  return folders;
}

fs::path python_of(const Loaded& loaded) {
  for (const auto& folder : folders_in(loaded, "PATH"))
    for (const auto* name : {"python3", "python"})
      if (::access((folder / name).c_str(), X_OK) == 0) return folder / name;
  return {};
}

// The shell's and the modules' own, and what a cell says itself.
bool is_the_shells(std::string_view name) {
  constexpr std::array kOwn{
      "HOME",          "PATH",      "PWD",     "OLDPWD", "SHLVL",    "_",   "LC_ALL",    "AGORA_MODULES_INIT",
      "LOADEDMODULES", "_LMFILES_", "MANPATH", "FPATH",  "BASH_ENV", "ENV", "LD_PRELOAD"};
  if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) return true;
  for (const auto* start :
       {"LMOD", "_LMOD", "__LMOD", "MODULE", "_ModuleTable", "BASH_FUNC", "SETTARG", "PYTHONHASHSEED"})
    if (name.starts_with(start)) return true;
  return false;
}

void append(std::vector<fs::path>& to, const std::vector<fs::path>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Loaded loaded_from(std::string_view output) {
  Loaded loaded;
  for (const auto& line : split(output, '\n')) {
    const std::string_view text = line;
    if (text.starts_with("module:")) {
      const auto name = trimmed(text.substr(7));
      if (!name.empty() && !name.ends_with(':') && name != "No modules loaded")
        loaded.modules.emplace_back(name);
    } else if (text.starts_with("env:")) {
      const auto pair = text.substr(4);
      const auto at = pair.find('=');
      if (at != std::string_view::npos)
        loaded.variables[std::string(pair.substr(0, at))] = pair.substr(at + 1);
    }
  }
  return loaded;
}

std::vector<std::string> module_names_in(std::string_view text) {
  std::string plain = one_line(text);
  std::replace(plain.begin(), plain.end(), ',', ' ');
  auto names = split(plain, ' ');
  std::erase(names, "");
  return names;
}

std::optional<base::Error> why_bad_modules(const std::vector<std::string>& names) {
  const auto is_fine = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("._+-/").find(c) != std::string::npos;
  };
  for (const auto& name : names)
    if (name.starts_with('-') || !std::all_of(name.begin(), name.end(), is_fine))
      return base::Error{
          base::ErrorKind::invalid,
          fmt::format("\"{}\" is no module's name: write it as `module avail` shows it", name)};
  if (names.empty())
    return base::Error{base::ErrorKind::invalid,
                       "no module is named: write them as `module avail` shows them"};
  return std::nullopt;
}

base::Result<Standing> look_at_modules(std::string_view text, const OnLine& said) {
  const auto names = module_names_in(text);
  if (auto why = why_bad_modules(names)) return tl::unexpected(*why);
  auto loaded = load(names, said);
  if (!loaded) return tl::unexpected(loaded.error());
  const auto python = python_of(*loaded);
  if (python.empty())
    return base::invalid(fmt::format(
        "with the modules {} there is no python on PATH: name one that brings it", fmt::join(names, ", ")));
  auto standing = look_at_prefix(python.parent_path().parent_path());
  if (!standing) return standing;
  const auto first = folders_in(*loaded, "PYTHONPATH");
  standing->folders.insert(standing->folders.begin(), first.begin(), first.end());
  append(standing->beside, first);
  append(standing->beside, folders_in(*loaded, "LD_LIBRARY_PATH"));
  standing->modules = loaded->modules;
  for (const auto& [name, value] : loaded->variables)
    if (!is_the_shells(name)) standing->variables.emplace_back(name, value);
  return standing;
}

}  // namespace environments
