#include "features/submissions/store.h"

#include <gtest/gtest.h>

#include "features/submissions/testing.h"

namespace {
using namespace submissions;
using storage::Snapshot;
using storage::Transaction;

class Store : public WithRoom {
 protected:
  KeptProblem find(const ProblemId& id) {
    auto found = storage::read(*database_, [&](Snapshot& seen) { return find_kept_problem(seen, id); });
    EXPECT_TRUE(found && *found);
    return std::move(**found);
  }
  template <class Body>
  void change(Body body) {
    auto done = storage::transact(*database_, body);
    ASSERT_TRUE(done) << done.error().message << " " << done.error().detail;
  }
  void end_as(const SubmissionId& id, State state, std::optional<Reason> reason = {}) {
    change([&](Transaction& tx) -> base::Result<void> {
      auto kept = find_kept(tx, id);
      if (!kept) return tl::unexpected(kept.error());
      (*kept)->submission.state = state;
      (*kept)->submission.reason = reason;
      return update_submission(tx, **kept);
    });
  }
  Used used(std::string_view team, base::Instant since) {
    auto counted = storage::read(*database_, [&](Snapshot& seen) {
      return used_since(seen, {"event", "E"}, team, since);
    });
    EXPECT_TRUE(counted) << counted.error().message;
    return *counted;
  }
  std::vector<Submission> list(const Wanted& wanted) {
    auto found = storage::read(*database_, [&](Snapshot& seen) { return list_submissions(seen, wanted); });
    EXPECT_TRUE(found) << found.error().detail;
    return std::move(*found);
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Store, storage::both_kinds(), storage::kind_name);

TEST_P(Store, GivesAProblemBackAsItWasKept) {
  const auto id = ready_problem();
  auto kept = find(id);
  EXPECT_EQ(kept.problem.elements, std::vector<std::string>{"classifier.py"});
  ASSERT_EQ(kept.problem.columns.size(), 2u);
  EXPECT_EQ(kept.problem.columns[1].name, "loss");
  EXPECT_TRUE(kept.problem.columns[1].is_lower_the_better);
  EXPECT_TRUE(kept.problem.is_practice);
  kept.problem.findings = {{kit::Weight::warning, "problem.py", 12, "odd", "mend it"}};
  kept.problem.state = ProblemState::refused;
  change([&](Transaction& tx) { return update_problem(tx, kept); });
  const auto again = find(id);
  ASSERT_EQ(again.problem.findings.size(), 1u);
  EXPECT_EQ(again.problem.findings[0].weight, kit::Weight::warning);
  EXPECT_EQ(again.problem.findings[0].line, 12);
  EXPECT_EQ(again.problem.state, ProblemState::refused);
}

TEST_P(Store, CountsNumbersByTeam) {
  const auto problem = ready_problem();
  EXPECT_EQ(create(asked(problem)).number, 1);
  EXPECT_EQ(create(asked(problem)).number, 2);
  EXPECT_EQ(create(asked(problem, "x = 1\n", "other")).number, 1);
  EXPECT_EQ(create(asked(problem)).name, "submission 3");
}

TEST_P(Store, KeepsTheReasonAndTheCourse) {
  const auto made = create(asked(ready_problem()));
  EXPECT_EQ(look(made.id).size_bytes, 9u);
  Reason reason;
  reason.kind = evaluation::FailureKind::shape;
  reason.phase = evaluation::Phase::predict;
  reason.fold = 1;
  reason.file = "submissions/x/classifier.py";
  reason.line = 3;
  reason.next_step = "look";
  end_as(made.id, State::failed, reason);
  const auto seen = look(made.id);
  ASSERT_TRUE(seen.reason);
  EXPECT_EQ(seen.reason->kind, reason.kind);
  EXPECT_EQ(seen.reason->phase, reason.phase);
  EXPECT_EQ(seen.reason->fold, 1);
  EXPECT_EQ(seen.reason->line, 3);
  end_as(made.id, State::cancelled);
  EXPECT_FALSE(look(made.id).reason);
}

TEST_P(Store, ListsTheNewestFirstPageByPage) {
  const auto problem = ready_problem();
  std::vector<SubmissionId> made;
  for (int i = 0; i < 5; ++i) made.push_back(create(asked(problem, "x = 1\n", i == 2 ? "other" : "team")).id);
  end_as(made[4], State::scored);
  const auto page = list({.contest = people::Ref{"event", "E"}, .limit = 2});
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].id, made[4]);
  const auto rest = list({.contest = people::Ref{"event", "E"}, .after = page[1].id});
  ASSERT_EQ(rest.size(), 3u);
  EXPECT_EQ(rest[0].id, made[2]);
  EXPECT_EQ(list({.team = "other"}).size(), 1u);
  EXPECT_EQ(list({.author = author_, .state = State::scored}).size(), 1u);
  EXPECT_TRUE(list({.contest = people::Ref{"event", "F"}}).empty());
}

