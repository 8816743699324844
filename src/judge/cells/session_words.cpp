#include "judge/cells/session_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace cells {
namespace {

constexpr std::array<std::string_view, 4> kTypes{"image/png", "image/svg+xml", "text/html", "text/plain"};

// The number that `text` begins with, which is cut off with the character behind it.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(read.ptr - text.data()) + 1));
  return number;
}

std::optional<std::string> take_text(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  std::uint32_t size = 0;
  for (int i = 3; i >= 0; --i)
    size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(4);
  if (size > bytes.size()) return std::nullopt;
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

}  // namespace

Heard Listener::hear(std::string_view packet) {
  const auto rest = packet.substr(1);
  switch (packet.front()) {
    case 'b':
      return Heard::begun;
    case 'p':
      return take_piece(rest);
    case 's':
      return take_form(rest);
    case 'x':
      return take_raised(rest);
    case 'e':
      return take_end(rest);
    default:
      return Heard::nonsense;
  }
}

Heard Listener::take_piece(std::string_view bytes) {
  if (bytes.size() > left_)
    return Heard::nonsense;  // the runtime counts as well, and leaves out what is more
  left_ -= bytes.size();
  pieces_ += bytes;
  return Heard::more;
}

Heard Listener::take_form(std::string_view words) {
  const auto value = take_number(words);
  if (!value || std::find(kTypes.begin(), kTypes.end(), words) == kTypes.end() || pieces_.empty())
    return Heard::nonsense;
  answer_.shown.push_back({*value, std::string(words), std::move(pieces_)});
  pieces_.clear();
  return Heard::more;
}

Heard Listener::take_raised(std::string_view bytes) {
  const auto line = take_number(bytes);
  auto type = take_text(bytes);
  auto message = take_text(bytes);
  auto traceback = take_text(bytes);
  if (!line || !type || !message || !traceback) return Heard::nonsense;
  answer_.raised = Raised{std::move(*type), std::move(*message), std::move(*traceback), *line};
  return Heard::more;
}

Heard Listener::take_end(std::string_view words) {
  if (words.size() < 3) return Heard::nonsense;
  const char how = words[0];
  words.remove_prefix(2);
  const auto left_out = take_number(words);
  if (!left_out || (how != 'd' && how != 'r' && how != 'i')) return Heard::nonsense;
  answer_.left_out = *left_out;
  answer_.finish = how == 'd' ? Finish::done : how == 'r' ? Finish::raised : Finish::interrupted;
  return Heard::end;
}

}  // namespace cells
