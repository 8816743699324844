#include <cmath>

#include <fmt/format.h>

#include "judge/evaluation/check.h"
#include "judge/evaluation/problem.h"

namespace evaluation {
namespace {

constexpr double kTooGood = 0.999;

// Everything that the four runs share.
struct Runs {
  Judge& judge;
  const ProblemSource& source;
  const Submission& submission;
  const Watch& watch;
  KitCheck& check;

  std::string place() const { return "submissions/" + submission.name; }
  void add(kit::Weight weight, std::string file, std::string message, std::string next) const {
    check.findings.push_back({weight, std::move(file), 0, std::move(message), std::move(next)});
  }
};

// The problem prepared under `mask`, or nothing after a finding.
std::shared_ptr<const Problem> prepared(const Runs& runs, Mask mask, std::string_view stage) {
  const auto observer = runs.watch(stage);
  auto problem = runs.judge.prepare(runs.source, *observer, mask);
  if (problem) return *problem;
  if (problem.error().kind == FailureKind::machine)
    runs.check.broken = problem.error();
  else
    runs.check.findings.push_back(finding_of(problem.error(), "preparation fails", "problem.py"));
  return nullptr;
}

// The evaluation, or nothing after a finding; `when` says under which labels.
std::optional<Evaluation> evaluated(const Runs& runs, const std::shared_ptr<const Problem>& problem,
                                    std::string_view stage, std::string_view when) {
  const auto observer = runs.watch(stage);
  auto evaluation = runs.judge.evaluate(problem, runs.submission, *observer);
  if (!evaluation.failure) return evaluation;
  if (evaluation.failure->kind == FailureKind::machine)
    runs.check.broken = evaluation.failure;
  else
    runs.check.findings.push_back(finding_of(
        *evaluation.failure, fmt::format("{} fails under {}", runs.submission.name, when), runs.place()));
  return std::nullopt;
}

// The first fold whose predictions differ in any bit.
std::optional<std::size_t> first_difference(const Evaluation& a, const Evaluation& b) {
  for (std::size_t fold = 0; fold < a.predictions.size(); ++fold) {
    if (a.predictions[fold] != b.predictions[fold]) return fold;
  }
  return std::nullopt;
}

double mean_of(const Evaluation& evaluation, ScoreRow FoldScores::*step) {
  double sum = 0;
  for (const auto& fold : evaluation.folds) sum += (fold.*step).front();
  return sum / static_cast<double>(evaluation.folds.size());
}

bool is_too_good(double score, double best, bool lower_is_better) {
  if (std::abs(score - best) <= 1e-12) return true;
  return !lower_is_better && best == 1.0 && score >= kTooGood;
}

void check_score(const Runs& runs, const Evaluation& evaluation, std::optional<double> best) {
  runs.check.checked.emplace_back("baseline's score");
  if (!best) return;
  const auto& official = evaluation.columns.front();
  for (const auto& [name, step] :
       {std::pair("valid", &FoldScores::valid), std::pair("test", &FoldScores::test)}) {
    if (step == &FoldScores::test && !evaluation.has_test) continue;
    const auto score = mean_of(evaluation, step);
    if (!is_too_good(score, *best, official.is_lower_the_better)) continue;
    runs.add(kit::Weight::warning, runs.place(),
             fmt::format("the baseline scores too well: {} {} is {:.6g} in the mean of the folds, the best "
                         "possible is {:g}",
                         name, official.name, score, *best),
             "look for the answer in X; where there is none, the problem is solved already");
    return;
  }
}

void note_scoring(const Runs& runs, const Problem& problem) {
  if (problem.native) return;
  runs.add(kit::Weight::note, "problem.py",
           fmt::format("scored by the kit's own Python in a cell, not in C++: {}", problem.why_not_native),
           "nothing to change: the numbers are the kit's own either way");
}

// Two runs under the true labels. Nothing where the check ends here.
std::optional<Evaluation> run_twice(const Runs& runs, std::optional<double> best) {
  const auto problem = prepared(runs, Mask::none, "preparing under the true labels");
  if (!problem) return std::nullopt;
  note_scoring(runs, *problem);
  auto first = evaluated(runs, problem, "first run under the true labels", "the true labels");
  if (!first) return std::nullopt;
  const auto second =
      evaluated(runs, problem, "second run under the true labels", "the true labels, the second time");
  if (!second) return std::nullopt;
  runs.check.checked.emplace_back("seeds");
  const auto fold = first_difference(*first, *second);
  if (!fold) return first;
  runs.check.unseeded = true;
  runs.add(kit::Weight::warning, runs.place(),
           fmt::format("unseeded: two runs under equal labels and seeds predict differently, first in fold "
                       "{}: the submission, or the workflow, draws random numbers that no seed reaches; the "
                       "check of masks cannot tell anything then",
                       *fold),
           "give every generator a seed (random_state=57, np.random.default_rng(57))");
  check_score(runs, *first, best);
  return std::nullopt;
}

// One run under a mask; false where it differs from `truth` or fails.
bool agrees_under(const Runs& runs, Mask mask, std::string_view word, const Evaluation& truth,
                  Evaluation& masked) {
  const auto stage = fmt::format("run under masked labels ({})", word);
  const auto problem = prepared(runs, mask, "preparing under masked labels");
  if (!problem) return false;
  auto evaluation = evaluated(
      runs, problem, stage,
      fmt::format("masked labels (those outside train_is replaced by the {} one inside), and not under the "
                  "true ones: the workflow or the submission needs labels that are none of its business",
                  word));
  if (!evaluation) {
    runs.check.mask_dependent = !runs.check.broken.has_value();
    return false;
  }
  masked = std::move(*evaluation);
  const auto fold = first_difference(truth, masked);
  if (!fold) return true;
  runs.check.mask_dependent = true;
  runs.add(kit::Weight::warning, "problem.py",
           fmt::format("mask-dependent: with the labels outside train_is replaced by the {} one inside, "
                       "predictions change, first in fold {}: the workflow reads labels of rows that it does "
                       "not train on, and may score differently here than in ramp-test",
                       word, *fold),
           "let train_submission use y[train_is] only");
  return false;
}

}  // namespace

void check_runs(Judge& judge, const ProblemSource& source, const Submission& submission,
                std::optional<double> best, const Watch& watch, KitCheck& check) {
  const Runs runs{judge, source, submission, watch, check};
  const auto truth = run_twice(runs, best);
  if (!truth) return;
  Evaluation masked;
  const bool first = agrees_under(runs, Mask::first, "first", *truth, masked);
  if (check.broken) return;
  check_score(runs, masked.folds.empty() ? *truth : masked, best);
  if (first) agrees_under(runs, Mask::last, "last", *truth, masked);
  if (!check.broken) check.checked.emplace_back("masks");
}

}  // namespace evaluation