TEST_P(Store, CountsWhatATeamHasUsed) {
  const auto problem = ready_problem();
  const auto start = base::now();
  std::vector<SubmissionId> made;
  for (int i = 0; i < 6; ++i) made.push_back(create(asked(problem)).id);
  create(asked(problem, "x = 1\n", "other"));
  end_as(made[0], State::scored);
  Reason reason;
  reason.kind = evaluation::FailureKind::exception;
  reason.phase = evaluation::Phase::fit;
  end_as(made[1], State::failed, reason);
  reason.phase = evaluation::Phase::trial;
  end_as(made[2], State::failed, reason);
  reason.phase = evaluation::Phase::fit;
  reason.kind = evaluation::FailureKind::machine;
  end_as(made[3], State::failed, reason);
  end_as(made[4], State::cancelled);
  const auto now = used("team", start);
  EXPECT_EQ(now.scored, 1);
  EXPECT_EQ(now.failed_on_hidden, 1);
  EXPECT_EQ(now.in_flight, 1);
  EXPECT_EQ(used("team", base::now() + std::chrono::seconds(1)).in_flight, 0);
}

TEST_P(Store, KeepsVisibleAndTestScoresApart) {
  const auto made = create(asked(ready_problem()));
  evaluation::Evaluation evaluation;
  evaluation.columns = {{"accuracy", 3, false}, {"loss", 2, true}};
  evaluation.has_test = true;
  evaluation.folds = {{.train = {0.9, 0.1}, .valid = {0.8, 0.2}, .test = {0.75, 0.25}},
                      {.train = {0.7, 0.3}, .valid = {0.6, 0.4}, .test = {0.5, 0.5}}};
  evaluation.bagged_valid = {0.85, 0.15};
  evaluation.bagged_test = {0.65, 0.35};
  for (int twice = 0; twice < 2; ++twice)  // the second time in the place of the first
    change([&](Transaction& tx) { return put_scores(tx, made.id, evaluation); });
  auto visible = storage::read(*database_, [&](Snapshot& seen) { return visible_scores(seen, made.id); });
  ASSERT_TRUE(visible) << visible.error().detail;
  ASSERT_EQ(visible->columns.size(), 2u);
  EXPECT_EQ(visible->columns[0].name, "accuracy");
  EXPECT_EQ(visible->columns[0].valid, (std::vector<std::optional<double>>{0.8, 0.6}));
  EXPECT_DOUBLE_EQ(*visible->columns[0].valid_mean, 0.7);
  EXPECT_DOUBLE_EQ(*visible->columns[1].bagged_valid, 0.15);
  auto test =
      storage::read(*database_, [&](Snapshot& seen) { return submissions::test_scores(seen, made.id); });
  ASSERT_TRUE(test) << test.error().detail;
  EXPECT_DOUBLE_EQ(*test->columns[0].test_mean, 0.625);
  EXPECT_DOUBLE_EQ(*test->columns[0].bagged_test, 0.65);
  EXPECT_EQ(test->columns[1].test.size(), 2u);
}

TEST_P(Store, KeepsOneEvaluationForEachRunAndStep) {
  const auto made = create(asked(ready_problem()));
  KeptEvaluation kept{.submission = made.id, .step = Step::hidden, .run = 1, .problem = made.problem};
  kept.failure.emplace();
  kept.failure->message = "label 3";
  kept.failure->fold = 0;
  kept.scored = base::now();
  change([&](Transaction& tx) { return put_evaluation(tx, kept); });
  kept.failure->line = 9;
  change([&](Transaction& tx) { return put_evaluation(tx, kept); });
  auto found = storage::read(*database_,
                             [&](Snapshot& seen) { return find_evaluation(seen, made.id, Step::hidden, 1); });
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->failure->line, 9);
  EXPECT_EQ((*found)->failure->fold, 0);
  EXPECT_EQ((*found)->failure->message, "label 3");
  auto none = storage::read(*database_,
                            [&](Snapshot& seen) { return find_evaluation(seen, made.id, Step::trial, 1); });
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

}  // namespace
