#include "judge/cells/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace cells {
namespace {

constexpr std::size_t kLongestPath = 1024, kLongestName = 255, kLongestShown = 120;
constexpr int kDeepest = 32;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::optional<std::string> why_no_name(std::string_view name) {
  if (name.empty()) return "has an empty part in its name";
  if (name == "." || name == "..") return fmt::format("has the part \"{}\" in its name", name);
  if (name.size() > kLongestName) return fmt::format("has a name of more than {} bytes", kLongestName);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_no_plain_path(std::string_view path) {
  if (path.empty()) return "has no name";
  if (path.size() > kLongestPath) return fmt::format("has a path of more than {} bytes", kLongestPath);
  if (path.find('\0') != std::string_view::npos) return "has a NUL in its name";
  if (std::any_of(path.begin(), path.end(), is_control)) return "has a control character in its name";
  if (path.front() == '/') return "has a path that is not relative";
  if (std::count(path.begin(), path.end(), '/') >= kDeepest)
    return fmt::format("lies more than {} folders deep", kDeepest);
  while (true) {
    const auto slash = path.find('/');
    if (auto why = why_no_name(path.substr(0, slash))) return why;
    if (slash == std::string_view::npos) return std::nullopt;
    path.remove_prefix(slash + 1);
  }
}

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kLongestShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(c) || byte >= 0x80)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  return text.size() > kLongestShown ? shown + "..." : shown;
}

}  // namespace cells
