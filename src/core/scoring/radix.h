// Doubles in order, by radix: least digit first, eleven bits a digit, digits that all keys share skipped.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

namespace scoring {

// Unsigned integers in the order of the numbers; -0.0 and 0.0 are one. Not for NaN.
inline std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return bits ^ ((bits >> 63) != 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63);
}

void sort_keys(std::vector<std::uint64_t>& keys);

// Sorts the keys and moves what each carries with it; equal keys keep their order.
void sort_with(std::vector<std::uint64_t>& keys, std::vector<std::uint8_t>& carried);
void sort_with(std::vector<std::uint64_t>& keys, std::vector<double>& carried);

}  // namespace scoring
