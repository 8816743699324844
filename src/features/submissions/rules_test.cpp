#include "features/submissions/rules.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"

namespace {
using namespace submissions;
using evaluation::FailureKind;
using evaluation::Phase;

Reason reason(FailureKind kind, Phase phase) {
  Reason made;
  made.kind = kind;
  made.phase = phase;
  return made;
}

TEST(Use, CountsWhatIsScoredInFlightOrFailedOnHiddenData) {
  struct Case {
    const char* what;
    State state;
    std::optional<Reason> reason;
    Use expect;
  };
  const Case cases[] = {
      {"just handed in", State::received, {}, Use::in_flight},
      {"on public data", State::trial, {}, Use::in_flight},
      {"given back", State::queued, {}, Use::in_flight},
      {"on hidden data", State::running, {}, Use::in_flight},
      {"scored", State::scored, {}, Use::scored},
      {"cancelled", State::cancelled, {}, Use::nothing},
      {"its trial failed", State::failed, reason(FailureKind::exception, Phase::trial), Use::nothing},
      {"the kit failed in its trial", State::failed, reason(FailureKind::kit, Phase::trial), Use::nothing},
      {"its fit failed", State::failed, reason(FailureKind::exception, Phase::fit), Use::failed_on_hidden},
      {"its predictions had the wrong shape", State::failed, reason(FailureKind::shape, Phase::predict),
       Use::failed_on_hidden},
      {"the kit's score type failed on it", State::failed, reason(FailureKind::kit, Phase::score),
       Use::failed_on_hidden},
      {"the kit could not be prepared", State::failed, reason(FailureKind::kit, Phase::prepare),
       Use::nothing},
      {"the machine failed", State::failed, reason(FailureKind::machine, Phase::fit), Use::nothing},
      {"the machine failed in the trial", State::failed, reason(FailureKind::machine, Phase::trial),
       Use::nothing},
  };
  for (const auto& c : cases) EXPECT_EQ(use_of(c.state, c.reason), c.expect) << c.what;
}

TEST(States, HaveWordsThatReadBack) {
  for (const auto state : {State::received, State::trial, State::queued, State::running, State::scored,
                           State::failed, State::cancelled})
    EXPECT_EQ(state_from(word_for(state)).value(), state);
  for (const auto state : {ProblemState::checking, ProblemState::ready, ProblemState::refused})
    EXPECT_EQ(problem_state_from(word_for(state)).value(), state);
  EXPECT_FALSE(state_from("lost"));
  EXPECT_FALSE(phase_from("nowhere"));
  EXPECT_EQ(failure_kind_from("processes").value(), FailureKind::processes);
}

TEST(States, SayWhatMayBeDone) {
  Submission submission{.id = SubmissionId(base::Ulid{}),
                        .problem = ProblemId(base::Ulid{}),
                        .contest = {"event", "e"},
                        .team = "t",
                        .team_name = "t",
                        .author = people::PersonId(base::Ulid{}),
                        .name = "n"};
  for (const auto state : {State::received, State::trial, State::queued, State::running}) {
    submission.state = state;
    EXPECT_FALSE(why_not_cancelled(submission)) << word_for(state);
    ASSERT_TRUE(why_not_rerun(submission)) << word_for(state);
    EXPECT_EQ(why_not_rerun(submission)->kind, base::ErrorKind::conflict);
  }
  for (const auto state : {State::scored, State::failed, State::cancelled}) {
    submission.state = state;
    ASSERT_TRUE(why_not_cancelled(submission)) << word_for(state);
    EXPECT_NE(why_not_cancelled(submission)->message.find(word_for(state)), std::string::npos);
    EXPECT_FALSE(why_not_rerun(submission)) << word_for(state);
  }
}

TEST(Reasons, OfATrialSayEverything) {
  evaluation::Failure failure;
  failure.kind = FailureKind::exception;
  failure.phase = Phase::fit;
  failure.fold = 0;
  failure.exception_class = "ValueError";
  failure.message = "n_neighbors must be positive";
  failure.file = "submissions/mine/classifier.py";
  failure.line = 7;
  const auto shown = reason_of_trial(failure);
  EXPECT_EQ(shown.phase, Phase::trial);
  EXPECT_FALSE(shown.fold);
  EXPECT_EQ(shown.message, failure.message);
  EXPECT_EQ(shown.line, 7);
  EXPECT_FALSE(shown.next_step.empty());
}

TEST(Reasons, OfTheHiddenRunTellNothingThatTheCodeSaid) {
  evaluation::Failure failure;
  failure.kind = FailureKind::exception;
  failure.phase = Phase::predict;
  failure.fold = 3;
  failure.exception_class = "Secret_0110";
  failure.message = "label 17 is 1";
  failure.traceback = "label 17 is 1";
  failure.file = "submissions/mine/classifier.py";
  failure.line = 7;
  const auto shown = reason_of_hidden(failure);
  EXPECT_EQ(shown.phase, Phase::predict);
  EXPECT_EQ(shown.fold, 3);
  EXPECT_EQ(shown.exception_class, "Exception");
  EXPECT_EQ(shown.message.find("label 17"), std::string::npos);
  EXPECT_EQ(shown.next_step.find("label"), std::string::npos);
}

TEST(Reasons, OfTheMachineSayThatNothingWasCharged) {
  const auto shown = reason_of_machine(Phase::trial);
  EXPECT_EQ(shown.kind, FailureKind::machine);
  EXPECT_NE(shown.next_step.find("nothing was charged"), std::string::npos);
}

TEST(Names, BecomeFoldersThatPythonAndCellsTake) {
  struct Case {
    const char* name;
    const char* folder;
  };
  const Case cases[] = {{"starting_kit", "starting_kit"},
                        {"my best model!", "my_best_model_"},
                        {"2 trees", "s_2_trees"},
                        {"../../etc", "s__etc"},
                        {"", "s_"},
                        {"\xC3\xA9t\xC3\xA9", "s__t_"}};
  for (const auto& c : cases) EXPECT_EQ(folder_name(c.name), c.folder) << c.name;
}

TEST(Names, AreOneLineOfText) {
  EXPECT_FALSE(why_no_name("my best model"));
  EXPECT_FALSE(why_no_name(""));
  EXPECT_TRUE(why_no_name("two\nlines"));
  EXPECT_TRUE(why_no_name(std::string(81, 'a')));
}

TEST(Paths, StayBelowTheSubmission) {
  for (const auto* good : {"classifier.py", "weights/net.h5", "a-b_c.d/e"})
    EXPECT_FALSE(why_no_path(good)) << good;
  for (const auto* bad : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "a b", "a\n", ".", "x\\y"})
    EXPECT_TRUE(why_no_path(bad)) << bad;
  EXPECT_TRUE(why_no_path(std::string(201, 'a')));
  EXPECT_NE(why_no_path("a\nb")->message.find("\\x0a"), std::string::npos);
}

