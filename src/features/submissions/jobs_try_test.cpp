// Tries with the real queue, the real judge and real cells.
#include "features/submissions/jobs.h"
#include "features/submissions/rules_tries.h"
#include "features/submissions/testing_tries.h"

namespace {
using namespace submissions;
using namespace std::chrono_literals;

class TryJobs : public WithTries<WithJudge> {
 protected:
  NewTry code_for(const Problem& problem, std::string_view text) {
    auto asked = code(problem.id, text);
    asked.files.push_back({"feature_extractor.py", std::string(kExtractor)});
    return asked;
  }
  KeptTry until_over(const TryId& id) {
    EXPECT_TRUE(comes_true([&] { return submissions::has_ended(state(id)); })) << word_for(state(id));
    return kept(id).value();
  }
  bool no_job_is_left() {
    return comes_true([&] {
      return one<std::int64_t>("SELECT count(*) FROM jobs WHERE state IN ('running', 'waiting')") == 0;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Both, TryJobs, storage::both_kinds(), storage::kind_name);

TEST_P(TryJobs, ShowAllThatCameOfIt) {
  const auto made = attempt(code_for(problem(), kGood));
  ASSERT_EQ(until_over(made.id).face.state, TryState::passed) << base::to_text(shown(made.id));
  EXPECT_EQ(told(made.id), "waiting running passed");
  const auto seen = shown(made.id);
  EXPECT_EQ(seen.at("official").as_string(), "roc_auc");
  EXPECT_GT(seen.at("scores").at("roc_auc").at("valid").as_double(), 0.8);
  EXPECT_EQ(seen.at("scores").as_object().size(), 3u);
  EXPECT_NE(seen.at("output").as_string().find("fitting "), std::string::npos);
  EXPECT_TRUE(seen.at("traceback").is_null());
  EXPECT_EQ(seen.at("event").at("slug").as_string(), "the-event");
  for (const auto* name : {"started_at", "ended_at", "fit_seconds", "predict_seconds"})
    EXPECT_TRUE(seen.as_object().contains(name)) << name;
  EXPECT_EQ(base::find_member(seen, "queue"), nullptr);
  const auto& figure = seen.at("figure");
  ASSERT_EQ(figure.at("kind").as_string(), "confusion");
  ASSERT_EQ(figure.at("labels").as_array().size(), 2u);
  std::int64_t all = 0, right = 0;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      const auto count = figure.at("counts").at(i).at(j).as_int64();
      all += count;
      right += i == j ? count : 0;
    }
  EXPECT_GT(right, all / 2);
  EXPECT_DOUBLE_EQ(static_cast<double>(right) / static_cast<double>(all),
                   seen.at("scores").at("accuracy").at("valid").as_double());
}

TEST_P(TryJobs, DrawAFigureWhereTheKitScoresItself) {
  std::ofstream(kit() / "problem.py", std::ios::app)
      << "\n\nclass Own(rw.score_types.Accuracy):\n"
         "    def __call__(self, y_true, y_pred):\n"
         "        return super().__call__(y_true, y_pred) / 2\n\n\n"
         "score_types.append(Own(name='own', precision=2))\n";
  const auto made = attempt(code_for(problem(), kGood));
  ASSERT_EQ(until_over(made.id).face.state, TryState::passed) << base::to_text(shown(made.id));
  const auto seen = shown(made.id);
  EXPECT_LT(seen.at("scores").at("own").at("valid").as_double(), 0.51);
  EXPECT_EQ(seen.at("figure").at("kind").as_string(), "confusion");
}

TEST_P(TryJobs, DrawNumbersAsPoints) {
  const auto rivers = folder_->path() / "river_flow";
  fs::copy(AGORA_SOURCE_DIR "/kits/river_flow", rivers, fs::copy_options::recursive);
  const auto ready = registered({.name = "river_flow", .kit_archive = packed(rivers), .by = author_});
  ASSERT_EQ(ready.state, ProblemState::ready);
  auto asked = code(ready.id);
  asked.files.clear();
  for (const auto* file : {"regressor.py", "ts_feature_extractor.py"})
    asked.files.push_back({file, *base::read_file(rivers / "submissions/starting_kit" / file)});
  const auto made = attempt(asked);
  ASSERT_EQ(until_over(made.id).face.state, TryState::passed) << base::to_text(shown(made.id));
  const auto figure = shown(made.id).at("figure");
  ASSERT_EQ(figure.at("kind").as_string(), "scatter");
  const auto& points = figure.at("points").as_array();
  EXPECT_GT(points.size(), 10u);
  EXPECT_LE(points.size(), 500u);
  EXPECT_EQ(points.front().as_array().size(), 2u);
}

TEST_P(TryJobs, ChargeNothingAndStandOnNoList) {
  const auto start = base::now();
  const auto made = attempt(code_for(problem(), kGood));
  ASSERT_EQ(until_over(made.id).face.state, TryState::passed);
  auto used = storage::read(*database_, [&](storage::Snapshot& seen) {
    return used_since(seen, {"event", "E"}, "team", start);
  });
  EXPECT_EQ(used->scored + used->in_flight + used->failed_on_hidden, 0);
  auto mine = storage::read(
      *database_, [&](storage::Snapshot& seen) { return list_submissions(seen, {.author = author_}); });
  EXPECT_TRUE(mine->empty());
  for (const auto* table : {"submissions", "evaluations", "visible_scores", "heard"})
    EXPECT_EQ(one<std::int64_t>(fmt::format("SELECT count(*) FROM {}", table)), 0) << table;
}

TEST_P(TryJobs, FailWithItsMessageAndTraceback) {
  const auto made = attempt(code_for(problem(), kBroken));
  ASSERT_EQ(until_over(made.id).face.state, TryState::failed);
  const auto seen = shown(made.id);
  EXPECT_EQ(seen.at("reason").at("exception_class").as_string(), "ValueError");
  EXPECT_EQ(seen.at("reason").at("line").as_int64(), 3);
  EXPECT_EQ(seen.at("reason").at("file").as_string(), "submissions/my_try/classifier.py");
  EXPECT_NE(seen.at("reason").at("message").as_string().find("a broken thing of "), std::string::npos);
  EXPECT_NE(seen.at("traceback").as_string().find("classifier.py"), std::string::npos);
  EXPECT_TRUE(seen.at("figure").is_null());
  EXPECT_EQ(base::find_member(seen, "scores"), nullptr);
}

// Its code would fail on hidden rows, and would say so.
TEST_P(TryJobs, SeePublicDataAlone) {
  const auto made = attempt(code_for(problem(), kFailsOnHidden));
  EXPECT_EQ(until_over(made.id).face.state, TryState::passed) << base::to_text(shown(made.id));
}

TEST_P(TryJobs, CutALongOutputInItsMiddle) {
  std::string text(kGood);
  text.insert(text.find("        self.scaler"),
              "        print('begin'); print('x' * 400_000); print('end of it')\n");
  const auto made = attempt(code_for(problem(), text));
  const auto over = until_over(made.id);
  ASSERT_EQ(over.face.state, TryState::passed) << base::to_text(shown(made.id));
  EXPECT_LE(over.output.size(), kMostTryOutput);
  EXPECT_NE(over.output.find("begin"), std::string::npos);
  EXPECT_NE(over.output.find("bytes of output are not shown]"), std::string::npos);
  EXPECT_NE(over.output.find("end of it"), std::string::npos);
}

TEST_P(TryJobs, StopWhatIsCancelledWithinASecond) {
  const auto made = attempt(code_for(problem(), kSlow));
  ASSERT_TRUE(comes_true([&] { return state(made.id) == TryState::running; }));
  std::this_thread::sleep_for(300ms);
  const base::Stopwatch watch;
  ASSERT_TRUE(cancel_try(*room_, made.id, base::now()));
  EXPECT_EQ(state(made.id), TryState::cancelled);
  EXPECT_TRUE(no_job_is_left());
  EXPECT_LT(watch.seconds(), 5.0);
  EXPECT_EQ(state(made.id), TryState::cancelled);
  EXPECT_EQ(told(made.id), "waiting running cancelled");
}

TEST_P(TryJobs, MakeRoomForTheNextOne) {
  const auto ready = problem();
  const auto first = attempt(code_for(ready, kSlow));
  ASSERT_TRUE(comes_true([&] { return state(first.id) == TryState::running; }));
  const auto second = attempt(code_for(ready, kGood));
  EXPECT_EQ(state(first.id), TryState::cancelled);
  EXPECT_EQ(until_over(second.id).face.state, TryState::passed);
  EXPECT_TRUE(no_job_is_left());
  EXPECT_EQ(told(first.id), "waiting running cancelled");
}

TEST_P(TryJobs, RunAgainWhenTheServerWasKilled) {
  const auto ready = problem();
  executor_.reset();
  const auto made = attempt(code_for(ready, kGood));
  // As a server does that dies at this moment.
  const std::vector<std::string> types{"try"};
  auto claim = engine::claim(*database_, types, "killed", base::Seconds(60), base::now());
  ASSERT_TRUE(claim && *claim);
  auto released = engine::release(*database_, "killed", base::now(), ended(*room_));
  ASSERT_TRUE(released) << released.error().message;
  start_executor();
  EXPECT_EQ(until_over(made.id).face.state, TryState::passed);
  auto late = storage::transact(
      *database_, [&](storage::Transaction& tx) { return engine::finish(tx, **claim, base::now()); });
  EXPECT_EQ(late.error().kind, base::ErrorKind::conflict);
}

TEST_P(TryJobs, GoOnAfterTheProgramStoppedHalfWay) {
  const auto made = attempt(code_for(problem(), kSlow));
  ASSERT_TRUE(comes_true([&] { return state(made.id) == TryState::running; }));
  executor_.reset();
  EXPECT_FALSE(submissions::has_ended(state(made.id)));
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE state = 'waiting'"), 1);
  open_room();
  start_executor();
  ASSERT_TRUE(comes_true(
      [&] { return one<std::int64_t>("SELECT count(*) FROM jobs WHERE state = 'running'") == 1; }));
  ASSERT_TRUE(cancel_try(*room_, made.id, base::now()));
  EXPECT_TRUE(no_job_is_left());
  EXPECT_EQ(state(made.id), TryState::cancelled);
}

TEST_P(TryJobs, EndWithTheirJobWhenItsAttemptsAreUsedUp) {
  const auto ready = problem();
  executor_.reset();
  const auto made = attempt(code_for(ready, kGood));
  const std::vector<std::string> types{"try"};
  auto now = base::now();
  for (int i = 0; i < 3; ++i, now += 1h) {
    auto claim = engine::claim(*database_, types, "lost", base::Seconds(1), now);
    ASSERT_TRUE(claim && *claim) << i;
    ASSERT_TRUE(engine::expire(*database_, now + 2s, ended(*room_)));
  }
  ASSERT_EQ(state(made.id), TryState::failed);
  EXPECT_EQ(shown(made.id).at("reason").at("kind").as_string(), "machine");
  EXPECT_NE(shown(made.id).at("reason").at("next_step").as_string().find("try it again"), std::string::npos);
}

}  // namespace
