#include "features/agora/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace forum {
namespace {

std::optional<base::Error> invalid(std::string message) {
  return base::Error{base::ErrorKind::invalid, std::move(message)};
}

// Of UTF-8: all bytes but those that go on with a character.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool has_controls(std::string_view text, std::string_view but) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 || code == 0x7F) && but.find(c) == std::string_view::npos;
  });
}

}  // namespace

std::string_view word_for(PostKind kind) {
  switch (kind) {
    case PostKind::announcement:
      return "announcement";
  }
  return "";
}

std::optional<base::Error> why_no_post(std::string_view title, std::string_view text) {
  if (is_blank(title)) return invalid("title: say in a few words what this is about");
  if (characters_in(title) > kMostTitle)
    return invalid(fmt::format("title: it has {} characters; {} is the most, the rest belongs into the text",
                               characters_in(title), kMostTitle));
  if (has_controls(title, "")) return invalid("title: it is one line, without control characters");
  if (is_blank(text)) return invalid("text: there is nothing in it");
  if (characters_in(text) > kMostText)
    return invalid(fmt::format("text: it has {} characters; {} is the most", characters_in(text), kMostText));
  if (has_controls(text, "\n\r\t")) return invalid("text: it holds control characters; take them out");
  return std::nullopt;
}

}  // namespace forum
