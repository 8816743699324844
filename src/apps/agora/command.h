// What every command of `agora` is made of. Commands are rows of the open list in rooms.cpp.
#pragma once
#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace agora {

// Exit codes, a promise: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 server or machine trouble.
enum class Exit : int { done = 0, failed = 1, usage = 2, machine = 3 };

Exit exit_for(base::ErrorKind kind);

// Adds one command (with its options and its callback, which sets `exit`) below `parent`.
struct Command {
  std::string_view group;  // "kit" for `agora kit run`; empty for `agora doctor`
  std::string_view group_summary;
  void (*add)(CLI::App& parent, Exit& exit);
};

std::span<const Command> commands();  // rooms.cpp

// Prints "error: ..." on standard error, or with `as_json` {"error": {"kind", "message"}} on standard output.
Exit report_failure(const base::Error& error, bool as_json);

// One object on standard output and nothing else.
void print_json(const base::json::value& value);

// True where standard error is a terminal and progress may be drawn.
bool draws_progress();

// A table for people: the first row is the head; numbers stand right.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace agora
