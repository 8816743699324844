// Runs one of our own tools (uv, the base interpreter) without a shell and reads what it says.
#pragma once
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"

namespace environments {

enum class Complaints { joined, dropped };  // standard error goes into the output, or nowhere

struct Tool {
  std::vector<std::string> words;  // the program's path first
  std::map<std::string, std::string> environment;
  std::filesystem::path folder;
  Complaints complaints = Complaints::joined;
};

struct Ran {
  int status = 0;      // as a shell says it: 128 + n for signal n
  std::string output;  // the last 64 KiB
};

// Fails with `unavailable` when the program cannot be started. A program that fails is no failure here; one
// that is killed because `stop` was asked ends by signal 9.
base::Result<Ran> run_tool(const Tool& tool, const OnLine& on_line = {}, const std::stop_token& stop = {});

}  // namespace environments
