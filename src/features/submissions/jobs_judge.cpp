#include "features/submissions/jobs_judge.h"

#include <algorithm>
#include <fstream>

namespace submissions {

namespace fs = std::filesystem;

int attempt_number(const engine::Task& task) {
  return task.claim.job.attempts + task.claim.job.interruptions;
}

base::Result<void> lay_out(const fs::path& folder, std::string_view path, std::string_view bytes) {
  std::error_code failed;
  fs::create_directories((folder / path).parent_path(), failed);
  std::ofstream out(folder / path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (failed || !out.flush())
    return base::internal("a submission's file cannot be laid out", std::string(path));
  return {};
}

Judgement judge(Parts& parts, const KeptProblem& kept, Step step, const evaluation::Submission& submission,
                evaluation::Observer& observer, std::stop_token stop) {
  auto problem = ready(parts, kept, step);
  if (!problem) {
    Judgement none;
    none.evaluation.failure = problem.error();
    return none;
  }
  evaluation::Asked asked;
  asked.parallel = parts.settings.parallel;
  asked.most_folds = step == Step::trial ? 1 : 0;
  asked.stop = std::move(stop);
  auto evaluation = problem->judge->evaluate(problem->problem, submission, observer, asked);
  return {std::move(*problem), std::move(evaluation)};
}

Costs costs_of(const evaluation::Evaluation& evaluation) {
  const auto folds = static_cast<double>(evaluation.folds.size());
  Costs costs;
  std::uint64_t peak = 0;
  for (const auto& fold : evaluation.folds) {
    costs.fit_seconds += fold.fit_seconds / folds;
    costs.predict_seconds += fold.predict_seconds / folds;
    peak = std::max(peak, fold.peak_memory_bytes);
  }
  if (peak > 0) costs.peak_memory_bytes = peak;
  return costs;
}

base::Result<void> end_if_cancelled(storage::Transaction& tx, const engine::Task& task, base::Instant now) {
  if (task.lost_its_lease()) return base::conflict("the lease of this job was lost");
  auto job = engine::find_job(tx, task.claim.job.id);
  if (!job) return tl::unexpected(job.error());
  if (!*job || !(*job)->cancel_asked)
    return base::unavailable("the program stops, or another attempt took over");
  return engine::end_cancelled(tx, task.claim, now);
}

base::Result<void> finish_in_vain(Parts& parts, const engine::Task& task) {
  const auto now = base::now();
  return storage::transact(parts.database,
                           [&](storage::Transaction& tx) { return engine::finish(tx, task.claim, now); });
}

}  // namespace submissions
