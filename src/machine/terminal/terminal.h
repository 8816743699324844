// What commands are made of: rows, exit codes, tables, progress, questions. Knows no feature and no server
// of its own; servers.h keeps those that the person logged in to.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace CLI {
class App;
}  // namespace CLI

namespace terminal {

// Exit codes, a promise: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 server or machine trouble.
enum class Exit : int { done = 0, failed = 1, usage = 2, machine = 3 };

Exit exit_for(base::ErrorKind kind);

// Adds one command (with its options and its callback, which sets `exit`) below `parent`.
struct Command {
  std::string_view group;  // "kit" for `agora kit run`; empty for `agora doctor`
  std::string_view group_summary;
  void (*add)(CLI::App& parent, Exit& exit);
};

// Prints "error: ..." on standard error, or with `as_json` {"error": {"kind", "message"}} on standard output.
Exit report_failure(const base::Error& error, bool as_json);
// What to do about it, on standard error.
void print_next(std::string_view step);

// One object on standard output and nothing else.
void print_json(const base::json::value& value);

// True where standard error is a terminal and progress may be drawn.
bool draws_progress();
// The same of standard output: a table there may be drawn over.
bool draws_output();

// Columns on a terminal: characters of UTF-8, each taken as one wide.
std::size_t width_of(std::string_view text);
// Text of others, fit for a terminal: no control characters, so no escape sequences, and at most `most`
// columns. `lines` keeps line ends and tabs.
std::string plain(std::string_view text, std::size_t most = 1000);
std::string plain_lines(std::string_view text);

// A table for people: the first row is the head; numbers stand right.
std::string table_text(const std::vector<std::vector<std::string>>& rows);
// Facts, one a line: the names under each other, the values left.
std::string facts_text(const std::vector<std::pair<std::string, std::string>>& facts);

// One line on a terminal's standard error, drawn over and over, gone at the end. Nothing where there is no
// terminal.
class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }
  void draw(std::string_view text);
  void clear();

 private:
  bool drawn_ = false;
};

// "━━━━────  12.0 of 30.1 MB"
std::string bar_text(std::uint64_t done, std::uint64_t all);
std::string size_text(std::uint64_t bytes);

// Asks on the terminal, also where standard input is a file. Fails with `invalid` where there is no terminal:
// `instead` names the option to give.
base::Result<std::string> ask(std::string_view question, std::string_view instead);
// The same without echo.
base::Result<std::string> ask_secret(std::string_view question, std::string_view instead);
// The first line of standard input, for --password-stdin.
base::Result<std::string> read_first_line();

}  // namespace terminal
