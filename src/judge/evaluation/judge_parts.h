// What a judge is made of, for the files of judge_*.cpp alone.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "judge/environments/keeping.h"
#include "judge/evaluation/fold_run.h"
#include "judge/evaluation/parking.h"
#include "judge/evaluation/scores.h"
#include "judge/evaluation/turns.h"

namespace evaluation {

int cores();

constexpr int kCellsOfAWorker = 3;  // one fits, one is parked, one dies

sandbox::ZygoteSpec spec_for(const environments::Environment& environment, bool is_lasting);

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

}  // namespace evaluation
