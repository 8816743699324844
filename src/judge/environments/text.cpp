#include "judge/environments/text.h"

#include <cctype>

namespace environments {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const auto from = text.find_first_not_of(kWhite);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kWhite) - from + 1);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : trimmed(text)) {
    const bool is_white = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (is_white && !line.empty() && line.back() == ' ') continue;
    line += is_white ? ' ' : c;
  }
  return line;
}

}  // namespace environments
