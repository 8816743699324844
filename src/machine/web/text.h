// The small texts of HTTP: percent and base64 encodings, quoted lists, hexadecimal digits.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace web {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text);  // of spaces and tabs
std::vector<std::string_view> split(std::string_view text, char at);
std::vector<std::string_view> split_list(
    std::string_view text);  // at commas outside quotes, trimmed, no empty ones

std::string percent_encoded(std::string_view text);  // all but RFC 3986's unreserved characters
enum class Plus { plus, space };
std::optional<std::string> percent_decoded(std::string_view text, Plus plus);  // nothing for %G1, or a NUL

std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // with padding
std::string bytes_from_hex(std::string_view digits);

bool is_utf8(std::string_view text);
bool is_token(std::string_view text);  // RFC 9110, section 5.6.2

// All digits and no overflow.
std::optional<unsigned long long> whole_number(std::string_view text);

}  // namespace web
