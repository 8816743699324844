#include "judge/evaluation/results.h"

#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace evaluation {
namespace {

template <class T>
void put(std::string& bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

std::string dense(std::string_view dtype, std::uint16_t rank, std::uint64_t rows, std::uint64_t columns,
                  std::size_t numbers) {
  std::string bytes(64 + numbers, '\0');
  bytes.replace(0, 4, "AGR1");
  bytes.replace(4, 2, dtype);
  put(bytes, 6, rank);
  put(bytes, 8, rows);
  put(bytes, 16, columns);
  return bytes;
}

// Rows of `bounds` over `items` items of `width` numbers.
std::string ragged(const std::vector<std::pair<std::int64_t, std::int64_t>>& bounds, std::uint64_t width,
                   std::uint64_t items) {
  std::string bytes(64 + 16 * bounds.size() + 8 * width * items, '\0');
  bytes.replace(0, 4, "AGRR");
  put(bytes, 8, std::uint64_t{bounds.size()});
  put(bytes, 16, width);
  put(bytes, 24, items);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    put(bytes, 64 + 16 * i, bounds[i].first);
    put(bytes, 72 + 16 * i, bounds[i].second);
  }
  return bytes;
}

const Expected kTwoByThree{.rows = 2, .columns = 3};
const Expected kThreeRagged{.ragged = true, .rows = 3};
constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();

Judged<Predictions> read(const std::string& bytes, const Expected& expected) {
  return read_predictions(bytes, {0, bytes.size()}, expected);
}

TEST(Results, AnHonestHeaderIsRead) {
  const auto bytes = dense("f8", 2, 2, 3, 48);
  const auto read_back = read(bytes, kTwoByThree);
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->numbers.size(), 48u);
  EXPECT_EQ(read_back->bytes.size(), bytes.size());
}

TEST(Results, LyingDenseHeadersAreRefusedWithTheirKind) {
  auto two = dense("b1", 2, 2, 3, 6);
  two[64] = 2;
  const struct {
    const char* what;
    std::string bytes;
    FailureKind kind;
  } cases[] = {
      {"nothing", std::string(64, '\0'), FailureKind::shape},
      {"shorter than a header", std::string("AGR1"), FailureKind::shape},
      {"an object", dense("O8", 2, 2, 3, 48), FailureKind::dtype},
      {"half precision", dense("f2", 2, 2, 3, 48), FailureKind::dtype},
      {"rank 0", dense("f8", 0, 2, 3, 48), FailureKind::shape},
      {"rank 3", dense("f8", 3, 2, 3, 48), FailureKind::shape},
      {"rank 1 with columns", dense("f8", 1, 2, 3, 48), FailureKind::shape},
      {"rank 2 without columns", dense("f8", 2, 2, 0, 48), FailureKind::shape},
      {"a row less", dense("f8", 2, 1, 3, 48), FailureKind::shape},
      {"all rows there can be", dense("f8", 2, kHuge, 3, 48), FailureKind::shape},
      {"all columns there can be", dense("f8", 2, 2, kHuge, 48), FailureKind::shape},
      {"fewer numbers than rows", dense("f8", 2, 2, 3, 40), FailureKind::shape},
      {"a bool that is 2", two, FailureKind::dtype},
      {"the ragged form", ragged({{0, 0}, {0, 0}}, 1, 0), FailureKind::shape},
  };
  for (const auto& c : cases) {
    const auto refused = read(c.bytes, kTwoByThree);
    ASSERT_FALSE(refused) << c.what;
    EXPECT_EQ(refused.error().kind, c.kind) << c.what;
    EXPECT_EQ(refused.error().phase, Phase::predict) << c.what;
    EXPECT_FALSE(refused.error().message.empty()) << c.what;
  }
}

TEST(Results, FreeColumnsAreStillBoundedByTheirMemory) {
  const Expected any{.rows = 2, .columns = 3, .any_columns = true};
  EXPECT_TRUE(read(dense("f8", 2, 2, 5, 80), any));
  for (const std::uint64_t columns :
       {std::uint64_t{6}, kHuge, kHuge / 16, kHuge / 8 + 1, std::uint64_t{1} << 61})
    EXPECT_FALSE(read(dense("f8", 2, 2, columns, 80), any)) << columns;
}

