#include "core/scoring/radix.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace {

std::vector<double> awkward_numbers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> numbers{0.0, -0.0, 5e-324, -5e-324, 1.7e308, -1.7e308, HUGE_VAL, -HUGE_VAL};
  while (numbers.size() < count) {
    const auto whole = static_cast<double>(random() % 100) - 50;  // many ties
    numbers.push_back(random() % 2 == 0 ? whole : std::ldexp(whole, static_cast<int>(random() % 600) - 300));
  }
  numbers.resize(count);
  return numbers;
}

TEST(Radix, SortsAsTheStandardLibraryDoesWhateverTheSize) {
  for (const std::size_t count : {0, 1, 7, 500, 2047, 2048, 10000}) {
    auto numbers = awkward_numbers(count, count);
    std::vector<std::uint64_t> keys;
    for (const auto number : numbers) keys.push_back(scoring::key_of(number));
    scoring::sort_keys(keys);
    std::stable_sort(numbers.begin(), numbers.end());
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(keys[i], scoring::key_of(numbers[i])) << count;
  }
}

TEST(Radix, EqualKeysKeepTheirOrderWithWhatTheyCarry) {
  for (const std::size_t count : {5, 2047, 9000}) {
    const auto numbers = awkward_numbers(count, 3);
    std::vector<std::uint64_t> keys;
    std::vector<double> places;
    for (const auto number : numbers) {
      keys.push_back(scoring::key_of(number));
      places.push_back(static_cast<double>(places.size()));
    }
    auto expected = places;
    std::stable_sort(expected.begin(), expected.end(), [&](double a, double b) {
      return numbers[static_cast<std::size_t>(a)] < numbers[static_cast<std::size_t>(b)];
    });
    scoring::sort_with(keys, places);
    EXPECT_EQ(places, expected) << count;
  }
}

TEST(Radix, BothZerosAreOneKey) {
  EXPECT_EQ(scoring::key_of(0.0), scoring::key_of(-0.0));
}

}  // namespace
