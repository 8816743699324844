// The whole life of submissions, with the real queue, the real judge and real cells. Where the default
// environment cannot be had the tests say so and are skipped.
#include "features/submissions/jobs.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

#include <unistd.h>

#include "features/submissions/rules.h"
#include "features/submissions/testing_jobs.h"

namespace {
using namespace submissions;
using namespace std::chrono_literals;
using storage::Snapshot;

class Jobs : public WithJudge {};
INSTANTIATE_TEST_SUITE_P(Both, Jobs, storage::both_kinds(), storage::kind_name);

TEST_P(Jobs, CheckAKitAndScoreWhatIsHandedIn) {
  const auto ready = problem();
  ASSERT_EQ(ready.state, ProblemState::ready);
  EXPECT_EQ(ready.folds, 5);
  EXPECT_TRUE(ready.has_test);
  EXPECT_FALSE(ready.is_practice);
  EXPECT_EQ(ready.columns.front().name, "roc_auc");
  EXPECT_EQ(ready.elements, (std::vector<std::string>{"feature_extractor.py", "classifier.py"}));
  EXPECT_NE(ready.statement.find("breast"), std::string::npos);
  const auto made = create(with(ready, kGood));
  const auto scored = until_ended(made.id);
  ASSERT_EQ(scored.state, State::scored)
      << base::to_text(view(made.id, {.sees = true, .manages = true, .sees_output = true}));
  EXPECT_EQ(heard(made.id), "received trial running scored");
  EXPECT_EQ(scored.folds_done, 5);
  EXPECT_TRUE(scored.started && scored.ended && scored.fit_seconds && scored.predict_seconds);
  const auto visible = scores(made.id);
  ASSERT_EQ(visible.columns.size(), 3u);
  EXPECT_EQ(visible.columns[0].valid.size(), 5u);
  EXPECT_GT(*visible.columns[0].bagged_valid, 0.8);
  EXPECT_GT(*tests(made.id).columns[0].bagged_test, 0.8);
  EXPECT_TRUE(evaluation(made.id, Step::hidden).predictions_blob);
  EXPECT_NE(evaluation(made.id, Step::hidden).record.find(scored.code_hash), std::string::npos);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE state <> 'done'"), 0);
}

TEST_P(Jobs, FailATrialWithAllThatItSaid) {
  const auto made = create(with(problem(), kBroken));
  const auto failed = until_ended(made.id);
  ASSERT_EQ(failed.state, State::failed);
  ASSERT_TRUE(failed.reason);
  EXPECT_EQ(failed.reason->phase, evaluation::Phase::trial);
  EXPECT_EQ(failed.reason->exception_class, "ValueError");
  EXPECT_NE(failed.reason->message.find("a broken thing of "), std::string::npos);
  EXPECT_EQ(failed.reason->line, 3);
  EXPECT_NE(evaluation(made.id, Step::trial).failure->traceback.find("classifier.py"), std::string::npos);
  EXPECT_EQ(use_of(failed.state, failed.reason), Use::nothing);
  EXPECT_EQ(heard(made.id), "received trial failed");
}

TEST_P(Jobs, TellNothingOfHiddenDataWhenCodeFailsThere) {
  const auto made = create(with(problem(), kFailsOnHidden));
  const auto failed = until_ended(made.id);
  ASSERT_EQ(failed.state, State::failed);
  ASSERT_TRUE(failed.reason);
  EXPECT_EQ(failed.reason->phase, evaluation::Phase::fit);
  EXPECT_EQ(failed.reason->line, 6);
  EXPECT_EQ(use_of(failed.state, failed.reason), Use::failed_on_hidden);
  // Kept for whoever may see all, and nowhere else.
  EXPECT_NE(evaluation(made.id, Step::hidden).failure->message.find("PLANTEDsecret"), std::string::npos);
  const auto of_author = base::to_text(view(made.id, {.sees = true, .sees_code = true, .is_author = true}));
  EXPECT_EQ(of_author.find("PLANTED"), std::string::npos) << of_author;
  EXPECT_NE(base::to_text(view(made.id, {.sees = true, .is_author = true, .sees_output = true}))
                .find("PLANTEDsecret"),
            std::string::npos);
  for (const auto* columns :
       {"SELECT count(*) FROM event_log WHERE payload LIKE '%PLANTED%'",
        "SELECT count(*) FROM submissions WHERE coalesce(reason_message, '') || coalesce(reason_class, '') "
        "|| "
        "coalesce(reason_file, '') || coalesce(reason_next_step, '') LIKE '%PLANTED%'",
        "SELECT count(*) FROM jobs WHERE payload || coalesce(why, '') LIKE '%PLANTED%'"})
    EXPECT_EQ(one<std::int64_t>(columns), 0) << columns;
}

TEST_P(Jobs, StopWhatIsCancelledWithinASecond) {
  const auto made = create(with(problem(), kSlow));
  ASSERT_TRUE(comes_true([&] { return look(made.id).state == State::trial; }));
  std::this_thread::sleep_for(300ms);
  const base::Stopwatch watch;
  auto cancelled = room_->cancel(made.id, base::now());
  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(until_ended(made.id).state, State::cancelled);
  EXPECT_LT(watch.seconds(), 2.0);
  auto twice = room_->cancel(made.id, base::now());
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE state = 'running' OR state = 'waiting'"), 0);
}

TEST_P(Jobs, CancelWhatWaitsAtOnce) {
  const auto ready = problem();
  executor_.reset();
  const auto made = create(with(ready, kGood));
  const auto shown = view(made.id, {.sees = true, .is_author = true});
  EXPECT_EQ(shown.at("queue").at("place").as_int64(), 1);
  auto cancelled = room_->cancel(made.id, base::now());
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, State::cancelled);
  start_executor();
  EXPECT_EQ(heard(made.id), "received cancelled");
}