TEST(Results, LyingRaggedHeadersAreRefused) {
  EXPECT_TRUE(read(ragged({{0, 2}, {-1, -1}, {2, 3}}, 2, 3), kThreeRagged));
  const auto changed = [](std::size_t offset, std::uint64_t value) {
    auto bytes = ragged({{0, 2}, {-1, -1}, {2, 3}}, 2, 3);
    put(bytes, offset, value);
    return bytes;
  };
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"more rows", changed(8, 4)},
      {"all rows there can be", changed(8, kHuge)},
      {"no width", changed(16, 0)},
      {"too wide", changed(16, 1u << 20)},
      {"a width that overflows", changed(16, kHuge / 8 + 2)},
      {"more items", changed(24, 4)},
      {"items that overflow", changed(24, kHuge / 16 + 1)},
      {"a row that begins before the first item", ragged({{-2, 2}, {-1, -1}, {2, 3}}, 2, 3)},
      {"a row that ends before it begins", ragged({{0, 2}, {2, 1}, {2, 3}}, 2, 3)},
      {"a row past the last item", ragged({{0, 2}, {-1, -1}, {2, 4}}, 2, 3)},
      {"rows that share items", ragged({{0, 3}, {0, 3}, {0, 3}}, 2, 3)},
      {"the dense form", dense("f8", 1, 3, 0, 24)},
  };
  for (const auto& c : cases) EXPECT_FALSE(read(c.bytes, kThreeRagged)) << c.what;
}

TEST(Results, NumbersThatAreNoneAreNamedWithTheirRow) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto bytes = dense("f8", 2, 2, 3, 48);
    put(bytes, 64 + 8 * 4, bad);
    const auto refused = read(bytes, kTwoByThree);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::nan);
    EXPECT_NE(refused.error().message.find("row 1"), std::string::npos) << refused.error().message;
  }
}

TEST(Results, ARegionOutsideTheMemoryHoldsNothing) {
  const auto bytes = dense("f8", 2, 2, 3, 48);
  EXPECT_FALSE(read_predictions(bytes, {bytes.size() + 1, 112}, kTwoByThree));
  EXPECT_FALSE(read_predictions(bytes, {kHuge, kHuge}, kTwoByThree));
  EXPECT_FALSE(read_predictions("", {0, 0}, kTwoByThree));
}

// Whatever stands in the header, an answer lies inside the memory; the sanitizers watch the reads themselves.
TEST(Results, NoHeaderLeadsOutsideItsMemory) {
  std::mt19937_64 chance(57);
  const std::uint64_t interesting[] = {0,  1,        2,          3,          4,          8,    63,
                                       64, 1u << 16, 1ull << 32, 1ull << 61, 1ull << 63, kHuge};
  const std::string honest[] = {dense("f8", 2, 2, 3, 48), dense("f4", 1, 6, 0, 24), dense("b1", 2, 3, 2, 6),
                                ragged({{0, 2}, {-1, -1}, {2, 3}}, 2, 3)};
  const Expected expectations[] = {
      kTwoByThree, kThreeRagged, {.rows = 6}, {.rows = 3, .columns = 2}, {.rows = 2, .any_columns = true}};
  std::size_t accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    auto bytes = honest[chance() % 4];
    for (auto changes = chance() % 4; changes > 0; --changes) {
      if (chance() % 2 == 0)
        bytes[chance() % bytes.size()] = static_cast<char>(chance());
      else
        put(bytes, 8 * (chance() % (bytes.size() / 8)), interesting[chance() % std::size(interesting)]);
    }
    bytes.resize(bytes.size() - chance() % 9);
    const auto answer = read(bytes, expectations[chance() % 5]);
    if (!answer) continue;
    ++accepted;
    ASSERT_EQ(answer->bytes.data(), bytes.data());
    ASSERT_LE(answer->bytes.size(), bytes.size());
    if (!answer->ragged) {
      ASSERT_LE(answer->numbers.data() + answer->numbers.size(), bytes.data() + bytes.size());
    }
  }
  EXPECT_GT(accepted, 1000u);
}

TEST(Results, CapacityFollowsFromTheTruth) {
  EXPECT_EQ(capacity_for({.rows = 10}), 64u + 80);
  EXPECT_EQ(capacity_for({.rows = 10, .columns = 3}), 64u + 240);
  EXPECT_LE(capacity_for({.ragged = true, .rows = 1'000'000}), 64u + 16'000'000 + (256u << 20));
}

}  // namespace
}  // namespace evaluation
