#include "machine/terminal/terminal.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace terminal {

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
    fmt::print(stderr, "error: {}\n", plain_lines(error.message));
  if (!error.detail.empty()) fmt::print(stderr, "  ({})\n", plain(error.detail));
  return exit_for(error.kind);
}

void print_next(std::string_view step) {
  fmt::print(stderr, "\nnext: {}\n", step);
}

void print_json(const base::json::value& value) {
  const auto text = base::to_text(value) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool draws_progress() {
  return ::isatty(STDERR_FILENO) == 1;
}

bool draws_output() {
  return ::isatty(STDOUT_FILENO) == 1;
}

// Bytes of UTF-8 that start a character.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

namespace {

// C1 controls are U+0080 to U+009F, two bytes in UTF-8: terminals obey them as they obey ESC.
bool is_control(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 32 || byte == 127) return true;
  return byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

std::string without_controls(std::string_view text, std::string_view kept) {
  std::string clean;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool two_bytes = static_cast<unsigned char>(text[at]) == 0xC2;
    if (kept.find(text[at]) != std::string_view::npos || !is_control(text, at)) {
      clean += text[at];
      continue;
    }
    clean += '?';
    if (two_bytes) ++at;
  }
  return clean;
}

// A number, whatever follows it behind a space: "0.91", "12 s". Not an id, a time or a name.
bool is_number(std::string_view text) {
  if (text == "nan") return true;
  const auto word = text.substr(0, text.find(' '));
  return !word.empty() && word.find_first_not_of("0123456789.-+e") == std::string_view::npos &&
         word.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

std::string plain(std::string_view text, std::size_t most) {
  auto clean = without_controls(text, "");
  if (width_of(clean) <= most) return clean;
  std::size_t end = 0;
  for (std::size_t columns = 0; end < clean.size(); ++end)
    if ((clean[end] & 0xC0) != 0x80 && ++columns == most) break;
  return clean.substr(0, end) + "…";
}

std::string plain_lines(std::string_view text) {
  return without_controls(text, "\n\t");
}

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

std::string facts_text(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::size_t width = 0;
  for (const auto& fact : facts) width = std::max(width, width_of(fact.first));
  std::string text;
  for (const auto& [name, value] : facts) {
    text += name + (value.empty() ? "" : std::string(width - width_of(name) + 2, ' ') + value) + "\n";
  }
  return text;
}

void ProgressLine::draw(std::string_view text) {
  if (!draws_progress()) return;
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!std::exchange(drawn_, false)) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; size >= 999.95 && unit + 1 < kUnits.size(); ++unit) size /= 1000;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string bar_text(std::uint64_t done, std::uint64_t all) {
  constexpr std::uint64_t kCells = 24;
  const auto full = all == 0 ? kCells : std::min(kCells, done * kCells / all);
  std::string text;
  for (std::uint64_t cell = 0; cell < kCells; ++cell) text += cell < full ? "━" : "─";
  return fmt::format("{}  {} of {}", text, size_text(done), size_text(all));
}

}  // namespace terminal
