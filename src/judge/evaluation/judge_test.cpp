// Real cells of the default environment. Where that cannot be had the tests say so and are skipped.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view kSlow =
    "import time\n"
    "class Classifier:\n"
    "    def fit(self, X, y): time.sleep(60)\n"
    "    def predict_proba(self, X): pass\n";
constexpr std::string_view kFailing =
    "class Classifier:\n"
    "    def fit(self, X, y):\n"
    "        raise type('Label' + str(y[0]), (Exception,), {})(str(y))\n";

class JudgeTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto environment = environments::ensure_default(base::agora_home(), {});
    if (!environment) GTEST_SKIP() << "no default environment: " << environment.error().message;
    environment_ = *environment;
    auto folder = base::TemporaryFolder::make("judge-test");
    ASSERT_TRUE(folder) << folder.error().message;
    fs::permissions(folder->path(), fs::perms(0755));
    folder_ = std::make_unique<base::TemporaryFolder>(std::move(*folder));
    fs::copy(AGORA_SOURCE_DIR "/kits/breast_cancer", kit(), fs::copy_options::recursive);
    ASSERT_NO_FATAL_FAILURE(start());
    problem_ = prepared();
  }

  void start() {
    judge_.reset();
    auto judge =
        Judge::start(environment_, {.is_lasting = false, .warden = AGORA_BINARY_DIR "/agora-warden"});
    ASSERT_TRUE(judge) << judge.error().message;
    judge_ = std::move(*judge);
  }

  fs::path kit() const { return folder_->path() / "breast_cancer"; }

  std::shared_ptr<const Problem> prepared() { return prepared(ProblemSource{}); }
  std::shared_ptr<const Problem> prepared(ProblemSource source) {
    source.kit = kit();
    const auto tree = read_tree(kit());
    if (tree) source.facts = kit::read_kit(*tree).kit.value_or(kit::Kit{});
    auto problem = judge_->prepare(source, silent_);
    EXPECT_TRUE(problem) << problem.error().message << problem.error().traceback;
    return problem ? *problem : nullptr;
  }

  Submission starting() const { return {"starting_kit", kit() / "submissions/starting_kit"}; }
  Submission written(const std::string& name, std::string_view code) const {
    const auto folder = folder_->path() / "mine" / name;
    fs::create_directories(folder.parent_path());
    fs::copy(starting().folder, folder, fs::copy_options::recursive);
    std::ofstream(folder / "classifier.py") << code;
    return {name, folder};
  }

  static void expect_same_scores(const Evaluation& a, const Evaluation& b) {
    ASSERT_FALSE(a.failure) << a.failure->message;
    ASSERT_FALSE(b.failure) << b.failure->message;
    ASSERT_EQ(a.folds.size(), b.folds.size());
    EXPECT_EQ(a.bagged_valid, b.bagged_valid);
    EXPECT_EQ(a.bagged_test, b.bagged_test);
    for (std::size_t fold = 0; fold < a.folds.size(); ++fold) {
      EXPECT_EQ(a.folds[fold].train, b.folds[fold].train);
      EXPECT_EQ(a.folds[fold].valid, b.folds[fold].valid);
      EXPECT_EQ(a.folds[fold].test, b.folds[fold].test);
    }
  }

  environments::Environment environment_;
  std::unique_ptr<base::TemporaryFolder> folder_;
  std::unique_ptr<Judge> judge_;
  std::shared_ptr<const Problem> problem_;
  Observer silent_;
};

std::vector<int> children_of(int pid) {
  std::vector<int> pids;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid))) {
    std::ifstream children(task.path() / "children");
    for (int child = 0; children >> child;) pids.push_back(child);
  }
  return pids;
}

std::vector<int> tree_of(int pid) {
  std::vector<int> pids{pid};
  for (std::size_t i = 0; i < pids.size(); ++i)
    for (const int child : children_of(pids[i])) pids.push_back(child);
  return pids;
}

// A process that was killed may stay a zombie until its parent looks.
bool is_dead(int pid) {
  const auto status = base::read_file(fmt::format("/proc/{}/status", pid));
  return !status || status->find("State:\tZ") != std::string::npos;
}

std::vector<int> wardens_of_this_process() {
  std::vector<int> wardens;
  for (const int pid : children_of(::getpid())) {
    const auto name = base::read_file(fmt::format("/proc/{}/comm", pid));
    if (name && name->starts_with("agora-warden")) wardens.push_back(pid);
  }
  return wardens;
}

