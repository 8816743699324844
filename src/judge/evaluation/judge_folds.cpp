// How a judge runs the folds of a submission, and keeps its zygotes and parked cells.
#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "judge/evaluation/failure.h"
#include "judge/evaluation/judge_parts.h"
#include "judge/evaluation/paths.h"
#include "judge/evaluation/record.h"
#include "judge/evaluation/warm.h"
#include "machine/sandbox/prompt.h"

namespace evaluation {
namespace {

std::vector<std::string> modules_to_preload(bool is_lasting) {
  std::vector<std::string> modules{"numpy",           "scipy",           "pandas",
                                   "sklearn",         "rampwf",          "agora_cell.prepare",
                                   "agora_cell.fold", "agora_cell.score"};
  if (is_lasting) modules.emplace_back("agora_cell.all_usual");
  return modules;
}

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

}  // namespace

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
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
  sandbox::become_prompt();
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

}  // namespace evaluation
