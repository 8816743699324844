// Chance that nobody can foresee, from the kernel. Rules and scores never ask here: they take a seed.
#pragma once
#include <cstdint>

namespace base {

std::uint64_t random_below(std::uint64_t bound);  // evenly among 0 .. bound - 1; bound up to 2^32

}  // namespace base
