// Three small helpers for reading lines.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace environments {

std::string_view trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text, char at);
std::string one_line(std::string_view text);  // every run of white space becomes one space

}  // namespace environments
