#include "machine/storage/text.h"

#include <cstring>

#include <fmt/format.h>

namespace storage {
namespace {

constexpr char kEscape = '\x10';

bool follows(unsigned char byte) {
  return (byte & 0xC0u) == 0x80u;
}

// Bytes of the well-formed character that begins here, 0 when there is none (Unicode 15, table 3-7).
std::size_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : static_cast<unsigned char>(0);
  };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(byte(1)) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return follows(byte(1)) && follows(byte(2)) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return follows(byte(1)) && follows(byte(2)) && follows(byte(3)) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

std::size_t length_of_ascii(std::string_view text, std::size_t from) {
  std::size_t at = from;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return at - from;
}

}  // namespace

base::Result<std::string_view> text_to_keep(std::string_view text, std::string& space) {
  for (std::size_t at = length_of_ascii(text, 0); at < text.size();) {
    const auto length = character_at(text, at);
    if (length == 0)
      return base::invalid(
          fmt::format("a text is not valid UTF-8: byte {} is 0x{:02x}; convert it, or store it as bytes", at,
                      static_cast<unsigned char>(text[at])));
    at += length;
    at += length_of_ascii(text, at);
  }
  constexpr std::string_view kSpecial("\0\x10", 2);
  if (text.find_first_of(kSpecial) == std::string_view::npos) return text;
  space.clear();
  for (const char c : text) {
    if (c == '\0' || c == kEscape) space += kEscape;
    space += c == '\0' ? '0' : c;
  }
  return std::string_view(space);
}

std::string text_as_given(std::string_view kept) {
  if (kept.find(kEscape) == std::string_view::npos) return std::string(kept);
  std::string text;
  text.reserve(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool escaped = kept[i] == kEscape && i + 1 < kept.size();
    if (escaped) ++i;
    text += escaped && kept[i] == '0' ? '\0' : kept[i];
  }
  return text;
}

}  // namespace storage
