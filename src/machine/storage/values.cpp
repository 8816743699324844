#include "machine/storage/values.h"

#include <algorithm>

namespace storage {

std::string_view word_for(const Value& value) {
  constexpr std::string_view kWords[] = {"null", "a whole number", "a number", "true or false",
                                         "text", "bytes",          "an id"};
  return kWords[value.index()];
}

// SQLite has no booleans of its own: it answers 0 and 1.
std::optional<bool> Reading<bool>::read(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || (*number != 0 && *number != 1)) return std::nullopt;
  return *number == 1;
}

// SQLite would store NaN as null, so it stands there as a text. Sums and means may come as whole numbers.
std::optional<double> Reading<double>::read(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || *text != "NaN") return std::nullopt;
  return std::numeric_limits<double>::quiet_NaN();
}

std::optional<std::string> Reading<std::string>::read(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

std::optional<Bytes> Reading<Bytes>::read(const Value& value) {
  const auto* bytes = std::get_if<Bytes>(&value);
  return bytes == nullptr ? std::nullopt : std::optional(*bytes);
}

std::optional<base::Instant> Reading<base::Instant>::read(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::nullopt;
  return base::Instant(std::chrono::microseconds(*number));
}

std::optional<base::Ulid> Reading<base::Ulid>::read(const Value& value) {
  if (const auto* id = std::get_if<base::Ulid>(&value)) return *id;
  const auto* bytes = std::get_if<Bytes>(&value);
  base::Ulid id;
  if (bytes == nullptr || bytes->value.size() != id.bytes.size()) return std::nullopt;
  std::copy(bytes->value.begin(), bytes->value.end(), id.bytes.begin());
  return id;
}

}  // namespace storage
