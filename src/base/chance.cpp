#include "base/chance.h"

#include <sodium.h>

namespace base {

std::uint64_t random_below(std::uint64_t bound) {
  return randombytes_uniform(static_cast<std::uint32_t>(bound));
}

}  // namespace base