TEST_P(Jobs, RunAgainOnceWhenTheServerWasKilled) {
  const auto ready = problem();
  executor_.reset();
  const auto made = create(with(ready, kGood));
  // As a server does that dies at this moment: it has claimed the job, and passed the trial.
  const std::vector<std::string> types{"evaluate"};
  auto claim = engine::claim(*database_, types, "killed", base::Seconds(60), base::now());
  ASSERT_TRUE(claim && *claim);
  auto released = engine::release(*database_, "killed", base::now(), ended(*room_));
  ASSERT_TRUE(released) << released.error().message;
  start_executor();
  EXPECT_EQ(until_ended(made.id).state, State::scored);
  // What the dead one would still write comes to nothing.
  auto late = storage::transact(
      *database_, [&](storage::Transaction& tx) { return engine::finish(tx, **claim, base::now()); });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(heard(made.id), "received trial running scored");
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM evaluations WHERE step = 'hidden'"), 1);
}

TEST_P(Jobs, GoOnAfterTheProgramStoppedHalfWay) {
  const auto made = create(with(problem(), kSlow));
  ASSERT_TRUE(comes_true([&] { return look(made.id).state == State::trial; }));
  executor_.reset();  // the handler is asked to stop, the job put back
  EXPECT_FALSE(has_ended(look(made.id).state));
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE state = 'waiting'"), 1);
  open_room();
  start_executor();
  ASSERT_TRUE(comes_true(
      [&] { return one<std::int64_t>("SELECT count(*) FROM jobs WHERE state = 'running'") == 1; }));
  ASSERT_TRUE(room_->cancel(made.id, base::now()));
  EXPECT_EQ(until_ended(made.id).state, State::cancelled);
}

TEST_P(Jobs, ScoreTheSameAgainAndChargeOnce) {
  const auto start = base::now();
  const auto made = create(with(problem(), kGood));
  ASSERT_EQ(until_ended(made.id).state, State::scored);
  const auto before = scores(made.id);
  auto again = room_->rerun(made.id, base::now());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->runs, 2);
  auto too_soon = room_->rerun(made.id, base::now());
  EXPECT_FALSE(too_soon);
  ASSERT_EQ(until_ended(made.id).state, State::scored);
  const auto after = scores(made.id);
  for (std::size_t i = 0; i < before.columns.size(); ++i)
    EXPECT_EQ(before.columns[i].bagged_valid, after.columns[i].bagged_valid);
  auto used = storage::read(*database_, [&](Snapshot& seen) {
    return used_since(seen, {"event", "E"}, "team", start);
  });
  EXPECT_EQ(used->scored, 1);
  EXPECT_EQ(used->in_flight, 0);
}

// The wardens that this program has started.
std::vector<pid_t> wardens() {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const auto status = base::read_file(entry.path() / "status");
    if (!status || status->find("agora-warden") == std::string::npos) continue;
    if (status->find(fmt::format("PPid:\t{}\n", ::getpid())) == std::string::npos) continue;
    found.push_back(std::stoi(entry.path().filename().string()));
  }
  return found;
}

TEST_P(Jobs, TryAgainWithAnotherJudgeWhenTheWardenWasKilled) {
  const auto ready = problem();
  std::string code(kGood);
  code.insert(code.find("        self.scaler"), "        import time; time.sleep(1)\n");
  const auto made = create(with(ready, code));
  ASSERT_TRUE(comes_true([&] { return look(made.id).state == State::running; }));
  const auto killed = wardens();
  ASSERT_FALSE(killed.empty());
  for (const auto pid : killed) ::kill(pid, SIGKILL);
  EXPECT_EQ(until_ended(made.id).state, State::scored);
  EXPECT_NE(heard(made.id).find("queued"), std::string::npos) << heard(made.id);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM evaluations WHERE step = 'trial'"), 1);
}

TEST_P(Jobs, ScoreManyAtOnceEachOnce) {
  const auto ready = problem();
  std::vector<SubmissionId> made;
  for (int i = 0; i < 8; ++i) {
    auto asked = with(ready, i % 4 == 3 ? kBroken : kGood);
    asked.team = fmt::format("team {}", i % 3);
    made.push_back(create(asked).id);
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(until_ended(made[static_cast<std::size_t>(i)]).state,
              i % 4 == 3 ? State::failed : State::scored);
    EXPECT_EQ(heard(made[static_cast<std::size_t>(i)]),
              i % 4 == 3 ? "received trial failed" : "received trial running scored");
  }
}

}  // namespace
