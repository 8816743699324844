#include "core/scoring/radix.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace scoring {
namespace {

constexpr int kDigits = 6;
constexpr int kBits = 11;
constexpr std::size_t kBuckets = std::size_t{1} << kBits;
constexpr std::size_t kSmall = 2048;  // below, a plain sort is faster

std::size_t digit(std::uint64_t key, int place) {
  return (key >> (place * kBits)) & (kBuckets - 1);
}

std::vector<std::array<std::uint32_t, kBuckets>> tally(const std::vector<std::uint64_t>& keys) {
  std::vector<std::array<std::uint32_t, kBuckets>> counts(kDigits);
  for (const auto key : keys)
    for (int place = 0; place < kDigits; ++place)
      ++counts[static_cast<std::size_t>(place)][digit(key, place)];
  return counts;
}

// Counts become the place where each bucket starts. False where all keys share the digit.
bool starts_of(std::array<std::uint32_t, kBuckets>& counts, std::size_t keys) {
  std::uint32_t start = 0;
  for (auto& count : counts) {
    if (count == keys) return false;
    start += std::exchange(count, start);
  }
  return true;
}

template <class Carried>
void sort_few(std::vector<std::uint64_t>& keys, std::vector<Carried>& carried) {
  std::vector<std::pair<std::uint64_t, Carried>> pairs;
  for (std::size_t i = 0; i < keys.size(); ++i) pairs.emplace_back(keys[i], carried[i]);
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < keys.size(); ++i) std::tie(keys[i], carried[i]) = pairs[i];
}

template <class Carried>
void sort_carrying(std::vector<std::uint64_t>& keys, std::vector<Carried>& carried) {
  if (keys.size() < kSmall) return sort_few(keys, carried);
  auto counts = tally(keys);
  std::vector<std::uint64_t> other_keys(keys.size());
  std::vector<Carried> other(keys.size());
  for (int place = 0; place < kDigits; ++place) {
    auto& starts = counts[static_cast<std::size_t>(place)];
    if (!starts_of(starts, keys.size())) continue;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto to = starts[digit(keys[i], place)]++;
      other_keys[to] = keys[i];
      other[to] = carried[i];
    }
    keys.swap(other_keys);
    carried.swap(other);
  }
}

}  // namespace

void sort_keys(std::vector<std::uint64_t>& keys) {
  if (keys.size() < kSmall) return std::sort(keys.begin(), keys.end());
  auto counts = tally(keys);
  std::vector<std::uint64_t> other(keys.size());
  for (int place = 0; place < kDigits; ++place) {
    auto& starts = counts[static_cast<std::size_t>(place)];
    if (!starts_of(starts, keys.size())) continue;
    for (const auto key : keys) other[starts[digit(key, place)]++] = key;
    keys.swap(other);
  }
}

void sort_with(std::vector<std::uint64_t>& keys, std::vector<std::uint8_t>& carried) {
  sort_carrying(keys, carried);
}

void sort_with(std::vector<std::uint64_t>& keys, std::vector<double>& carried) {
  sort_carrying(keys, carried);
}

}  // namespace scoring
