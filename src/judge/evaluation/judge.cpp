#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "judge/environments/keeping.h"
#include "judge/evaluation/check.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/fold_run.h"
#include "judge/evaluation/parking.h"
#include "judge/evaluation/paths.h"
#include "judge/evaluation/preparation.h"
#include "judge/evaluation/record.h"
#include "judge/evaluation/scores.h"
#include "judge/evaluation/turns.h"

namespace evaluation {
namespace {

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

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

std::vector<std::string> modules_to_preload(bool is_lasting) {
  std::vector<std::string> modules{"numpy",           "scipy",           "pandas",
                                   "sklearn",         "rampwf",          "agora_cell.prepare",
                                   "agora_cell.fold", "agora_cell.score"};
  if (is_lasting) modules.emplace_back("agora_cell.all_usual");
  return modules;
}

sandbox::ZygoteSpec spec_for(const environments::Environment& environment, bool is_lasting) {
  sandbox::ZygoteSpec spec;
  spec.python = environment.python;
  for (const auto& mount : environments::mounts_of(environment))
    spec.mounts.push_back({mount, mount.string()});
  spec.variables = environment.variables;
  spec.preload = modules_to_preload(is_lasting);
  return spec;
}

// The folds of one evaluation, shared by the threads that work on them.
struct Work {
  Work(const Problem& of, std::string submission, std::filesystem::path folder, Observer& watcher,
       const Asked& asked)
      : problem(of),
        name(std::move(submission)),
        files(std::move(folder)),
        observer(watcher),
        cancelled(asked.stop),
        results(folds_of(of, asked)) {}
  static std::size_t folds_of(const Problem& problem, const Asked& asked) {
    const auto all = problem.folds.size();
    return asked.most_folds > 0 ? std::min(all, static_cast<std::size_t>(asked.most_folds)) : all;
  }

  const Problem& problem;
  const std::string name;
  const std::filesystem::path files;
  Observer& observer;
  const std::stop_token cancelled;
  std::vector<FoldResult> results;
  std::atomic<int> next{0};
  std::atomic<bool> stop{false};
  std::mutex guard;
  std::optional<Failure> failure;

  int count() const { return static_cast<int>(results.size()); }
  // The end of a fold that has predicted: its cell dies and what it left is kept.
  void read(ParkedFold cell, FoldResult result, int fold) {
    if (auto collected = cell.collect(problem, result); !collected)
      return fail(collected.error(), fold, std::move(result));
    results[static_cast<std::size_t>(fold)] = std::move(result);
    observer.fold_done(fold);
  }
  void fail(Failure why, int fold, FoldResult result = {}) {
    const std::scoped_lock lock(guard);
    stop = true;
    results[static_cast<std::size_t>(fold)] = std::move(result);  // for what it printed
    why.fold = fold;
    if (!failure || fold < failure->fold.value_or(fold + 1)) failure = std::move(why);
  }
};

constexpr int kCellsOfAWorker = 3;  // one fits, one is parked, one dies

// The element that the submission lacks, told before a cell is spent on it.
std::optional<Failure> why_incomplete(const Problem& problem, const Submission& submission) {
  for (const auto& element : problem.elements) {
    const auto file = file_of(element);
    if (std::filesystem::exists(submission.folder / file)) continue;
    Failure failure;
    failure.kind = FailureKind::exception;
    failure.phase = Phase::fit;
    failure.file = fmt::format("submissions/{}/{}", submission.name, file);
    failure.message = fmt::format("the submission has no {}: the problem's workflow asks for it", file);
    return failure;
  }
  return std::nullopt;
}

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

struct Judge::Parts {
  environments::Environment environment;
  std::optional<environments::Hold> hold;  // so that nobody removes it meanwhile
  std::unique_ptr<sandbox::Warden> warden;
  // The zygote imports for about a second: meanwhile its starter may do other things.
  using Zygote = base::Result<std::shared_ptr<sandbox::Cell>>;
  mutable std::mutex guard;
  std::shared_future<Zygote> zygote;  // under guard: another one takes its place after renew_after forks
  base::Stopwatch zygote_age;
  std::atomic<int> forks{0};
  int renew_after = 0;
  Turns turns{cores()};
  std::mutex asking;      // whether the zygote lives
  int slots_at_work = 0;  // those that no parked cell ever has

  std::shared_future<Zygote> zygote_now() const {
    const std::scoped_lock lock(guard);
    return zygote;
  }
  Zygote ready_zygote(const std::stop_token& stop) const {
    constexpr std::chrono::milliseconds kLook{50};
    while (zygote.wait_for(kLook) != std::future_status::ready)
      if (stop.stop_requested()) return base::unavailable("cancelled while the environment was being loaded");
    return zygote.get();
  }
  std::optional<Keeper> keeper;  // none where no further evaluation is expected; goes before all that it uses

