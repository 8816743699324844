// Sums in numpy's order, so that a mean has numpy's bits: pairwise halves down to blocks of 128, eight
// running sums in a block (Higham 1993, "The accuracy of floating point summation", pairwise summation).
#pragma once
#include <cstdint>

namespace scoring {

// `value_at(i)` for i in [first, first + count).
template <class T, class ValueAt>
T pairwise_sum(const ValueAt& value_at, std::int64_t first, std::int64_t count) {
  if (count < 8) {
    T sum = 0;
    for (std::int64_t i = first; i < first + count; ++i) sum += value_at(i);
    return sum;
  }
  if (count > 128) {
    auto half = count / 2;
    half -= half % 8;
    const T left = pairwise_sum<T>(value_at, first, half);
    return left + pairwise_sum<T>(value_at, first + half, count - half);
  }
  T run[8];
  for (int j = 0; j < 8; ++j) run[j] = value_at(first + j);
  std::int64_t i = 8;
  for (; i < count - count % 8; i += 8)
    for (int j = 0; j < 8; ++j) run[j] += value_at(first + i + j);
  T sum = ((run[0] + run[1]) + (run[2] + run[3])) + ((run[4] + run[5]) + (run[6] + run[7]));
  for (; i < count; ++i) sum += value_at(first + i);
  return sum;
}

template <class T>
T pairwise_sum(const T* values, std::int64_t count) {
  return pairwise_sum<T>([values](std::int64_t i) { return values[i]; }, 0, count);
}

// Of a whole array of any length.
template <class T, class ValueAt>
T whole_sum(const ValueAt& value_at, std::int64_t count) {
  constexpr std::int64_t kAtOnce = 8192;
  T sum = 0;
  for (std::int64_t first = 0; first < count; first += kAtOnce)
    sum += pairwise_sum<T>(value_at, first, std::min(kAtOnce, count - first));
  return sum;
}

template <class T>
T whole_sum(const T* values, std::int64_t count) {
  return whole_sum<T>([values](std::int64_t i) { return values[i]; }, count);
}

// numpy divides a float32 sum as a double and rounds once.
template <class T>
T mean_of(T sum, std::int64_t count) {
  return static_cast<T>(static_cast<double>(sum) / static_cast<double>(count));
}

}  // namespace scoring