TEST(CodeHash, IsThatOfTheFolder) {
  auto folder = base::TemporaryFolder::make("agora-test");
  ASSERT_TRUE(folder);
  std::filesystem::create_directories(folder->path() / "sub");
  ASSERT_TRUE(base::write_file(folder->path() / "b.py", "one"));
  ASSERT_TRUE(base::write_file(folder->path() / "sub" / "a.bin", "two"));
  const auto hash = code_hash_of({{"sub/a.bin", base::sha256_hex("two")}, {"b.py", base::sha256_hex("one")}});
  EXPECT_EQ(hash, base::sha256_of_folder(folder->path()).value());
}

TEST(Means, AreThoseOfThePopulation) {
  VisibleScores scores;
  scores.columns.push_back({.name = "accuracy", .train = {1.0, 1.0}, .valid = {0.5, 0.7}});
  fill_means(scores);
  EXPECT_DOUBLE_EQ(*scores.columns[0].valid_mean, 0.6);
  EXPECT_NEAR(*scores.columns[0].valid_std, 0.1, 1e-15);
  EXPECT_DOUBLE_EQ(*scores.columns[0].train_std, 0.0);
  VisibleScores none;
  none.columns.push_back({.name = "accuracy"});
  fill_means(none);
  EXPECT_FALSE(none.columns[0].valid_mean);
}

TEST(Wait, IsWhatRunsAndWhatIsAheadByWhatIsTypical) {
  const base::Seconds ten{10};
  EXPECT_FALSE(estimated_wait(3, 1, std::nullopt));
  EXPECT_DOUBLE_EQ(*estimated_wait(0, 0, ten), 0);
  EXPECT_DOUBLE_EQ(*estimated_wait(0, 1, ten), 10);
  EXPECT_DOUBLE_EQ(*estimated_wait(3, 2, ten), 20);
}

TEST(Rescore, AllowsNoFileToDifferButTheProblemsText) {
  const HashedTree before{{{"problem.py", "1"}, {"data/train.csv", "2"}, {"external_imports/a.py", "3"}}};
  const HashedTree same{{{"problem.py", "9"},
                         {"data/train.csv", "2"},
                         {"external_imports/a.py", "3"},
                         {"submissions/x/classifier.py", "7"},
                         {"statement.md", "8"}}};
  EXPECT_TRUE(differing_files(before, same).empty());
  const HashedTree other{{{"problem.py", "1"}, {"data/train.csv", "5"}, {"data/more.csv", "6"}}};
  EXPECT_EQ(differing_files(before, other),
            (std::vector<std::string>{"data/train.csv", "data/more.csv", "external_imports/a.py"}));
}

}  // namespace
