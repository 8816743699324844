#include "features/submissions/jobs.h"

#include <fmt/format.h>

#include "base/log.h"
#include "features/submissions/jobs_check.h"
#include "features/submissions/jobs_evaluate.h"
#include "features/submissions/jobs_rescore.h"
#include "features/submissions/jobs_try.h"
#include "features/submissions/jobs_types.h"

namespace submissions {
namespace {

constexpr int kWarm = 2;  // problems, the newest

}  // namespace

std::map<std::string, engine::Handler> handlers(Room& room) {
  auto& parts = room.parts();
  std::map<std::string, engine::Handler> all;
  all[std::string(kEvaluate)] = [&parts](const engine::Task& task) { return evaluate(parts, task); };
  all[std::string(kCheckProblem)] = [&parts](const engine::Task& task) { return check_problem(parts, task); };
  all[std::string(kRescore)] = [&parts](const engine::Task& task) { return rescore(parts, task); };
  all[std::string(kTry)] = [&parts](const engine::Task& task) { return run_try(parts, task); };
  return all;
}

engine::EndedByType ended(Room& room) {
  auto& parts = room.parts();
  engine::EndedByType all;
  all[std::string(kEvaluate)] = [&parts](storage::Transaction& tx, const engine::Job& job,
                                         base::Instant now) {
    return end_without_handler(parts, tx, job, now);
  };
  all[std::string(kCheckProblem)] = [&parts](storage::Transaction& tx, const engine::Job& job,
                                             base::Instant now) {
    return end_check_without_handler(parts, tx, job, now);
  };
  all[std::string(kTry)] = [&parts](storage::Transaction& tx, const engine::Job& job, base::Instant now) {
    return end_try_without_handler(parts, tx, job, now);
  };
  all[std::string(kRescore)] = [](storage::Transaction&, const engine::Job& job, base::Instant) {
    base::log_error(fmt::format("a submission keeps its old scores, scoring it again failed: {}", job.why));
    return base::Result<void>();
  };
  return all;
}

void warm(Room& room) {
  auto& parts = room.parts();
  auto problems = storage::read(
      parts.database, [&](storage::Snapshot& seen) { return problems_in(seen, ProblemState::ready, kWarm); });
  if (!problems) return base::log_warning("no judge was started ahead: " + problems.error().message);
  for (const auto& problem : *problems)
    for (const auto step : {Step::trial, Step::hidden}) {
      auto prepared = ready(parts, problem, step);
      if (prepared) continue;
      const auto& why = prepared.error();  // its message may quote hidden data, and stays out of the log
      base::log_warning(fmt::format("problem {} could not be prepared ahead: {} during {}",
                                    problem.problem.name, evaluation::word_for(why.kind),
                                    evaluation::word_for(why.phase)));
    }
}

}  // namespace submissions
