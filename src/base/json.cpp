#include "base/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace base {
namespace {

struct Writer {
  std::string text;
  bool pretty = false;
  int depth = 0;

  void new_line() {
    if (!pretty) return;
    text += '\n';
    text.append(static_cast<std::size_t>(depth) * 2, ' ');
  }
  void write(const json::value& value);
  void write(const json::array& array);
  void write(const json::object& object);
};

void Writer::write(const json::array& array) {
  text += '[';
  ++depth;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) text += pretty ? "," : ", ";
    new_line();
    write(array[i]);
  }
  --depth;
  if (!array.empty()) new_line();
  text += ']';
}

void Writer::write(const json::object& object) {
  text += '{';
  ++depth;
  bool first = true;
  for (const auto& [name, member] : object) {
    if (!first) text += pretty ? "," : ", ";
    first = false;
    new_line();
    text += json::serialize(json::string(name));
    text += ": ";
    write(member);
  }
  --depth;
  if (!object.empty()) new_line();
  text += '}';
}

void Writer::write(const json::value& value) {
  if (value.is_array()) return write(value.get_array());
  if (value.is_object()) return write(value.get_object());
  if (value.is_double())
    text += std::isfinite(value.get_double()) ? base::to_text(value.get_double()) : std::string("null");
  else
    text += json::serialize(value);
}

std::string written(const json::value& value, bool pretty) {
  Writer writer;
  writer.pretty = pretty;
  writer.write(value);
  return std::move(writer.text);
}

// Builds values as Boost's own parser does, but for doubles: Boost 1.81 reads some of them one bit off, and
// from_chars reads each as the nearest double.
struct Builder {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  using Code = json::error_code;
  using Text = json::string_view;

  json::value_stack stack;
  std::string number;  // its text so far

  bool on_document_begin(Code&) { return stack.reset(), true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t size, Code&) { return stack.push_object(size), true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t size, Code&) { return stack.push_array(size), true; }
  bool on_key_part(Text text, std::size_t, Code&) { return stack.push_chars(text), true; }
  bool on_key(Text text, std::size_t, Code&) { return stack.push_key(text), true; }
  bool on_string_part(Text text, std::size_t, Code&) { return stack.push_chars(text), true; }
  bool on_string(Text text, std::size_t, Code&) { return stack.push_string(text), true; }
  bool on_number_part(Text text, Code&) { return number.append(text), true; }
  bool on_int64(std::int64_t value, Text, Code&) { return number.clear(), stack.push_int64(value), true; }
  bool on_uint64(std::uint64_t value, Text, Code&) { return number.clear(), stack.push_uint64(value), true; }
  bool on_double(double value, Text text, Code&) {
    number.append(text);
    // Out of range (1e999) leaves Boost's answer, an infinity or zero.
    std::from_chars(number.data(), number.data() + number.size(), value);
    number.clear();
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, Code&) { return stack.push_bool(value), true; }
  bool on_null(Code&) { return stack.push_null(), true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

std::string place_in(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = start == std::string_view::npos ? offset + 1 : offset - start;
  return fmt::format("line {}, column {}", line, column);
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::basic_parser<Builder> parser({});
  json::error_code failed;
  const auto read = parser.write_some(false, text.data(), text.size(), failed);
  if (failed) return invalid(fmt::format("not JSON at {}: {}", place_in(text, read), failed.message()));
  if (read < text.size())
    return invalid(fmt::format("not JSON at {}: more text after the end", place_in(text, read)));
  return parser.handler().stack.release();
}

std::string to_text(const json::value& value) {
  return written(value, false);
}
std::string to_pretty_text(const json::value& value) {
  return written(value, true);
}

const json::value* find_member(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string find_text(const json::value& value, std::string_view name) {
  const auto* member = find_member(value, name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : "";
}

std::string to_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace base