int cgroups_of(int warden) {
  int count = 0;
  std::error_code none;
  for (auto entry = fs::recursive_directory_iterator("/sys/fs/cgroup", none);
       !none && entry != fs::end(entry); entry.increment(none))
    count += entry->path().filename().string().starts_with(fmt::format("agora-{}-", warden));
  return count;
}

TEST_F(JudgeTest, DrawsAFigureOfPublicDataAlone) {
  ProblemSource quick, hidden;
  quick.quick = hidden.quick = true;
  hidden.data = kit() / "data";
  const auto shown = prepared(quick), secret = prepared(hidden);
  ASSERT_TRUE(shown && secret);
  const auto run = [&](const std::shared_ptr<const Problem>& problem) {
    return judge_->evaluate(problem, starting(), silent_, {.most_folds = 1});
  };
  const auto figure = figure_of(*shown, run(shown));
  ASSERT_TRUE(figure);
  const auto& confusion = std::get<Confusion>(*figure);
  EXPECT_EQ(confusion.labels, (std::vector<std::string>{"benign", "malignant"}));
  EXPECT_GT(confusion.counts[0][0] + confusion.counts[1][1], 10);
  EXPECT_FALSE(figure_of(*secret, run(secret))) << "its data took the kit's place";
  EXPECT_FALSE(figure_of(*problem_, run(problem_))) << "no trial";
}

TEST_F(JudgeTest, FactsAreThoseOfTheKit) {
  const auto facts = facts_of(*problem_);
  EXPECT_EQ(facts.columns.at(0).name, "roc_auc");
  EXPECT_EQ(facts.elements, (std::vector<std::string>{"feature_extractor.py", "classifier.py"}));
  EXPECT_GT(facts.folds, 1);
  EXPECT_TRUE(facts.has_test);
  EXPECT_TRUE(facts.native);
  EXPECT_EQ(facts.record.kit_hash.size(), 64u);
}

TEST_F(JudgeTest, ATrialIsTheFirstFoldAlone) {
  const auto all = judge_->evaluate(problem_, starting(), silent_);
  const auto trial = judge_->evaluate(problem_, starting(), silent_, {.most_folds = 1});
  ASSERT_FALSE(all.failure) << all.failure->message;
  ASSERT_FALSE(trial.failure) << trial.failure->message;
  ASSERT_EQ(trial.folds.size(), 1u);
  EXPECT_EQ(trial.folds[0].valid, all.folds[0].valid);
  EXPECT_EQ(trial.bagged_test, trial.folds[0].test);
}

TEST_F(JudgeTest, KeptPredictionsAreScoredAgainToEqualBits) {
  const auto first = judge_->evaluate(problem_, starting(), silent_);
  ASSERT_FALSE(first.failure) << first.failure->message;
  const auto bytes = save_predictions(first);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto kept = load_predictions(*bytes);
  ASSERT_TRUE(kept) << kept.error().message;
  const auto again = judge_->rescore(problem_, *kept);
  expect_same_scores(first, again);
  EXPECT_EQ(again.folds[0].fit_seconds, first.folds[0].fit_seconds);

  // A score type of the kit's own: scored in a cell, on predictions that were kept without it.
  std::ofstream(kit() / "problem.py", std::ios::app)
      << "\n\nclass Own(rw.score_types.Accuracy):\n    def __call__(self, y_true, y_pred):\n"
         "        return 2 * super().__call__(y_true, y_pred)\n\n\n"
         "score_types = [Own(name='twice'), rw.score_types.Accuracy(name='accuracy')]\n";
  const auto changed = prepared();
  ASSERT_TRUE(changed);
  EXPECT_FALSE(facts_of(*changed).native);
  const auto rescored = judge_->rescore(changed, *kept);
  const auto fresh = judge_->evaluate(changed, starting(), silent_);
  expect_same_scores(fresh, rescored);
  EXPECT_DOUBLE_EQ(rescored.bagged_valid[0], 2 * rescored.bagged_valid[1]);

  // Kept of one fold, as a trial is.
  const auto trial = judge_->evaluate(changed, starting(), silent_, {.most_folds = 1});
  const auto kept_trial = load_predictions(*save_predictions(trial));
  ASSERT_TRUE(kept_trial);
  expect_same_scores(trial, judge_->rescore(changed, *kept_trial));
}

