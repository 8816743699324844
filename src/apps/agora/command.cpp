#include "apps/agora/command.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace agora {

Exit exit_for(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::invalid:
    case base::ErrorKind::not_found:
    case base::ErrorKind::conflict:
    case base::ErrorKind::too_large:
    case base::ErrorKind::forbidden:
    case base::ErrorKind::unauthenticated:
      return Exit::failed;
    case base::ErrorKind::unavailable:
    case base::ErrorKind::internal:
      return Exit::machine;
  }
  return Exit::machine;
}

Exit report_failure(const base::Error& error, bool as_json) {
  if (as_json)
    print_json({{"error", {{"kind", base::word_for(error.kind)}, {"message", error.message}}}});
  else
    fmt::print(stderr, "error: {}\n", error.message);
  if (!error.detail.empty()) fmt::print(stderr, "  ({})\n", error.detail);
  return exit_for(error.kind);
}

void print_json(const base::json::value& value) {
  const auto text = base::to_text(value) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool draws_progress() {
  return ::isatty(STDERR_FILENO) == 1;
}

namespace {

// Columns on a terminal: bytes of UTF-8 that start a character.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         (std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-' || text == "nan");
}

}  // namespace

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const auto& cell = rows[r][i];
      const std::string gap(widths[i] - width_of(cell), ' ');
      const bool right =
          is_number(cell) || (r == 0 && rows.size() > 1 && i < rows[1].size() && is_number(rows[1][i]));
      line += (i == 0 ? "" : "  ") + (right ? gap + cell : cell + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace agora
