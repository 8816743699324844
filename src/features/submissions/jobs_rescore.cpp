#include "features/submissions/jobs_rescore.h"

#include <fmt/format.h>

#include "base/log.h"
#include "features/submissions/jobs_types.h"

namespace submissions {
namespace {

struct Found {
  KeptSubmission kept;
  KeptProblem problem;
  std::optional<KeptEvaluation> evaluation;
};

base::Result<Found> find(Parts& parts, const Order& order) {
  return storage::read(parts.database, [&](storage::Snapshot& seen) -> base::Result<Found> {
    auto kept = expect_kept(seen, *order.submission);
    if (!kept) return tl::unexpected(kept.error());
    auto problem = expect_problem(seen, *order.problem);
    if (!problem) return tl::unexpected(problem.error());
    auto evaluation = find_evaluation(seen, *order.submission, Step::hidden, order.run);
    if (!evaluation) return tl::unexpected(evaluation.error());
    return Found{std::move(*kept), std::move(*problem), std::move(*evaluation)};
  });
}

bool is_wanted(const Found& found, const Order& order) {
  return found.kept.submission.runs == order.run && found.kept.submission.state == State::scored &&
         found.evaluation && found.evaluation->predictions_blob;
}

// The scores that the kept predictions have now.
base::Result<evaluation::Evaluation> scores_of(Parts& parts, const Found& found, std::stop_token stop) {
  auto bytes = parts.blobs.read(*found.evaluation->predictions_blob);
  if (!bytes) return tl::unexpected(bytes.error());
  auto predictions = evaluation::load_predictions(*bytes);
  if (!predictions) return tl::unexpected(predictions.error());
  auto problem = ready(parts, found.problem, Step::hidden);
  if (!problem)
    return base::unavailable("the problem could not be prepared");  // its own words may quote labels
  auto scored = problem->judge->rescore(problem->problem, *predictions, std::move(stop));
  if (scored.cancelled) return base::unavailable("the program stops");
  if (scored.failure)
    return base::unavailable("the predictions could not be scored: " + scored.failure->message);
  return scored;
}

base::Result<void> keep(Parts& parts, storage::Transaction& tx, const Order& order,
                        KeptEvaluation kept_evaluation, const evaluation::Evaluation& scored,
                        base::Instant now) {
  auto kept = expect_kept(tx, *order.submission);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->submission.runs != order.run || kept->submission.state != State::scored) return {};  // run anew
  // Ids sort by birth: a later kit's scores are there already.
  if (base::to_text(*order.problem) < base::to_text(kept->submission.problem)) return {};
  kept->submission.problem = kept_evaluation.problem = *order.problem;
  kept_evaluation.scored = now;
  auto done = put_evaluation(tx, kept_evaluation);
  if (done) done = put_scores(tx, *order.submission, scored);
  return done ? save_and_tell(parts, tx, *kept, now) : done;
}

}  // namespace

base::Result<void> rescore(Parts& parts, const engine::Task& task) {
  auto order = order_from(task.claim.job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->submission || !order->problem) return base::internal("a job to score again lacks what and how");
  auto found = find(parts, *order);
  if (!found) return tl::unexpected(found.error());
  std::optional<evaluation::Evaluation> scored;
  if (is_wanted(*found, *order)) {
    auto scores = scores_of(parts, *found, task.stop);
    if (!scores) return tl::unexpected(scores.error());
    scored = std::move(*scores);
  }
  const auto now = base::now();
  return storage::transact(parts.database, [&](storage::Transaction& tx) {
    auto done = engine::finish(tx, task.claim, now);
    if (done && scored) done = keep(parts, tx, *order, *found->evaluation, *scored, now);
    return done;
  });
}

}  // namespace submissions
