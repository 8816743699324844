// Finds the Python that environments are made for.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace environments {

struct Interpreter {
  std::filesystem::path executable;  // with links followed, outside of any environment
  std::filesystem::path prefix;
  std::string version;   // "3.11.2"
  std::string platform;  // "linux-x86_64"
};

// "3.11" is looked for in /usr/bin, then on PATH; empty means 3.11, else python3. Fails with `unavailable`,
// saying what to install, and with `invalid` on what is no version.
base::Result<Interpreter> find_interpreter(std::string_view wanted);

// One that meets conditions as in ">=3.9,<3.13": 3.11, else the newest. `wanted`, where it is given, has to
// meet them; `source` is who sets them. Fails as above.
base::Result<Interpreter> find_interpreter_for(std::string_view conditions, std::string_view wanted,
                                               std::string_view source);

base::Result<Interpreter> ask_interpreter(const std::filesystem::path& executable);

std::filesystem::path find_on_path(std::string_view program);  // empty when absent

}  // namespace environments
