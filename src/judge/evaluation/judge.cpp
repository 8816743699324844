#include <chrono>
#include <future>
#include <mutex>

#include <fmt/format.h>

#include "judge/environments/keeping.h"
#include "judge/evaluation/check.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/judge_parts.h"
#include "judge/evaluation/paths.h"
#include "judge/evaluation/preparation.h"
#include "judge/evaluation/record.h"

namespace evaluation {
namespace {

// One call at a time, whichever thread it comes from.
class Turnstile final : public Observer {
 public:
  explicit Turnstile(Observer& inner) : inner_(inner) {}
  void entered(Phase phase) override {
    locked([&] { inner_.entered(phase); });
  }
  void folds_known(int count) override {
    locked([&] { inner_.folds_known(count); });
  }
  void fold_fitting(int fold) override {
    locked([&] { inner_.fold_fitting(fold); });
  }
  void fold_predicting(int fold, double seconds) override {
    locked([&] { inner_.fold_predicting(fold, seconds); });
  }
  void fold_done(int fold) override {
    locked([&] { inner_.fold_done(fold); });
  }

 private:
  template <class Call>
  void locked(Call call) {
    const std::scoped_lock lock(guard_);
    call();
  }
  Observer& inner_;
  std::mutex guard_;
};

// Wrong predictions have no line; the file to look at is the last element, which returns them.
Failure with_place(Failure failure, const Problem& problem, const Submission& submission) {
  const bool wrong = failure.kind == FailureKind::shape || failure.kind == FailureKind::dtype ||
                     failure.kind == FailureKind::nan;
  if (wrong && failure.file.empty() && !problem.elements.empty())
    failure.file = fmt::format("submissions/{}/{}", submission.name, file_of(problem.elements.back()));
  return failure;
}

// Why what was predicted cannot be scored under this problem.
std::optional<Failure> why_other_folds(const Problem& problem, const Kept& kept) {
  Failure failure;
  failure.kind = FailureKind::kit;
  failure.phase = Phase::score;
  if (kept.folds_hash != problem.folds_hash || kept.folds.empty() || kept.folds.size() > problem.folds.size())
    failure.message = "the folds are others than those that were predicted: get_cv or the data has changed";
  else if (kept.has_test != problem.has_test)
    failure.message = fmt::format("there {} a test part now, and there {} when it was predicted",
                                  problem.has_test ? "is" : "is no", kept.has_test ? "was one" : "was none");
  else
    return std::nullopt;
  return failure;
}

void take_scores(Evaluation& evaluation, AllScores scores) {
  evaluation.folds = std::move(scores.folds);
  evaluation.bagged_valid = std::move(scores.bagged_valid);
  evaluation.bagged_test = std::move(scores.bagged_test);
}

}  // namespace

Judge::Judge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Judge::~Judge() = default;

base::Result<std::unique_ptr<Judge>> Judge::start(const environments::Environment& environment,
                                                  const JudgeOptions& options) {
  auto parts = std::make_unique<Parts>();
  auto hold = environments::Hold::take(environment);
  if (!hold) return tl::unexpected(hold.error());
  parts->hold.emplace(std::move(*hold));
  parts->environment = environment;
  const auto parked = options.is_lasting ? most_parked() : 0;
  const auto slots = kCellsOfAWorker * cores() + 2 + static_cast<int>(parked);
  auto warden = sandbox::Warden::start({.program = options.warden, .slots = slots});
  if (!warden) return tl::unexpected(warden.error());
  parts->warden = std::move(*warden);
  parts->slots_at_work = slots - static_cast<int>(parked);
  parts->zygote = std::async(std::launch::async, [&link = *parts->warden,
                                                  spec = spec_for(environment, options.is_lasting)] {
                    auto opened = link.open_zygote(spec);
                    return opened ? base::Result<std::shared_ptr<sandbox::Cell>>(std::move(*opened))
                                  : tl::unexpected(opened.error());
                  }).share();
  parts->renew_after = options.renew_after;
  if (parked > 0) {
    auto renew = [all = parts.get()](const Problem& problem, const std::stop_token& stop) {
      all->renew(problem, stop);
    };
    auto spawn = [all = parts.get()](const Problem& problem, const std::stop_token& stop) {
      return all->park(problem, stop);
    };
    parts->keeper.emplace(parked, std::move(renew), std::move(spawn));
  }
  return std::unique_ptr<Judge>(new Judge(std::move(parts)));
}

bool Judge::is_alive() {
  if (!parts_->warden->is_alive()) return false;
  const auto present = parts_->zygote_now();
  if (present.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return true;
  const auto& zygote = present.get();
  const std::scoped_lock lock(parts_->asking);
  return zygote && (*zygote)->is_alive();
}

Judged<std::shared_ptr<const Problem>> Judge::prepare(const ProblemSource& source, Observer& observer,
                                                      Mask mask, std::stop_token stop) {
  observer.entered(Phase::prepare);
  auto record = std::async(std::launch::async, [&] { return record_of(source, parts_->environment); });
  const auto zygote = parts_->ready_zygote(stop);
  if (!zygote) return tl::unexpected(machine_failure(zygote.error(), Phase::prepare));
  auto problem = prepare_problem(*parts_->warden, *zygote, source, mask, stop);
  auto facts = record.get();
  if (!problem) return tl::unexpected(with_short_paths(problem.error(), parts_->environment));
  if (!facts) {
    auto failure = machine_failure(facts.error(), Phase::prepare);
    failure.kind = FailureKind::kit;
    return tl::unexpected(std::move(failure));
  }
  (*problem)->record = std::move(*facts);
  (*problem)->record.versions = base::to_text((*problem)->versions);
  (*problem)->record.blas = (*problem)->blas;
  std::shared_ptr<const Problem> prepared(std::move(*problem));
  if (parts_->keeper) parts_->keeper->fill(prepared);
  return prepared;
}

Judged<DataCheck> Judge::check_data(const ProblemSource& source) {
  const auto zygote = parts_->ready_zygote({});
  if (!zygote) return tl::unexpected(machine_failure(zygote.error(), Phase::prepare));
  auto check = run_check_cell(*parts_->warden, **zygote, source);
  if (!check) return tl::unexpected(with_short_paths(check.error(), parts_->environment));
  for (auto& finding : check->findings)
    finding.message = with_short_paths(finding.message, parts_->environment);
  return check;
}

Judged<AllScores> Judge::Parts::score(const Problem& problem, std::span<const FoldPredictions> folds,
                                      const std::stop_token& stop) const {
  if (problem.native) return score_natively(problem, folds);
  const auto environment_zygote = ready_zygote(stop);
  if (!environment_zygote) return tl::unexpected(machine_failure(environment_zygote.error(), Phase::score));
  return score_in_cell(*warden, **environment_zygote, problem, folds, stop);
}

Evaluation Judge::evaluate(const std::shared_ptr<const Problem>& problem, const Submission& submission,
                           Observer& observer, const Asked& asked) {
  Turnstile turnstile(observer);
  Evaluation evaluation;
  evaluation.columns = problem->columns;
  evaluation.has_test = problem->has_test;
  evaluation.record = problem->record;
  evaluation.seconds.prepare = problem->prepare_seconds;
  const base::Stopwatch folds_watch;
  auto results = parts_->run_folds(*problem, submission, turnstile, asked, evaluation);
  evaluation.seconds.evaluate = folds_watch.seconds();
  if (parts_->keeper) parts_->keeper->fill(problem);
  const auto failed = [&](const Failure& why) {
    evaluation.cancelled = asked.stop.stop_requested();
    if (!evaluation.cancelled)
      evaluation.failure = with_short_paths(with_place(why, *problem, submission), parts_->environment);
    return std::move(evaluation);
  };
  if (!results) return failed(results.error());
  turnstile.entered(Phase::score);
  const base::Stopwatch score_watch;
  const auto predictions = predictions_in(*problem, *results);
  auto scores = parts_->score(*problem, predictions, asked.stop);
  evaluation.seconds.score = score_watch.seconds();
  if (!scores) return failed(scores.error());
  evaluation.folds_hash = problem->folds_hash;
  const auto places = layout_for(*problem).variants[0];
  evaluation.places = {places.train, places.test, problem->expected_train, problem->expected_test};
  take_scores(evaluation, std::move(*scores));
  for (std::size_t fold = 0; fold < results->size(); ++fold) {
    auto& result = (*results)[fold];
    evaluation.folds[fold].fit_seconds = result.fit_seconds;
    evaluation.folds[fold].predict_seconds = result.predict_seconds;
    evaluation.folds[fold].peak_memory_bytes = result.peak_memory_bytes;
    evaluation.predictions.push_back(std::move(result.memory));
  }
  return evaluation;
}

Evaluation Judge::rescore(const std::shared_ptr<const Problem>& problem, const Kept& kept,
                          std::stop_token stop) {
  Evaluation evaluation;
  evaluation.columns = problem->columns;
  evaluation.has_test = problem->has_test;
  evaluation.record = problem->record;
  evaluation.folds_hash = problem->folds_hash;
  if (auto why = why_other_folds(*problem, kept)) {
    evaluation.failure = std::move(why);
    return evaluation;
  }
  std::vector<FoldPredictions> predictions;
  for (const auto& fold : kept.folds) predictions.push_back({fold.train, fold.test});
  const base::Stopwatch watch;
  auto scores = parts_->score(*problem, predictions, stop);
  evaluation.seconds.score = watch.seconds();
  if (!scores) {
    evaluation.cancelled = stop.stop_requested();
    if (!evaluation.cancelled) evaluation.failure = with_short_paths(scores.error(), parts_->environment);
    return evaluation;
  }
  take_scores(evaluation, std::move(*scores));
  for (std::size_t fold = 0; fold < kept.folds.size(); ++fold) {
    evaluation.folds[fold].fit_seconds = kept.folds[fold].fit_seconds;
    evaluation.folds[fold].predict_seconds = kept.folds[fold].predict_seconds;
    evaluation.folds[fold].peak_memory_bytes = kept.folds[fold].peak_memory_bytes;
  }
  return evaluation;
}

}  // namespace evaluation
