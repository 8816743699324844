// Environments that stand on the machine already: a prefix (a venv, conda's folder), or what a site's modules
// bring. They are named, hashed and tested like our own, used as they stand, and never written to.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"
#include "judge/environments/store.h"

namespace environments {

// What was found to stand there, before it has a name.
struct Standing {
  Interpreter interpreter;
  std::filesystem::path python;                // "/opt/conda/envs/x/bin/python"
  std::vector<std::filesystem::path> folders;  // of packages, in the order in which they are looked for
  std::vector<std::filesystem::path> beside;   // what the interpreter needs to see
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> modules;  // "python/3.11.2"
};

// Fail with `invalid` where there is no interpreter of CPython, `unavailable` where the machine has no
// modules.
base::Result<Standing> look_at_prefix(const std::filesystem::path& prefix);
base::Result<Standing> look_at_modules(std::string_view names, const OnLine& said);

// Interpreter, modules, and each package with the hash of its RECORD: text in the form of a lock.
base::Result<std::string> lock_of(const Standing& standing);

// Under the lock of `home`: describes it there.
base::Result<Environment> adopt(const std::filesystem::path& home, std::string_view name, SourceKind kind,
                                const Standing& standing, BuildLog& log);

// What is no longer as it was when it was adopted, in words; nothing for our own.
std::optional<std::string> why_changed(const Environment& environment);

// Pure, for tests: what a module load printed. Lines "module:NAME" and "env:NAME=VALUE".
struct Loaded {
  std::vector<std::string> modules;
  std::map<std::string, std::string> variables;
};
Loaded loaded_from(std::string_view output);
std::vector<std::string> module_names_in(std::string_view text);
std::optional<base::Error> why_bad_modules(const std::vector<std::string>& names);

}  // namespace environments
