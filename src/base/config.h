// Configuration in rising strength: built-in default, file (TOML), environment (AGORA_*), flag of the command
// line.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

// One row of the open list: every setting that exists.
struct Setting {
  std::string_view name;      // "data", also the key in the file and, as AGORA_DATA, the environment's
  std::string_view fallback;  // empty: none
  std::string_view summary;   // one line, shown to people
};

class Config {
 public:
  // `flags` are name → value from the command line. Fails with `invalid` on a name that no row has (naming
  // the file and line, or the variable's closest setting), or a file that does not parse.
  static Result<Config> load(const std::vector<Setting>& settings,
                             const std::optional<std::filesystem::path>& file,
                             const std::map<std::string, std::string>& environment,
                             const std::map<std::string, std::string>& flags);

  std::string text(std::string_view name) const;  // the setting must exist
  Result<long> number(
      std::string_view name) const;  // fails with `invalid`, naming the setting and where it was set
  std::string source(std::string_view name) const;  // "default", "file center.toml", "environment", "flag"

 private:
  struct Value {
    std::string text;
    std::string source;
  };
  std::map<std::string, Value, std::less<>> values_;
};

std::map<std::string, std::string> process_environment();

// $AGORA_HOME, or ~/.local/share/agora.
std::filesystem::path agora_home();

}  // namespace base
