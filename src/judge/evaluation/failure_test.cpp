#include "judge/evaluation/failure.h"

#include <array>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"

namespace evaluation {
namespace {

std::string message_of(const std::vector<std::string>& texts) {
  std::string bytes = "AGF1";
  for (const auto& text : texts) {
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
  }
  return bytes;
}

const std::vector<std::string> kHonest{
    "exception", "ValueError", "no fit today", "Traceback ...", "submissions/mine/classifier.py", "12"};

TEST(Failure, AnHonestMessageIsTakenWhole) {
  const auto failure = failure_from(message_of(kHonest), Phase::fit);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::exception);
  EXPECT_EQ(failure->phase, Phase::fit);
  EXPECT_EQ(failure->exception_class, "ValueError");
  EXPECT_EQ(failure->message, "no fit today");
  EXPECT_EQ(failure->file, "submissions/mine/classifier.py");
  EXPECT_EQ(failure->line, 12);
}

TEST(Failure, EveryTruncationIsNoMessage) {
  const auto whole = message_of(kHonest);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(failure_from(std::string_view(whole).substr(0, size), Phase::fit)) << size;
}

TEST(Failure, LengthsThatLieAreNoMessage) {
  std::size_t at = 4;
  for (const auto& text : kHonest) {
    for (const std::uint32_t lie : {0x7FFFFFFFu, 0xFFFFFFFFu, 0x80000000u, 100'000u}) {
      auto bytes = message_of(kHonest);
      std::memcpy(bytes.data() + at, &lie, sizeof lie);
      EXPECT_FALSE(failure_from(bytes, Phase::fit)) << at << " " << lie;
    }
    at += 4 + text.size();
  }
}

TEST(Failure, ChangedBytesNeverGiveUnreadableText) {
  std::mt19937_64 chance(57);
  const auto honest = message_of(kHonest);
  for (int round = 0; round < 50'000; ++round) {
    auto bytes = honest;
    for (auto changes = 1 + chance() % 6; changes > 0; --changes)
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    const auto failure = failure_from(bytes, Phase::predict);
    if (!failure) continue;
    EXPECT_EQ(failure->phase, Phase::predict);
    for (const auto& text : {failure->message, failure->traceback, failure->file, failure->exception_class}) {
      EXPECT_LE(text.size(), 3 * bytes.size());
      EXPECT_EQ(base::readable(text), text);
    }
  }
}

TEST(Failure, ACellCannotClaimWhatItIsNotToldToSay) {
  for (const std::string kind : {"machine", "time", "kit", "nan", "", "nonsense"}) {
    auto texts = kHonest;
    texts[0] = kind;
    EXPECT_EQ(failure_from(message_of(texts), Phase::fit)->kind, FailureKind::exception) << kind;
    EXPECT_EQ(failure_from(message_of(texts), Phase::prepare)->kind, FailureKind::kit) << kind;
    EXPECT_EQ(failure_from(message_of(texts), Phase::score)->kind, FailureKind::kit) << kind;
  }
}

TEST(Failure, TheWardensVerdictIsBelievedBeforeTheCell) {
  const auto said = failure_from(message_of(kHonest), Phase::fit);
  sandbox::Outcome outcome;
  for (const auto& [end, kind] : {std::pair{sandbox::End::time, FailureKind::time},
                                  {sandbox::End::processor, FailureKind::time},
                                  {sandbox::End::memory, FailureKind::memory},
                                  {sandbox::End::processes, FailureKind::processes},
                                  {sandbox::End::output, FailureKind::output},
                                  {sandbox::End::finished, FailureKind::exception}}) {
    outcome.end = end;
    EXPECT_EQ(failure_of(outcome, said, Phase::fit, {}, 3).kind, kind) << sandbox::word_for(end);
  }
  outcome.end = sandbox::End::signalled;
  outcome.code = 11;
  EXPECT_EQ(failure_of(outcome, std::nullopt, Phase::fit, {}, 3).message,
            "the process died of SIGSEGV during fit");
  EXPECT_EQ(failure_of(outcome, std::nullopt, Phase::score, {}, 3).kind, FailureKind::kit);
}

TEST(Failure, EveryKindHasANextStep) {
  for (int kind = 0; kind <= static_cast<int>(FailureKind::machine); ++kind) {
    Failure failure;
    failure.kind = static_cast<FailureKind>(kind);
    EXPECT_FALSE(next_step(failure).empty()) << word_for(failure.kind);
  }
}

}  // namespace
}  // namespace evaluation
