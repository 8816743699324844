// Loops over a row run several times faster where the compiler knows how many columns there are.
#pragma once
#include <cstdint>
#include <type_traits>

namespace scoring {

// Calls `use` with the width: as a constant for the usual few classes, as a number otherwise.
template <class Use>
auto with_width(std::int64_t width, const Use& use) {
  switch (width) {
    case 2:
      return use(std::integral_constant<std::int64_t, 2>());
    case 3:
      return use(std::integral_constant<std::int64_t, 3>());
    case 4:
      return use(std::integral_constant<std::int64_t, 4>());
    default:
      return use(width);
  }
}

}  // namespace scoring
