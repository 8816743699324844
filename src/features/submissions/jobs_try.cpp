#include "features/submissions/jobs_try.h"

#include "features/submissions/jobs_judge.h"
#include "features/submissions/jobs_types.h"
#include "features/submissions/parts_tries.h"
#include "features/submissions/rules_tries.h"

namespace submissions {
namespace {

// The folder of every try: in tracebacks its files are submissions/my_try/...
constexpr std::string_view kFolder = "my_try";

struct Found {
  KeptTry kept;
  KeptProblem problem;
  std::vector<File> files;
};

// Nothing where it has ended, or is no longer there.
base::Result<std::optional<Found>> find(Parts& parts, const TryId& id) {
  return storage::read(parts.database, [&](storage::Snapshot& seen) -> base::Result<std::optional<Found>> {
    auto kept = find_kept_try(seen, id);
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept || has_ended((*kept)->face.state)) return std::nullopt;
    auto problem = expect_problem(seen, (*kept)->face.problem);
    if (!problem) return tl::unexpected(problem.error());
    auto files = files_of_try(seen, id);
    if (!files) return tl::unexpected(files.error());
    return Found{std::move(**kept), std::move(*problem), std::move(*files)};
  });
}

evaluation::Failure failure_of_machine() {
  evaluation::Failure failure;
  failure.kind = evaluation::FailureKind::machine;
  failure.phase = evaluation::Phase::trial;
  return failure;
}

class Trial {
 public:
  Trial(Parts& parts, const engine::Task& task, Found found)
      : parts_(parts),
        task_(task),
        found_(std::move(found)),
        id_(found_.kept.face.id),
        at_work_(parts.at_work, id_.value()) {}

  base::Result<void> go();

 private:
  using Change = std::function<void(KeptTry&)>;
  base::Result<bool> advance(storage::Transaction& tx, base::Instant now, const Change& change);
  base::Result<bool> begin();
  base::Result<Judgement> run();
  base::Result<void> end(const Judgement& judgement);
  base::Result<void> give_back(const evaluation::Failure& failure);
  base::Result<void> end_stopped();

  Parts& parts_;
  const engine::Task& task_;
  const Found found_;
  const TryId id_;
  AtWork::Entry at_work_;
};

base::Result<void> Trial::go() {
  const std::stop_callback relay(task_.stop, [this] { at_work_.stop(); });
  auto begun = begin();
  if (!begun) return tl::unexpected(begun.error());
  if (!*begun) return end_stopped();
  auto judgement = run();
  if (!judgement) return tl::unexpected(judgement.error());
  if (at_work_.token().stop_requested()) return end_stopped();
  const auto& failure = judgement->evaluation.failure;
  if (failure && failure->kind == evaluation::FailureKind::machine) return give_back(*failure);
  return end(*judgement);
}

// False where it was cancelled meanwhile: then it stays as it is. Fails with `conflict` where a later attempt
// has taken over.
base::Result<bool> Trial::advance(storage::Transaction& tx, base::Instant now, const Change& change) {
  auto kept = expect_try(tx, id_);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->attempt > attempt_number(task_))
    return base::conflict("another attempt at this try has taken over");
  if (has_ended(kept->face.state)) return false;
  kept->attempt = attempt_number(task_);
  change(*kept);
  if (auto saved = save_and_tell(parts_, tx, *kept, now); !saved) return tl::unexpected(saved.error());
  return true;
}

base::Result<bool> Trial::begin() {
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) {
    return advance(tx, now, [&](KeptTry& kept) {
      kept.face.state = TryState::running;
      kept.face.started = now;
    });
  });
}

base::Result<Judgement> Trial::run() {
  auto room = base::TemporaryFolder::make("agora-try");
  if (!room) return tl::unexpected(room.error());
  const evaluation::Submission submission{std::string(kFolder), room->path() / kFolder};
  for (const auto& file : found_.files)
    if (auto laid = lay_out(submission.folder, file.path, file.bytes); !laid)
      return tl::unexpected(laid.error());
  evaluation::Observer silent;
  return judge(parts_, found_.problem, Step::trial, submission, silent, at_work_.token());
}

// The last transaction of the job: all that came of it, or nothing.
base::Result<void> Trial::end(const Judgement& judgement) {
  const auto& evaluation = judgement.evaluation;
  const auto costs = costs_of(evaluation);
  std::optional<std::string> figure;
  if (judgement.ready && !evaluation.failure)
    if (const auto drawn = evaluation::figure_of(*judgement.ready->problem, evaluation))
      figure = base::to_text(evaluation::to_json(*drawn));
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto done = engine::finish(tx, task_.claim, now); !done) return done;
    auto told = advance(tx, now, [&](KeptTry& kept) {
      kept.face.ended = now;
      kept.output = capped(evaluation.output);
      kept.failure = evaluation.failure;
      kept.face.state = evaluation.failure ? TryState::failed : TryState::passed;
      if (evaluation.failure) return;
      kept.scores = base::to_text(scores_of_try(evaluation));
      kept.figure = figure;
      kept.fit_seconds = costs.fit_seconds;
      kept.predict_seconds = costs.predict_seconds;
      kept.peak_memory_bytes = costs.peak_memory_bytes;
    });
    if (!told) return tl::unexpected(told.error());
    return {};
  });
}

// The machine failed, which is nobody's fault here: again later, a bounded number of times.
base::Result<void> Trial::give_back(const evaluation::Failure& failure) {
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    const auto state = engine::give_back(tx, task_.claim, failure.message, now);
    if (!state) return tl::unexpected(state.error());
    auto told = advance(tx, now, [&](KeptTry& kept) {
      kept.face.state = *state == engine::JobState::waiting ? TryState::waiting : TryState::failed;
      if (kept.face.state == TryState::waiting) return;
      kept.face.ended = now;
      kept.failure = failure_of_machine();
    });
    if (!told) return tl::unexpected(told.error());
    return {};
  });
}

// Its author cancelled it, which is written already, or the program stops.
base::Result<void> Trial::end_stopped() {
  const auto now = base::now();
  return storage::transact(parts_.database,
                           [&](storage::Transaction& tx) { return end_if_cancelled(tx, task_, now); });
}

}  // namespace

base::Result<void> run_try(Parts& parts, const engine::Task& task) {
  auto order = order_from(task.claim.job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->tried) return base::internal("a job to try names no try");
  auto found = find(parts, *order->tried);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return finish_in_vain(parts, task);
  return Trial(parts, task, std::move(**found)).go();
}

base::Result<void> end_try_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                           base::Instant now) {
  auto order = order_from(job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->tried) return {};
  auto kept = find_kept_try(tx, *order->tried);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept || has_ended((*kept)->face.state)) return {};
  auto& face = (*kept)->face;
  face.state = job.state == engine::JobState::cancelled ? TryState::cancelled : TryState::failed;
  if (face.state == TryState::failed) (*kept)->failure = failure_of_machine();
  face.ended = now;
  return save_and_tell(parts, tx, **kept, now);
}

}  // namespace submissions