  Judged<ParkedFold> park(const Problem& problem, const std::stop_token& stop);
  void renew(const Problem& problem, const std::stop_token& stop);
  Judged<ParkedFold> cell_for(const Work& work, const std::shared_ptr<sandbox::Cell>& environment_zygote);
  void work_on(Work& work, const std::shared_ptr<sandbox::Cell>& environment_zygote);
  Judged<AllScores> score(const Problem& problem, std::span<const FoldPredictions> folds,
                          const std::stop_token& stop) const;
  Judged<std::vector<FoldResult>> run_folds(const Problem& problem, const Submission& submission,
                                            Observer& observer, const Asked& asked, Evaluation& evaluation);
};

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

Judged<ParkedFold> Judge::Parts::park(const Problem& problem, const std::stop_token& stop) {
  const auto environment_zygote = ready_zygote(stop);
  if (!environment_zygote) return tl::unexpected(machine_failure(environment_zygote.error(), Phase::fit));
  ++forks;
  return ParkedFold::spawn(*warden, *environment_zygote, problem, stop);
}

// Forks of one zygote have one layout of addresses: another zygote takes its place from time to time, and
// then the problem's. What cannot be renewed goes on as it is.
void Judge::Parts::renew(const Problem& problem, const std::stop_token& stop) {
  constexpr double kLongest = 3600;  // seconds
  if (forks >= renew_after || zygote_age.seconds() > kLongest) {
    forks = 0;
    zygote_age = base::Stopwatch();
    std::promise<Zygote> made;
    if (auto opened = warden->open_zygote(spec_for(environment, true)); opened) {
      made.set_value(std::shared_ptr<sandbox::Cell>(std::move(*opened)));
      const std::scoped_lock lock(guard);
      zygote = made.get_future().share();
    }
  }
  const auto environment_zygote = ready_zygote(stop);
  const auto warm = problem.warm.now();
  if (!environment_zygote || (warm && warm->environment == *environment_zygote)) return;
  auto again = warm_again(*warden, *environment_zygote, problem, stop);
  if (!again) return;
  problem.warm.put(std::move(*again));
  problem.lot->clear();
}

// One that waits already, or a new one.
Judged<ParkedFold> Judge::Parts::cell_for(const Work& work,
                                          const std::shared_ptr<sandbox::Cell>& environment_zygote) {
  auto waiting = work.problem.lot->take();
  if (!waiting) ++forks;
  auto cell = waiting ? Judged<ParkedFold>(std::move(*waiting))
                      : ParkedFold::spawn(*warden, environment_zygote, work.problem, work.cancelled);
  if (!cell) return cell;
  if (auto given = cell->give(work.name, work.files, work.cancelled); !given)
    return tl::unexpected(given.error());
  return cell;
}

// Takes folds until there are none. While one cell fits, the next is parked and the last one dies and is
// read.
// No deadlock: who computes has its cell already, and who waits for a slot holds no turn.
void Judge::Parts::work_on(Work& work, const std::shared_ptr<sandbox::Cell>& environment_zygote) {
  const auto spawn = [&] { return cell_for(work, environment_zygote); };
  std::future<void> reading;
  std::future<Judged<ParkedFold>> parked = std::async(std::launch::deferred, spawn);
  for (int fold = work.next++; fold < work.count() && !work.stop;) {
    auto cell = parked.get();
    if (!cell) return work.fail(cell.error(), fold);
    auto turn = turns.take(work.cancelled);
    if (!turn || work.stop) return;
    work.observer.fold_fitting(fold);
    const int following = work.next++;
    if (following < work.count()) parked = std::async(std::launch::async, spawn);
    FoldResult result;
    const auto ran = cell->run(work.problem, fold, work.observer, result);
    turn.reset();
    if (!ran) return work.fail(ran.error(), fold, std::move(result));
    if (reading.valid()) reading.get();
    reading = std::async(std::launch::async, &Work::read, &work, std::move(*cell), std::move(result), fold);
    fold = following;
  }
  if (reading.valid()) reading.get();
}

Judged<std::vector<FoldResult>> Judge::Parts::run_folds(const Problem& problem, const Submission& submission,
                                                        Observer& observer, const Asked& asked,
                                                        Evaluation& evaluation) {
  if (auto incomplete = why_incomplete(problem, submission)) return tl::unexpected(*incomplete);
  auto files = stage_submission(submission, problem.source.facts.limits);
  if (!files) {
    auto failure = machine_failure(files.error(), Phase::fit);
    failure.kind = FailureKind::exception;
    return tl::unexpected(std::move(failure));
  }
  // Of the copy, which is what runs: nobody changes it, and its size is known to be small.
  if (auto hash = code_hash({submission.name, files->path() / "files"})) evaluation.record.code_hash = *hash;
  const auto environment_zygote = ready_zygote(asked.stop);
  if (!environment_zygote) return tl::unexpected(machine_failure(environment_zygote.error(), Phase::fit));
  Work work(problem, submission.name, files->path() / "files", observer, asked);
  observer.entered(Phase::fit);
  observer.folds_known(work.count());
  const int threads = std::clamp(asked.parallel > 0 ? asked.parallel : cores(), 1,
                                 std::max(1, slots_at_work / kCellsOfAWorker));
  std::vector<std::jthread> workers;
  for (int i = 0; i < std::min(threads, work.count()); ++i)
    workers.emplace_back([&] { work_on(work, *environment_zygote); });
  workers.clear();
  for (std::size_t fold = 0; fold < work.results.size(); ++fold) {
    if (!work.results[fold].output.empty())
      evaluation.output +=
          fmt::format("[fold {}]\n{}\n", fold, with_short_paths(work.results[fold].output, environment));
  }
  if (work.failure) {
    forget_untrue_place(*work.failure, submission.name, work.files, problem.stage->code_folder());
    return tl::unexpected(std::move(*work.failure));
  }
  if (asked.stop.stop_requested()) return tl::unexpected(Failure{});  // told as cancelled
  return std::move(work.results);
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
