// Predictions as one string of bytes, to keep and to score again. All numbers are little-endian:
//   0  "AGK1"             8  uint32: 1 where there are predictions of the test part
//   4  uint32 version, 1  12 uint32: 0
//   16 uint64: folds      24 64 hexadecimal digits: of the problem's folds (Evaluation::folds_hash)
//   88 for each fold: float64 seconds of fit, of predict; uint64 peak memory, bytes of train, bytes of test
// then each fold's train and test predictions in turn, each from the next multiple of 64 on: header and
// numbers as the fold's cell wrote them (agora_cell/predictions.py), up to the last number.
#include <cassert>
#include <cstring>

#include <fmt/format.h>

#include "judge/evaluation/results.h"

namespace evaluation {
namespace {

constexpr std::string_view kMagic = "AGK1";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHead = 88, kOfFold = 40, kHash = 64, kAlignment = 64;
constexpr std::uint64_t kMostFolds = 100'000;

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::size_t padded(std::size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

base::Result<std::string_view> checked(std::string_view memory, const Region& region,
                                       const Expected& expected) {
  const auto predictions = read_predictions(memory, region, expected);
  if (!predictions) return base::internal(predictions.error().message);
  return predictions->bytes;
}

base::Failure no_predictions(std::string_view why) {
  return base::invalid(fmt::format("these bytes are no kept predictions: {}", why));
}

}  // namespace

base::Result<std::string> save_predictions(const Evaluation& evaluation) {
  assert(!evaluation.failure && evaluation.folds_hash.size() == kHash);
  std::string head(kMagic), body;
  put(head, kVersion);
  put(head, std::uint32_t{evaluation.has_test});
  put(head, std::uint32_t{0});
  put(head, std::uint64_t{evaluation.predictions.size()});
  head += evaluation.folds_hash;
  for (std::size_t fold = 0; fold < evaluation.predictions.size(); ++fold) {
    const auto& places = evaluation.places;
    const auto train = checked(evaluation.predictions[fold], places.train, places.expected_train);
    if (!train) return base::Failure(train.error());
    base::Result<std::string_view> test = std::string_view();
    if (evaluation.has_test) test = checked(evaluation.predictions[fold], places.test, places.expected_test);
    if (!test) return base::Failure(test.error());
    put(head, evaluation.folds[fold].fit_seconds);
    put(head, evaluation.folds[fold].predict_seconds);
    put(head, evaluation.folds[fold].peak_memory_bytes);
    put(head, std::uint64_t{train->size()});
    put(head, std::uint64_t{test->size()});
    for (const auto part : {*train, *test}) {
      body += part;
      body.resize(padded(body.size()));
    }
  }
  head.resize(padded(head.size()));
  return head + body;
}

base::Result<Kept> load_predictions(std::string_view bytes) {
  if (bytes.size() < kHead || !bytes.starts_with(kMagic)) return no_predictions("they begin otherwise");
  if (const auto version = number_at<std::uint32_t>(bytes, 4); version != kVersion)
    return no_predictions(
        fmt::format("they are of version {}, and this release reads {}", version, kVersion));
  Kept kept;
  kept.has_test = number_at<std::uint32_t>(bytes, 8) != 0;
  kept.folds_hash = std::string(bytes.substr(24, kHash));
  const auto count = number_at<std::uint64_t>(bytes, 16);
  if (count > kMostFolds || kHead + count * kOfFold > bytes.size())
    return no_predictions("they end too early");
  auto at = padded(kHead + count * kOfFold);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto head = bytes.substr(kHead + i * kOfFold, kOfFold);
    KeptFold fold;
    fold.fit_seconds = number_at<double>(head, 0);
    fold.predict_seconds = number_at<double>(head, 8);
    fold.peak_memory_bytes = number_at<std::uint64_t>(head, 16);
    for (const auto& [part, offset] : {std::pair{&fold.train, 24}, std::pair{&fold.test, 32}}) {
      const auto size = number_at<std::uint64_t>(head, static_cast<std::size_t>(offset));
      if (at > bytes.size() || size > bytes.size() - at) return no_predictions("they end too early");
      *part = std::string(bytes.substr(at, size));
      at = padded(at + size);
    }
    kept.folds.push_back(std::move(fold));
  }
  return kept;
}

}  // namespace evaluation