TEST_F(JudgeTest, OtherFoldsThanThoseThatWerePredictedAreRefused) {
  const auto first = judge_->evaluate(problem_, starting(), silent_, {.most_folds = 1});
  auto kept = load_predictions(*save_predictions(first));
  ASSERT_TRUE(kept);
  kept->folds_hash[0] = kept->folds_hash[0] == 'a' ? 'b' : 'a';
  const auto refused = judge_->rescore(problem_, *kept);
  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, FailureKind::kit);
  EXPECT_EQ(refused.failure->phase, Phase::score);
}

// A cell killed at its work, and one that waits for a turn behind others'.
TEST_F(JudgeTest, AStoppedEvaluationEndsAtOnceAndIsNoFailure) {
  const auto slow = written("slow", kSlow);
  std::stop_source stop;
  std::vector<Evaluation> ended(3);
  std::vector<std::jthread> threads;
  for (auto& each : ended)
    threads.emplace_back([&] {
      Observer observer;
      each = judge_->evaluate(problem_, slow, observer, {.stop = stop.get_token()});
    });
  std::this_thread::sleep_for(600ms);
  const auto begin = std::chrono::steady_clock::now();
  stop.request_stop();
  threads.clear();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
  for (const auto& each : ended) {
    EXPECT_TRUE(each.cancelled);
    EXPECT_FALSE(each.failure) << each.failure->message;
    EXPECT_TRUE(each.folds.empty());
  }
  EXPECT_FALSE(judge_->evaluate(problem_, starting(), silent_).failure);
}

TEST_F(JudgeTest, AStoppedPreparationEndsAtOnce) {
  std::ofstream(kit() / "problem.py", std::ios::app) << "\nimport time\ntime.sleep(60)\n";
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(500ms);
    stop.request_stop();
  });
  ProblemSource source;
  source.kit = kit();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(judge_->prepare(source, silent_, Mask::first, stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

// Where a cell's heap lies, and what chance gives it where nobody has set a seed.
TEST_F(JudgeTest, ZygotesAreRenewedAndScoresStayTheSame) {
  auto judge = Judge::start(
      environment_, {.is_lasting = true, .warden = AGORA_BINARY_DIR "/agora-warden", .renew_after = 3});
  ASSERT_TRUE(judge) << judge.error().message;
  judge_ = std::move(*judge);
  const auto problem = prepared();
  const auto code = *base::read_file(starting().folder / "classifier.py") +
                    "\nprint('AT', id(print), 'CHANCE', __import__('os').urandom(8).hex())\n";
  std::set<std::string> places, chances;
  std::optional<Evaluation> first;
  for (int i = 0; i < 40 && places.size() < 3; ++i) {
    auto evaluation = judge_->evaluate(problem, written(fmt::format("turn{}", i), code), silent_, {});
    std::istringstream words(evaluation.output);
    std::size_t told = chances.size();
    for (std::string word; words >> word;) {
      if (word == "AT" && words >> word) places.insert(word);
      if (word == "CHANCE" && words >> word) chances.insert(word);
    }
    EXPECT_EQ(chances.size(), told + evaluation.folds.size());
    if (first) expect_same_scores(*first, evaluation);
    if (!first) first = std::move(evaluation);
    std::this_thread::sleep_for(100ms);  // the keeper works behind an evaluation
  }
  EXPECT_GE(places.size(), 3u);
}

TEST_F(JudgeTest, SixAtOnceShareTheCoresAndEachEndsAsItShould) {
  const auto alone = judge_->evaluate(problem_, starting(), silent_);
  const auto slow = written("slow", kSlow), failing = written("failing", kFailing);
  const std::array<Submission, 6> submissions{starting(), slow, starting(), failing, starting(), starting()};
  std::array<Evaluation, 6> ended;
  std::stop_source stop;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < ended.size(); ++i)
      threads.emplace_back([&, i] {
        Observer observer;
        Asked asked;
        if (i == 1) asked.stop = stop.get_token();
        ended[i] = judge_->evaluate(problem_, submissions[i], observer, asked);
      });
    std::this_thread::sleep_for(1s);
    stop.request_stop();
  }
  EXPECT_TRUE(ended[1].cancelled);
  ASSERT_TRUE(ended[3].failure);
  EXPECT_EQ(ended[3].failure->kind, FailureKind::exception);
  EXPECT_EQ(ended[3].failure->file, "submissions/failing/classifier.py");
  EXPECT_EQ(ended[3].failure->line, 3);
  const auto shown = without_secrets(*ended[3].failure);
  EXPECT_EQ(shown.exception_class, "Exception");
  EXPECT_EQ(shown.line, 3);
  EXPECT_EQ(shown.traceback, "");
  for (const int i : {0, 2, 4, 5}) expect_same_scores(alone, ended[static_cast<std::size_t>(i)]);
}

