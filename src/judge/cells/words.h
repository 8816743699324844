// Sizes and ends in words for people.
#pragma once
#include <cstdint>
#include <string>

#include "machine/sandbox/sandbox.h"

namespace cells {

std::string words_for_bytes(std::uint64_t bytes);  // "2.1 GB", "512 MB", "4 kB"
std::string words_for_seconds(double seconds);     // "20 min", "90 s", "0.5 s"

// How a cell ended that was stopped, as the second half of a sentence: "used more than its 512 MB of memory".
std::string words_for_end(const sandbox::Outcome& outcome, const sandbox::Limits& limits);

std::string words_for_crowd(const sandbox::Limits& limits);  // "started more than 64 processes and threads"

}  // namespace cells
