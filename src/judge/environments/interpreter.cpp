#include "judge/environments/interpreter.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/config.h"
#include "base/json.h"
#include "judge/environments/sources.h"
#include "judge/environments/text.h"
#include "judge/environments/tool.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

// Run with -I -S: neither the folder it runs in nor any installed package has a say.
constexpr std::string_view kQuestion = R"(
import json, os, platform, sys, sysconfig
executable = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "executable": os.path.realpath(executable),
    "prefix": os.path.realpath(sys.base_prefix),
    "version": platform.python_version(),
    "platform": sysconfig.get_platform(),
    "implementation": sys.implementation.name,
}))
)";

bool is_executable(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::string minor_of(std::string_view version) {
  const auto parts = split(version, '.');
  return parts.size() < 2 ? std::string(version) : parts[0] + "." + parts[1];
}

bool is_minor(std::string_view text) {
  return text.size() >= 3 && text.starts_with("3.") &&
         text.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

std::vector<fs::path> candidates(std::string_view minor) {
  std::vector<fs::path> found;
  const auto exact = fmt::format("python{}", minor);
  for (const auto& path : {fs::path("/usr/bin") / exact, find_on_path(exact), fs::path("/usr/bin/python3"),
                           find_on_path("python3")})
    if (!path.empty() && is_executable(path) && std::find(found.begin(), found.end(), path) == found.end())
      found.push_back(path);
  return found;
}

base::Result<Interpreter> find_minor(std::string_view minor) {
  for (const auto& path : candidates(minor))
    if (auto found = ask_interpreter(path); found && minor_of(found->version) == minor) return found;
  return base::unavailable(
      fmt::format("Python {0} is not installed: `apt-get install python{0} python{0}-venv` has it on "
                  "Debian{1}; elsewhere "
                  "put a python{0} on PATH",
                  minor, minor == "3.11" ? " 12" : ""));
}

}  // namespace

fs::path find_on_path(std::string_view program) {
  const auto variables = base::process_environment();
  const auto path = variables.find("PATH");
  if (path == variables.end()) return {};
  for (const auto& folder : split(path->second, ':'))
    if (folder.starts_with('/') && is_executable(fs::path(folder) / program))
      return fs::path(folder) / program;
  return {};
}

base::Result<Interpreter> ask_interpreter(const fs::path& executable) {
  auto variables = base::process_environment();
  auto ran = run_tool(
      {{executable.string(), "-I", "-S", "-c", std::string(kQuestion)}, variables, "/", Complaints::dropped});
  if (!ran) return tl::unexpected(ran.error());
  const auto answer = base::parse_json(trimmed(ran->output));
  if (ran->status != 0 || !answer)
    return base::unavailable(fmt::format("{} does not run as a Python interpreter", executable.string()));
  if (base::find_text(*answer, "implementation") != "cpython")
    return base::unavailable(fmt::format("{} is {}; environments are made for CPython", executable.string(),
                                         base::find_text(*answer, "implementation")));
  return Interpreter{base::find_text(*answer, "executable"), base::find_text(*answer, "prefix"),
                     base::find_text(*answer, "version"), base::find_text(*answer, "platform")};
}

base::Result<Interpreter> find_interpreter(std::string_view wanted) {
  if (!wanted.empty() && !is_minor(wanted))
    return base::invalid(fmt::format("\"{}\" is no Python version: write it as 3.11", wanted));
  if (!wanted.empty()) return find_minor(wanted);
  if (auto usual = find_minor("3.11")) return usual;
  for (const auto& path : candidates("3"))
    if (auto found = ask_interpreter(path)) return found;
  return base::unavailable(
      "Python is not installed: `apt-get install python3 python3-venv` has it on Debian");
}

base::Result<Interpreter> find_interpreter_for(std::string_view conditions, std::string_view wanted,
                                               std::string_view source) {
  if (conditions.empty() || !wanted.empty()) {
    auto found = find_interpreter(wanted);
    if (found && !conditions.empty() && !meets(found->version, conditions))
      return base::invalid(fmt::format("{} asks for Python {}, and {} was asked for with it", source,
                                       conditions, found->version));
    return found;
  }
  for (const auto* minor : {"3.11", "3.14", "3.13", "3.12", "3.10", "3.9"})
    if (auto found = find_minor(minor); found && meets(found->version, conditions)) return found;
  return base::unavailable(
      fmt::format("{} asks for Python {}, and this machine has none: install one, as in `apt-get install "
                  "python3.11 python3.11-venv`, or put one on PATH",
                  source, conditions));
}

}  // namespace environments
