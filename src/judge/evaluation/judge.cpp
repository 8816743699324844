#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "judge/evaluation/check.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/fold_run.h"
#include "judge/evaluation/preparation.h"
#include "judge/evaluation/record.h"
#include "judge/evaluation/scores.h"

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

std::vector<std::string> modules_to_preload() {
  return {"numpy",           "scipy",           "pandas", "sklearn", "rampwf", "agora_cell.prepare",
          "agora_cell.fold", "agora_cell.score"};
}

sandbox::ZygoteSpec spec_for(const environments::Environment& environment) {
  sandbox::ZygoteSpec spec;
  spec.python = environment.python;
  spec.mounts = {{environment.folder, environment.folder.string()}};
  if (environment.prefix != "/usr") spec.mounts.push_back({environment.prefix, environment.prefix.string()});
  spec.preload = modules_to_preload();
  return spec;
}

// The folds of one evaluation, shared by the threads that work on them.
struct Work {
  Work(const Problem& of, std::string submission, std::filesystem::path folder, Observer& watcher)
      : problem(of),
        name(std::move(submission)),
        files(std::move(folder)),
        observer(watcher),
        results(of.folds.size()) {}

  const Problem& problem;
  const std::string name;
  const std::filesystem::path files;
  Observer& observer;
  std::vector<FoldResult> results;
  std::atomic<int> next{0};
  std::atomic<bool> stop{false};
  std::mutex guard;
  std::optional<Failure> failure;

  int count() const { return static_cast<int>(problem.folds.size()); }
  // The end of a fold that has predicted: its cell dies and what it left is kept.
  void read(ParkedFold cell, FoldResult result, int fold) {
    if (auto collected = cell.collect(problem, result); !collected) return fail(collected.error(), fold);
    results[static_cast<std::size_t>(fold)] = std::move(result);
    observer.fold_done(fold);
  }
  void fail(Failure why, int fold) {
    const std::scoped_lock lock(guard);
    stop = true;
    why.fold = fold;
    if (!failure || fold < failure->fold.value_or(fold + 1)) failure = std::move(why);
  }
};

std::string file_of(const std::string& element) {
  return element.find('.') == std::string::npos ? element + ".py" : element;
}

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

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

struct Judge::Parts {
  environments::Environment environment;
  std::unique_ptr<sandbox::Warden> warden;
  // The zygote imports for about a second: meanwhile its starter may do other things.
  std::shared_future<base::Result<std::shared_ptr<sandbox::Cell>>> zygote;

  base::Result<std::shared_ptr<sandbox::Cell>> ready_zygote() const { return zygote.get(); }
  void work_on(Work& work, const sandbox::Cell& environment_zygote) const;
  Judged<std::vector<FoldResult>> run_folds(const Problem& problem, const Submission& submission,
                                            Observer& observer, int parallel, Evaluation& evaluation) const;
};

Judge::Judge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Judge::~Judge() = default;

base::Result<std::unique_ptr<Judge>> Judge::start(const environments::Environment& environment) {
  auto parts = std::make_unique<Parts>();
  parts->environment = environment;
  auto warden = sandbox::Warden::start({.program = {}, .slots = kCellsOfAWorker * cores() + 2});
  if (!warden) return tl::unexpected(warden.error());
  parts->warden = std::move(*warden);
  parts->zygote = std::async(std::launch::async, [&link = *parts->warden, spec = spec_for(environment)] {
                    auto opened = link.open_zygote(spec);
                    return opened ? base::Result<std::shared_ptr<sandbox::Cell>>(std::move(*opened))
                                  : tl::unexpected(opened.error());
                  }).share();
  return std::unique_ptr<Judge>(new Judge(std::move(parts)));
}

Judged<std::shared_ptr<const Problem>> Judge::prepare(const ProblemSource& source, Observer& observer,
                                                      Mask mask) {
  observer.entered(Phase::prepare);
  auto record = std::async(std::launch::async, [&] { return record_of(source, parts_->environment); });
  const auto zygote = parts_->ready_zygote();
  if (!zygote) return tl::unexpected(machine_failure(zygote.error(), Phase::prepare));
  auto problem = prepare_problem(*parts_->warden, **zygote, source, mask);
  auto facts = record.get();
  if (!problem) return tl::unexpected(problem.error());
  if (!facts) {
    auto failure = machine_failure(facts.error(), Phase::prepare);
    failure.kind = FailureKind::kit;
    return tl::unexpected(std::move(failure));
  }
  (*problem)->record = std::move(*facts);
  (*problem)->record.versions = base::to_text((*problem)->versions);
  (*problem)->record.blas = (*problem)->blas;
  return std::shared_ptr<const Problem>(std::move(*problem));
}

Judged<DataCheck> Judge::check_data(const ProblemSource& source) {
  const auto zygote = parts_->ready_zygote();
  if (!zygote) return tl::unexpected(machine_failure(zygote.error(), Phase::prepare));
  return run_check_cell(*parts_->warden, **zygote, source);
}