TEST_F(JudgeTest, WhatIsPrintedDoesNotSayWhereTheEnvironmentLies) {
  const auto ended = judge_->evaluate(problem_,
                                      written("telling",
                                              "import json, sklearn\n"
                                              "class Classifier:\n"
                                              "    def fit(self, X, y):\n"
                                              "        print(sklearn.__file__ + ':1: FutureWarning')\n"
                                              "        print(json.__file__)\n"
                                              "        raise ValueError(sklearn.__file__)\n"),
                                      silent_, {.most_folds = 1});
  EXPECT_NE(ended.output.find("\nsite-packages/sklearn/__init__.py:1: FutureWarning\n"), std::string::npos)
      << ended.output;
  EXPECT_NE(ended.output.find("\npython3."), std::string::npos) << ended.output;
  EXPECT_EQ(ended.output.find(environment_.folder.string()), std::string::npos) << ended.output;
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(ended.failure->message, "site-packages/sklearn/__init__.py");
}

TEST_F(JudgeTest, AKilledWardenIsAMachineFailureAndLeavesNothing) {
  const auto wardens = wardens_of_this_process();
  ASSERT_EQ(wardens.size(), 1u);
  Evaluation ended;
  std::vector<int> tree;
  {
    std::jthread thread([&] {
      Observer observer;
      ended = judge_->evaluate(problem_, written("slow", kSlow), observer);
    });
    std::this_thread::sleep_for(600ms);
    tree = tree_of(wardens[0]);
    ASSERT_GE(tree.size(), 4u);  // itself, two zygotes, cells
    ::kill(wardens[0], SIGKILL);
  }
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(ended.failure->kind, FailureKind::machine) << ended.failure->message;
  EXPECT_FALSE(judge_->is_alive());
  const auto refused = judge_->evaluate(problem_, starting(), silent_);
  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, FailureKind::machine) << refused.failure->message;

  const auto dead = std::move(judge_);  // stands beside the new one
  ASSERT_NO_FATAL_FAILURE(start());
  for (int i = 0; i < 100 && !std::all_of(tree.begin(), tree.end(), is_dead); ++i)
    std::this_thread::sleep_for(20ms);
  for (const int pid : tree) EXPECT_TRUE(is_dead(pid)) << pid;
  problem_ = prepared();
  EXPECT_FALSE(judge_->evaluate(problem_, starting(), silent_).failure);
  EXPECT_EQ(cgroups_of(wardens[0]), 0);
  EXPECT_TRUE(judge_->is_alive());
}

// The environment's zygote and the problem's: the first takes the Judge with it, the second does not.
TEST_F(JudgeTest, AKilledZygoteIsToldApartFromASubmissionsFailure) {
  const auto wardens = wardens_of_this_process();
  ASSERT_EQ(wardens.size(), 1u);
  const auto zygotes = children_of(wardens[0]);
  ASSERT_EQ(zygotes.size(), 1u);
  const auto below = children_of(zygotes[0]);
  ASSERT_EQ(below.size(), 1u);  // the problem's
  ::kill(below[0], SIGKILL);
  std::this_thread::sleep_for(100ms);
  const auto without = judge_->evaluate(problem_, starting(), silent_);
  EXPECT_FALSE(without.failure) << without.failure->message;
  EXPECT_TRUE(judge_->is_alive());
  ::kill(zygotes[0], SIGKILL);
  std::this_thread::sleep_for(100ms);
  const auto refused = judge_->evaluate(problem_, starting(), silent_);
  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, FailureKind::machine) << refused.failure->message;
  EXPECT_FALSE(judge_->is_alive());
}

}  // namespace
}  // namespace evaluation
