#include "machine/storage/postgresql_values.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "machine/storage/text.h"

namespace storage {
namespace {

// From PostgreSQL's catalogue pg_type; these numbers never change.
enum Oid : unsigned {
  kBool = 16,
  kBytea = 17,
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
  kBpchar = 1042,
  kVarchar = 1043,
  kNumeric = 1700,
  kVoid = 2278,
  kUuid = 2950
};

unsigned type_of(Parameter::Type type) {
  constexpr unsigned kTypes[] = {0, kInt8, kFloat8, kBool, kText, kBytea, kUuid};
  return kTypes[static_cast<std::size_t>(type)];
}

template <class Whole>
Whole big_endian(std::string_view bytes, std::size_t at = 0) {
  std::make_unsigned_t<Whole> value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<decltype(value)>((value << 8) | static_cast<unsigned char>(bytes[at + i]));
  return static_cast<Whole>(value);
}

void put_big_endian(char* to, std::uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8) to[i] = static_cast<char>(value & 0xffu);
}

// Sums and means of whole numbers come as numeric: digits to the base 10,000, the first times 10,000^weight.
Value number_of_numeric(std::string_view bytes) {
  const auto count = big_endian<std::int16_t>(bytes);
  const auto weight = big_endian<std::int16_t>(bytes, 2);
  const auto sign = big_endian<std::uint16_t>(bytes, 4);
  if (sign == 0xC000) return std::numeric_limits<double>::quiet_NaN();
  if (sign == 0xD000 || sign == 0xF000)
    return std::numeric_limits<double>::infinity() * (sign == 0xD000 ? 1 : -1);
  // As decimal text, so that the one conversion to a number is exact or rounded once.
  std::string text = sign == 0x4000 ? "-" : "";
  for (int i = 0; i <= weight; ++i)
    text += fmt::format("{:04}",
                        i < count ? big_endian<std::int16_t>(bytes, 8 + 2 * static_cast<std::size_t>(i)) : 0);
  if (weight < 0) text += '0';
  bool whole = true;
  std::string fraction(weight < -1 ? 4 * static_cast<std::size_t>(-weight - 1) : 0, '0');
  for (int i = std::max(0, weight + 1); i < count; ++i) {
    const auto digits = big_endian<std::int16_t>(bytes, 8 + 2 * static_cast<std::size_t>(i));
    whole = whole && digits == 0;
    fraction += fmt::format("{:04}", digits);
  }
  std::int64_t integer = 0;
  const auto* end = text.data() + text.size();
  if (whole && std::from_chars(text.data(), end, integer).ec == std::errc())
    return Value(std::in_place_type<std::int64_t>, integer);
  text += '.' + fraction;
  double real = 0;
  std::from_chars(text.data(), text.data() + text.size(), real);
  return real;
}

base::Ulid ulid_of(std::string_view bytes) {
  base::Ulid id;
  std::memcpy(id.bytes.data(), bytes.data(), id.bytes.size());
  return id;
}

base::Failure beyond() {
  return base::invalid("a value does not fit: a number is beyond 64 bits");
}

void append_escaped(std::string& line, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        line += "\\\\";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        line += c;
    }
  }
}

void append_hex(std::string& line, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    line += kDigits[static_cast<unsigned char>(c) >> 4];
    line += kDigits[static_cast<unsigned char>(c) & 15u];
  }
}

void append_real(std::string& line, double number) {
  if (std::isnan(number)) {
    line += "NaN";
  } else if (std::isinf(number)) {
    line += number > 0 ? "Infinity" : "-Infinity";
  } else {
    std::array<char, 32> text{};
    line.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
  }
}

}  // namespace

void BoundValues::reserve(std::size_t count) {
  types.reserve(count);
  data.reserve(count);
  lengths.reserve(count);
  forms.assign(count, 1);
  fixed_.reserve(count);
  texts_.reserve(count);
}

base::Result<void> BoundValues::add(const Parameter& value) {
  using enum Parameter::Type;
  if (!value.fits) return beyond();
  types.push_back(type_of(value.type));
  std::string_view raw = value.bytes;
  auto& fixed = fixed_.emplace_back();
  if (value.type == integer) {
    put_big_endian(fixed.bytes, static_cast<std::uint64_t>(value.integer));
    raw = {fixed.bytes, 8};
  } else if (value.type == real) {
    put_big_endian(fixed.bytes, std::bit_cast<std::uint64_t>(value.real));
    raw = {fixed.bytes, 8};
  } else if (value.type == boolean) {
    fixed.bytes[0] = static_cast<char>(value.integer);
    raw = {fixed.bytes, 1};
  } else if (value.type == id) {
    std::memcpy(fixed.bytes, value.id.bytes.data(), 16);
    raw = {fixed.bytes, 16};
  } else if (value.type == text && !value.is_null) {
    auto kept = text_to_keep(value.bytes, texts_.emplace_back());
    if (!kept) return tl::unexpected(kept.error());
    raw = *kept;
  }
  const char* start = raw.empty() ? "" : raw.data();
  data.push_back(value.is_null ? nullptr : start);
  lengths.push_back(static_cast<int>(raw.size()));
  return {};
}

std::optional<Value> value_from_binary(unsigned type, std::string_view bytes) {
  const auto whole = [](std::int64_t number) { return Value(std::in_place_type<std::int64_t>, number); };
  switch (type) {
    case kBool:
      return Value(bytes[0] != 0);
    case kInt8:
      return whole(big_endian<std::int64_t>(bytes));
    case kInt4:
      return whole(big_endian<std::int32_t>(bytes));
    case kInt2:
      return whole(big_endian<std::int16_t>(bytes));
    case kOid:
      return whole(big_endian<std::uint32_t>(bytes));
    case kFloat8:
      return Value(std::bit_cast<double>(big_endian<std::uint64_t>(bytes)));
    case kFloat4:
      return Value(static_cast<double>(std::bit_cast<float>(big_endian<std::uint32_t>(bytes))));
    case kNumeric:
      return number_of_numeric(bytes);
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
      return Value(text_as_given(bytes));
    case kBytea:
      return Value(Bytes{std::string(bytes)});
    case kUuid:
      return Value(ulid_of(bytes));
    case kVoid:
      return Value();
    default:
      return std::nullopt;
  }
}

base::Result<void> append_copy_field(std::string& line, const Parameter& value) {
  using enum Parameter::Type;
  if (!value.fits) return beyond();
  if (value.is_null) {
    line += "\\N";
  } else if (value.type == integer) {
    line += fmt::format_int(value.integer).c_str();
  } else if (value.type == real) {
    append_real(line, value.real);
  } else if (value.type == boolean) {
    line += value.integer != 0 ? 't' : 'f';
  } else if (value.type == bytes) {
    line += "\\\\x";
    append_hex(line, value.bytes);
  } else if (value.type == id) {
    append_hex(line, {reinterpret_cast<const char*>(value.id.bytes.data()), 16});
  } else {
    std::string space;
    auto kept = text_to_keep(value.bytes, space);
    if (!kept) return tl::unexpected(kept.error());
    append_escaped(line, *kept);
  }
  return {};
}

}  // namespace storage
