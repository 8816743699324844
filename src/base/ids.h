// Strong ids over ULIDs: 48 bits of milliseconds, 80 of chance; 26 characters in Crockford's base 32.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace base {

struct Ulid {
  std::array<std::uint8_t, 16> bytes{};
  // clang-tidy takes the 0 that a < compares with for a pointer.
  friend constexpr auto operator<=>(const Ulid&, const Ulid&) = default;  // NOLINT(modernize-use-nullptr)
};

// Two ulids made in one millisecond by one process still sort by time of birth.
Ulid make_ulid(Instant now);
std::string to_text(const Ulid& ulid);
Result<Ulid> ulid_from(std::string_view text);  // fails with `invalid`

template <class Tag>
class Id {
 public:
  constexpr explicit Id(Ulid value) : value_(value) {}
  constexpr const Ulid& value() const { return value_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;  // NOLINT(modernize-use-nullptr)

 private:
  Ulid value_;
};

template <class Tag>
std::string to_text(const Id<Tag>& id) {
  return to_text(id.value());
}

}  // namespace base
