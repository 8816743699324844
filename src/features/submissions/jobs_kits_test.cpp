// Kits: checked, refused, and taking the place of one another. With the real judge.
#include "features/submissions/jobs.h"
#include "features/submissions/testing_jobs.h"

namespace {
using namespace submissions;

class KitJobs : public WithJudge {};
INSTANTIATE_TEST_SUITE_P(Both, KitJobs, storage::both_kinds(), storage::kind_name);

TEST_P(KitJobs, RescoreFromKeptPredictionsAsAFreshRunWould) {
  const auto older = problem();
  const auto made = create(with(older, kGood));
  ASSERT_EQ(until_ended(made.id).state, State::scored);
  // Another order of the scores, and one more.
  auto text = base::read_file(kit() / "problem.py");
  ASSERT_TRUE(text);
  const auto at = text->find("score_types = [");
  text->insert(text->find('\n', at) + 1,
               "    rw.score_types.BalancedAccuracy(name='balanced', precision=3),\n");
  ASSERT_TRUE(base::write_file(kit() / "problem.py", *text));
  const auto newer = problem(older.id);
  ASSERT_EQ(newer.state, ProblemState::ready);
  EXPECT_FALSE(newer.is_practice);
  auto asked = storage::transact(*database_, [&](storage::Transaction& tx) {
    return room_->rescore(tx, {"event", "E"}, newer.id, base::now());
  });
  ASSERT_TRUE(asked) << asked.error().message;
  ASSERT_TRUE(comes_true([&] { return look(made.id).problem == newer.id; }));
  const auto rescored = scores(made.id);
  ASSERT_EQ(rescored.columns.size(), 4u);
  EXPECT_EQ(rescored.columns[0].name, "balanced");
  const auto fresh = create(with(newer, kGood));
  ASSERT_EQ(until_ended(fresh.id).state, State::scored);
  const auto expected = scores(fresh.id);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(rescored.columns[i].bagged_valid, expected.columns[i].bagged_valid) << rescored.columns[i].name;
    EXPECT_EQ(rescored.columns[i].valid, expected.columns[i].valid);
    EXPECT_EQ(tests(made.id).columns[i].bagged_test, tests(fresh.id).columns[i].bagged_test);
  }
}

TEST_P(KitJobs, RefuseAKitThatChangesMoreThanItsScores) {
  const auto older = problem();
  std::ofstream(kit() / "data" / "train.csv", std::ios::app) << "\n";
  const auto newer = registered(
      {.name = "breast_cancer", .kit_archive = packed(kit()), .by = author_, .replaces = older.id});
  EXPECT_EQ(newer.state, ProblemState::refused);
  ASSERT_FALSE(newer.findings.empty());
  EXPECT_EQ(newer.findings.back().file, "data/train.csv");
}

TEST_P(KitJobs, RefuseAKitThatCannotBePrepared) {
  std::ofstream(kit() / "problem.py", std::ios::app)
      << "\n\ndef get_cv(X, y):\n    raise ValueError('no folds today')\n";
  const auto refused = registered({.name = "breast_cancer", .kit_archive = packed(kit()), .by = author_});
  EXPECT_EQ(refused.state, ProblemState::refused);
  ASSERT_FALSE(refused.findings.empty());
  std::string all;
  for (const auto& finding : refused.findings) all += kit::to_text(finding) + "\n";
  EXPECT_NE(all.find("no folds today"), std::string::npos) << all;
}

}  // namespace
