// What goes into a statement and what comes out, the same on both back ends. Knows no connection.
#pragma once
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace storage {

// Bytes as they come out of a column. To bind bytes that lie elsewhere without a copy, say BytesView.
struct Bytes {
  std::string value;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};
struct BytesView {
  std::string_view value;
};

using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, Bytes, base::Ulid>;
std::string_view word_for(const Value& value);  // "null", "whole number", "text", ...

// One bound value. It views the caller's text and bytes, which live at least until the statement has run.
struct Parameter {
  enum class Type : std::uint8_t { unknown, integer, real, boolean, text, bytes, id };
  Type type = Type::unknown;
  bool is_null = true;
  bool fits = true;  // false: a number beyond 64 signed bits, refused when the statement runs
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes{};
  base::Ulid id{};
};

inline Parameter bound(std::nullopt_t) {
  return {};
}
inline Parameter bound(std::same_as<bool> auto flag) {
  return {.type = Parameter::Type::boolean, .is_null = false, .integer = flag ? 1 : 0};
}
template <std::integral Number>
requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Parameter bound(Number number) {
  return {.type = Parameter::Type::integer,
          .is_null = false,
          .fits = std::in_range<std::int64_t>(number),
          .integer = static_cast<std::int64_t>(number)};
}
inline Parameter bound(std::floating_point auto number) {
  return {.type = Parameter::Type::real, .is_null = false, .real = static_cast<double>(number)};
}
inline Parameter bound(std::string_view text) {
  return {.type = Parameter::Type::text, .is_null = false, .bytes = text};
}
inline Parameter bound(const std::string& text) {
  return bound(std::string_view(text));
}
inline Parameter bound(const char* text) {
  return bound(std::string_view(text));
}
inline Parameter bound(BytesView bytes) {
  return {.type = Parameter::Type::bytes, .is_null = false, .bytes = bytes.value};
}
inline Parameter bound(const Bytes& bytes) {
  return bound(BytesView{bytes.value});
}
inline Parameter bound(base::Instant instant) {
  return bound(static_cast<std::int64_t>(instant.time_since_epoch().count()));
}
inline Parameter bound(const base::Ulid& id) {
  return {.type = Parameter::Type::id, .is_null = false, .id = id};
}
template <class Tag>
Parameter bound(const base::Id<Tag>& id) {
  return bound(id.value());
}
template <class T>
Parameter bound(const std::optional<T>& value) {
  if (value) return bound(*value);
  auto absent = bound(T(std::conditional_t<std::is_constructible_v<T, base::Ulid>, base::Ulid, T>{}));
  absent.is_null = true;
  absent.fits = true;
  absent.bytes = {};
  return absent;
}

// How a column's value becomes a T. `read` answers nothing when the value is of another type.
template <class T>
struct Reading;

template <std::integral Number>
struct Reading<Number> {
  static constexpr std::string_view wanted = "a whole number that fits";
  static std::optional<Number> read(const Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || !std::in_range<Number>(*number)) return std::nullopt;
    return static_cast<Number>(*number);
  }
  static Number nothing() { return 0; }
};
template <>
struct Reading<bool> {
  static constexpr std::string_view wanted = "true or false";
  static std::optional<bool> read(const Value& value);
  static bool nothing() { return false; }
};
template <>
struct Reading<double> {
  static constexpr std::string_view wanted = "a number";
  static std::optional<double> read(const Value& value);
  static double nothing() { return 0; }
};
template <>
struct Reading<std::string> {
  static constexpr std::string_view wanted = "text";
  static std::optional<std::string> read(const Value& value);
  static std::string nothing() { return {}; }
};
template <>
struct Reading<Bytes> {
  static constexpr std::string_view wanted = "bytes";
  static std::optional<Bytes> read(const Value& value);
  static Bytes nothing() { return {}; }
};
template <>
struct Reading<base::Instant> {
  static constexpr std::string_view wanted = "an instant, in microseconds";
  static std::optional<base::Instant> read(const Value& value);
  static base::Instant nothing() { return {}; }
};
template <>
struct Reading<base::Ulid> {
  static constexpr std::string_view wanted = "an id of 16 bytes";
  static std::optional<base::Ulid> read(const Value& value);
  static base::Ulid nothing() { return {}; }
};
template <class Tag>
struct Reading<base::Id<Tag>> {
  static constexpr std::string_view wanted = Reading<base::Ulid>::wanted;
  static std::optional<base::Id<Tag>> read(const Value& value) {
    auto id = Reading<base::Ulid>::read(value);
    if (!id) return std::nullopt;
    return base::Id<Tag>(*id);
  }
  static base::Id<Tag> nothing() { return base::Id<Tag>(base::Ulid{}); }
};
template <class T>
struct Reading<std::optional<T>> {
  static constexpr std::string_view wanted = Reading<T>::wanted;
  static std::optional<std::optional<T>> read(const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return std::optional<std::optional<T>>(std::in_place);
    auto inner = Reading<T>::read(value);
    if (!inner) return std::nullopt;
    return std::optional<std::optional<T>>(std::in_place, std::move(*inner));
  }
  static std::optional<T> nothing() { return std::nullopt; }
};

}  // namespace storage
