#include "features/submissions/rules_tries.h"

#include <limits>

#include <gtest/gtest.h>

namespace {
using namespace submissions;
using evaluation::FailureKind;
using evaluation::Phase;

TEST(TryStates, HaveWordsThatReadBackAndAnEnd) {
  for (const auto state :
       {TryState::waiting, TryState::running, TryState::passed, TryState::failed, TryState::cancelled})
    EXPECT_EQ(try_state_from(word_for(state)).value(), state);
  EXPECT_FALSE(try_state_from("scored"));
  Try one{.id = TryId(base::Ulid{}),
          .problem = ProblemId(base::Ulid{}),
          .contest = {"event", "E"},
          .author = people::PersonId(base::Ulid{})};
  for (const auto state : {TryState::waiting, TryState::running}) {
    one.state = state;
    EXPECT_FALSE(why_not_cancelled(one)) << word_for(state);
  }
  for (const auto state : {TryState::passed, TryState::failed, TryState::cancelled}) {
    one.state = state;
    ASSERT_TRUE(why_not_cancelled(one)) << word_for(state);
    EXPECT_EQ(why_not_cancelled(one)->kind, base::ErrorKind::conflict);
    EXPECT_NE(why_not_cancelled(one)->message.find(word_for(state)), std::string::npos);
  }
}

TEST(TryReasons, SayEverythingOfTheCodeAndNothingOfTheMachine) {
  evaluation::Failure failure;
  failure.kind = FailureKind::exception;
  failure.phase = Phase::predict;
  failure.exception_class = "ValueError";
  failure.message = "n_neighbors must be positive";
  failure.file = "submissions/my_try/classifier.py";
  failure.line = 7;
  const auto of_code = reason_of_try(failure);
  EXPECT_EQ(of_code.phase, Phase::trial);
  EXPECT_EQ(of_code.message, failure.message);
  EXPECT_EQ(of_code.line, 7);
  failure.kind = FailureKind::machine;
  failure.message = "open /a/path of the server: no such file";
  const auto of_machine = reason_of_try(failure);
  EXPECT_TRUE(of_machine.message.empty());
  EXPECT_NE(of_machine.next_step.find("try it again"), std::string::npos);
}

TEST(TryOutput, KeepsItsBeginningAndItsEndAndSaysWhatItLeftOut) {
  EXPECT_EQ(capped("hello\n", 100), "hello\n");
  const auto longer = "first " + std::string(2000, 'x') + " last";
  const auto shown = capped(longer, 200);
  EXPECT_LE(shown.size(), 200u);
  EXPECT_TRUE(shown.starts_with("first ")) << shown;
  EXPECT_TRUE(shown.ends_with(" last")) << shown;
  EXPECT_NE(shown.find("[1875 bytes of output are not shown]"), std::string::npos) << shown;
  std::string accents;
  for (int i = 0; i < 300; ++i) accents += "\xC3\xA9";
  for (std::size_t most = 190; most < 200; ++most) {
    const auto cut = capped(accents, most);
    EXPECT_NE(base::parse_json(base::to_text(base::json::value(cut))).value().as_string().find("\xC3\xA9"),
              std::string::npos);
    EXPECT_NE(cut.find("\xC3\xA9\n["), std::string::npos) << "whole characters before the gap";
    EXPECT_NE(cut.find("]\n\xC3\xA9"), std::string::npos) << "and after it";
  }
}

TEST(TryScores, AreOfTheFirstFoldAndNeverNaN) {
  evaluation::Evaluation evaluation;
  EXPECT_TRUE(scores_of_try(evaluation).empty());
  evaluation.columns = {{"accuracy", 3, false}, {"loss", 2, true}};
  evaluation.folds = {
      {.train = {0.75, std::numeric_limits<double>::quiet_NaN()}, .valid = {0.5, 0.25}, .test = {}}};
  const auto scores = scores_of_try(evaluation);
  EXPECT_EQ(scores.at("accuracy").at("train").as_double(), 0.75);
  EXPECT_EQ(scores.at("accuracy").at("valid").as_double(), 0.5);
  EXPECT_TRUE(scores.at("loss").at("train").is_null());
}

}  // namespace
