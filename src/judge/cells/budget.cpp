#include "judge/cells/budget.h"

#include <fmt/format.h>

#include "judge/cells/words.h"

namespace cells {

base::Result<Budget::Share> Budget::take(std::uint64_t bytes) {
  const std::scoped_lock lock(guard_);
  if (taken_ >= sessions_)
    return base::unavailable(
        fmt::format("all {} sessions are in use: end one, or wait until an idle one ends", sessions_));
  const auto free = memory_bytes_ - taken_bytes_;
  if (bytes > free)
    return base::unavailable(fmt::format(
        "a session of {} does not fit: {} of the {} for all sessions are free; ask for less, or wait until "
        "an idle one ends",
        words_for_bytes(bytes), words_for_bytes(free), words_for_bytes(memory_bytes_)));
  ++taken_;
  taken_bytes_ += bytes;
  return Share(shared_from_this(), bytes);
}

void Budget::give_back(std::uint64_t bytes) {
  const std::scoped_lock lock(guard_);
  --taken_;
  taken_bytes_ -= bytes;
}

}  // namespace cells
