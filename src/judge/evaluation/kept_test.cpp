#include <cstring>

#include <gtest/gtest.h>

#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace {

// One fold, three float64 of train and two of test, in a memory with room to spare.
Evaluation small() {
  const auto step = [](std::initializer_list<double> values) {
    std::string bytes(64, '\0');
    bytes.replace(0, 6, "AGR1f8");
    bytes[6] = 1;
    bytes[8] = static_cast<char>(values.size());
    for (const double value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return bytes;
  };
  Evaluation evaluation;
  evaluation.has_test = true;
  evaluation.folds_hash = std::string(64, 'a');
  evaluation.folds.resize(1);
  evaluation.folds[0].fit_seconds = 1.5;
  evaluation.folds[0].peak_memory_bytes = 7;
  evaluation.places = {{0, 256}, {256, 256}, {.rows = 3}, {.rows = 2}};
  auto memory = step({1, 2, 3});
  memory.resize(256);
  memory += step({4, 5});
  memory.resize(512, 'x');  // what a submission may have left behind its numbers
  evaluation.predictions = {memory};
  return evaluation;
}

TEST(Kept, ReadsBackWhatWasKeptAndNothingBehindIt) {
  const auto bytes = save_predictions(small());
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_EQ(bytes->find('x'), std::string::npos);
  const auto kept = load_predictions(*bytes);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_TRUE(kept->has_test);
  EXPECT_EQ(kept->folds_hash, std::string(64, 'a'));
  ASSERT_EQ(kept->folds.size(), 1u);
  EXPECT_EQ(kept->folds[0].fit_seconds, 1.5);
  EXPECT_EQ(kept->folds[0].peak_memory_bytes, 7u);
  EXPECT_EQ(kept->folds[0].train, small().predictions[0].substr(0, 64 + 24));
  EXPECT_EQ(kept->folds[0].test, small().predictions[0].substr(256, 64 + 16));
}

TEST(Kept, WhatIsCutOrOfAnotherFormIsRefused) {
  const auto bytes = *save_predictions(small());
  // The padding behind the last number may be missing; nothing before it.
  for (std::size_t size = 0; size < bytes.size() - 48; ++size)
    EXPECT_FALSE(load_predictions(std::string_view(bytes).substr(0, size))) << size;
  for (const std::size_t at : {0u, 4u}) {
    auto other = bytes;
    other[at] = static_cast<char>(other[at] + 1);
    EXPECT_FALSE(load_predictions(other)) << at;
  }
  for (const std::size_t at : {16u, 112u, 120u}) {  // folds, bytes of train, bytes of test
    auto lying = bytes;
    std::memset(lying.data() + at, 0xFF, 8);
    const auto refused = load_predictions(lying);
    ASSERT_FALSE(refused) << at;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace evaluation