// Takes folds until there are none. While one cell fits, the next is parked and the last one dies and is
// read.
void Judge::Parts::work_on(Work& work, const sandbox::Cell& environment_zygote) const {
  const auto spawn = [&] {
    return ParkedFold::spawn(*warden, environment_zygote, work.problem, work.name, work.files);
  };
  std::future<void> reading;
  std::future<Judged<ParkedFold>> parked = std::async(std::launch::deferred, spawn);
  for (int fold = work.next++; fold < work.count() && !work.stop;) {
    auto cell = parked.get();
    if (!cell) return work.fail(cell.error(), fold);
    work.observer.fold_fitting(fold);
    const int following = work.next++;
    if (following < work.count()) parked = std::async(std::launch::async, spawn);
    auto result = cell->run(work.problem, fold, work.observer);
    if (!result) return work.fail(result.error(), fold);
    if (reading.valid()) reading.get();
    reading = std::async(std::launch::async, &Work::read, &work, std::move(*cell), std::move(*result), fold);
    fold = following;
  }
  if (reading.valid()) reading.get();
}

Judged<std::vector<FoldResult>> Judge::Parts::run_folds(const Problem& problem, const Submission& submission,
                                                        Observer& observer, int parallel,
                                                        Evaluation& evaluation) const {
  if (auto incomplete = why_incomplete(problem, submission)) return tl::unexpected(*incomplete);
  auto files = stage_submission(submission, problem.source.facts.limits);
  if (!files) {
    auto failure = machine_failure(files.error(), Phase::fit);
    failure.kind = FailureKind::exception;
    return tl::unexpected(std::move(failure));
  }
  // Of the copy, which is what runs: nobody changes it, and its size is known to be small.
  if (auto hash = code_hash({submission.name, files->path() / "files"})) evaluation.record.code_hash = *hash;
  const auto environment_zygote = ready_zygote();
  if (!environment_zygote) return tl::unexpected(machine_failure(environment_zygote.error(), Phase::fit));
  Work work(problem, submission.name, files->path() / "files", observer);
  observer.entered(Phase::fit);
  observer.folds_known(work.count());
  const int threads =
      std::clamp(parallel > 0 ? parallel : cores(), 1, std::max(1, warden->slots() / kCellsOfAWorker));
  std::vector<std::jthread> workers;
  for (int i = 0; i < std::min(threads, work.count()); ++i)
    workers.emplace_back([&] { work_on(work, **environment_zygote); });
  workers.clear();
  for (std::size_t fold = 0; fold < work.results.size(); ++fold) {
    if (!work.results[fold].output.empty())
      evaluation.output += fmt::format("[fold {}]\n{}\n", fold, work.results[fold].output);
  }
  if (work.failure) return tl::unexpected(*work.failure);
  return std::move(work.results);
}

Evaluation Judge::evaluate(const std::shared_ptr<const Problem>& problem, const Submission& submission,
                           Observer& observer, int parallel) {
  Turnstile turnstile(observer);
  Evaluation evaluation;
  evaluation.columns = problem->columns;
  evaluation.has_test = problem->has_test;
  evaluation.record = problem->record;
  evaluation.seconds.prepare = problem->prepare_seconds;
  const base::Stopwatch folds_watch;
  auto results = parts_->run_folds(*problem, submission, turnstile, parallel, evaluation);
  evaluation.seconds.evaluate = folds_watch.seconds();
  if (!results) {
    evaluation.failure = with_place(results.error(), *problem, submission);
    return evaluation;
  }
  turnstile.entered(Phase::score);
  const base::Stopwatch score_watch;
  auto scores = problem->native
                    ? score_natively(*problem, *results)
                    : score_in_cell(*parts_->warden, **parts_->ready_zygote(), *problem, *results);
  evaluation.seconds.score = score_watch.seconds();
  if (!scores) {
    evaluation.failure = with_place(scores.error(), *problem, submission);
    return evaluation;
  }
  const auto places = layout_for(*problem).variants[0];
  evaluation.places = {places.train, places.test, problem->expected_train, problem->expected_test};
  evaluation.folds = std::move(scores->folds);
  evaluation.bagged_valid = std::move(scores->bagged_valid);
  evaluation.bagged_test = std::move(scores->bagged_test);
  for (std::size_t fold = 0; fold < results->size(); ++fold) {
    auto& result = (*results)[fold];
    evaluation.folds[fold].fit_seconds = result.fit_seconds;
    evaluation.folds[fold].predict_seconds = result.predict_seconds;
    evaluation.folds[fold].peak_memory_bytes = result.peak_memory_bytes;
    evaluation.predictions.push_back(std::move(result.memory));
  }
  return evaluation;
}

}  // namespace evaluation
