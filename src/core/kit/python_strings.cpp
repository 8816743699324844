#include <cstdint>

#include "core/kit/python_tokens.h"

namespace kit::python {
namespace {

struct Parts {
  std::string_view prefix;
  std::string_view body;
};

Parts split(std::string_view text) {
  const auto quote = text.find_first_of("\"'");
  if (quote == std::string_view::npos) return {};
  const auto prefix = text.substr(0, quote);
  text.remove_prefix(quote);
  const bool triple = text.size() >= 6 && text[1] == text[0] && text[2] == text[0];
  const std::size_t width = triple ? 3 : 1;
  return {prefix, text.substr(width, text.size() - 2 * width)};
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// `digits` hexadecimal digits at the front of `text`; absent when they are fewer or name no character.
std::optional<std::uint32_t> code_point(std::string_view text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : text.substr(0, digits)) {
    const bool decimal = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 0x20);
    if (!decimal && (lower < 'a' || lower > 'f')) return std::nullopt;
    code = code * 16 + static_cast<std::uint32_t>(decimal ? c - '0' : lower - 'a' + 10);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code > 0x10FFFF || surrogate ? std::nullopt : std::optional(code);
}

// Appends the escape at the front of `rest` (after its backslash); returns how many characters it took.
std::size_t append_escape(std::string& out, std::string_view rest) {
  static constexpr std::string_view kLetters = "abfnrtv\\'\"";
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
  const char c = rest.empty() ? '\\' : rest.front();
  if (c == '\n') return 1;
  if (c == '\r') return rest.size() > 1 && rest[1] == '\n' ? 2 : 1;
  if (const auto at = kLetters.find(c); at != std::string_view::npos) {
    out += kMeanings[at];
    return 1;
  }
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits != 0) {
    if (const auto code = code_point(rest.substr(1), digits)) {
      append_utf8(out, *code);
      return 1 + digits;
    }
  }
  out += '\\';  // Python keeps what it does not know
  return 0;
}

// The length of the UTF-8 sequence at the front of `text`; 0 when it is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;  // too long a spelling
  if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

}  // namespace

std::string_view between_quotes(const Token& token) {
  return split(token.text).body;
}

std::optional<std::string> literal_value(const Token& token) {
  if (token.kind != TokenKind::string) return std::nullopt;
  const auto [prefix, body] = split(token.text);
  if (prefix.find_first_of("fFbB") != std::string_view::npos) return std::nullopt;
  if (prefix.find_first_of("rR") != std::string_view::npos) return std::string(body);
  std::string value;
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\')
      i += 1 + append_escape(value, body.substr(i + 1));
    else
      value += body[i++];
  }
  return value;
}

std::optional<int> line_that_is_not_utf8(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) return line;
    line += text.front() == '\n';
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace kit::python
