#include "features/submissions/jobs_evaluate.h"

#include "features/submissions/jobs_judge.h"
#include "features/submissions/jobs_queue.h"
#include "features/submissions/jobs_types.h"
#include "features/submissions/rules.h"

namespace submissions {
namespace {

namespace fs = std::filesystem;

// What the job finds when it begins.
struct Found {
  KeptSubmission kept;
  KeptProblem problem;
  std::vector<KeptFile> files;
  bool has_passed_trial = false;
};

base::Result<Found> find(Parts& parts, const SubmissionId& id) {
  return storage::read(parts.database, [&](storage::Snapshot& seen) -> base::Result<Found> {
    auto kept = expect_kept(seen, id);
    if (!kept) return tl::unexpected(kept.error());
    auto problem = expect_problem(seen, kept->submission.problem);
    auto files = files_of(seen, id);
    auto trial = find_evaluation(seen, id, Step::trial, kept->submission.runs);
    if (!problem) return tl::unexpected(problem.error());
    if (!files) return tl::unexpected(files.error());
    if (!trial) return tl::unexpected(trial.error());
    return Found{std::move(*kept), std::move(*problem), std::move(*files), *trial && !(*trial)->failure};
  });
}

// The submission's files, for the judge to copy.
base::Result<void> lay_out_all(const Parts& parts, const std::vector<KeptFile>& files,
                               const fs::path& folder) {
  for (const auto& file : files) {
    auto bytes = parts.blobs.read(file.blob);
    if (!bytes) return tl::unexpected(bytes.error());
    if (auto laid = lay_out(folder, file.path, *bytes); !laid) return laid;
  }
  return {};
}

void note_costs(Submission& submission, const evaluation::Evaluation& evaluation) {
  const auto costs = costs_of(evaluation);
  submission.fit_seconds = costs.fit_seconds;
  submission.predict_seconds = costs.predict_seconds;
  if (costs.peak_memory_bytes) submission.peak_memory_bytes = costs.peak_memory_bytes;
}

class Run {
 public:
  Run(Parts& parts, const engine::Task& task, Found found)
      : parts_(parts),
        task_(task),
        found_(std::move(found)),
        attempt_{found_.kept.submission.id, found_.kept.submission.runs, attempt_number(task)},
        at_work_(parts.at_work, attempt_.submission.value()),
        progress_(parts, attempt_, [this] { at_work_.stop(); }) {}

  base::Result<void> go();

 private:
  base::Result<void> try_out(const evaluation::Submission& submission, bool& passed);
  base::Result<void> run_on_hidden(const evaluation::Submission& submission);
  evaluation::Evaluation evaluate(Step step, const evaluation::Submission& submission,
                                  evaluation::Observer& observer);
  base::Result<KeptEvaluation> kept_from(Step step, const evaluation::Evaluation& evaluation,
                                         base::Instant now) const;
  base::Result<void> begin(State state);
  base::Result<void> note_passed(const evaluation::Evaluation& evaluation);
  base::Result<void> fail(Step step, const evaluation::Evaluation& evaluation);
  base::Result<void> give_back(Step step, const evaluation::Failure& failure);
  base::Result<void> score(const evaluation::Evaluation& evaluation);
  base::Result<void> end_stopped();
  base::Result<void> end(const KeptEvaluation& kept, const evaluation::Evaluation* scores,
                         const std::function<void(Submission&)>& change);

  Parts& parts_;
  const engine::Task& task_;
  const Found found_;
  const Attempt attempt_;
  AtWork::Entry at_work_;
  Progress progress_;
};

base::Result<void> Run::go() {
  const std::stop_callback relay(task_.stop, [this] { at_work_.stop(); });
  auto room = base::TemporaryFolder::make("agora-submission");
  if (!room) return tl::unexpected(room.error());
  const auto name = folder_name(found_.kept.submission.name);
  const evaluation::Submission submission{name, room->path() / name};
  if (auto laid = lay_out_all(parts_, found_.files, submission.folder); !laid) return laid;
  bool passed = found_.has_passed_trial;
  if (!passed) {
    auto tried = try_out(submission, passed);
    if (!passed || !tried) return tried;
  } else {
    progress_.post([this] { return begin(State::running); });
  }
  return run_on_hidden(submission);
}

evaluation::Evaluation Run::evaluate(Step step, const evaluation::Submission& submission,
                                     evaluation::Observer& observer) {
  return judge(parts_, found_.problem, step, submission, observer, at_work_.token()).evaluation;
}

base::Result<void> Run::try_out(const evaluation::Submission& submission, bool& passed) {
  progress_.post([this] { return begin(State::trial); });
  evaluation::Observer silent;
  auto trial = std::make_shared<evaluation::Evaluation>(evaluate(Step::trial, submission, silent));
  if (at_work_.token().stop_requested()) return end_stopped();
  if (trial->failure) return fail(Step::trial, *trial);
  progress_.post([this, trial] { return note_passed(*trial); });
  passed = true;
  return {};
}

base::Result<void> Run::run_on_hidden(const evaluation::Submission& submission) {
  const auto hidden = evaluate(Step::hidden, submission, progress_);
  if (at_work_.token().stop_requested()) return end_stopped();
  if (hidden.failure) return fail(Step::hidden, hidden);
  return score(hidden);
}

base::Result<void> Run::begin(State state) {
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) {
    return advance(parts_, tx, attempt_, now, [&](KeptSubmission& kept) {
      kept.submission.state = state;
      kept.submission.folds_done = 0;
      if (!kept.submission.started) kept.submission.started = now;
    });
  });
}

base::Result<KeptEvaluation> Run::kept_from(Step step, const evaluation::Evaluation& evaluation,
                                            base::Instant now) const {
  KeptEvaluation kept{.submission = attempt_.submission,
                      .step = step,
                      .run = attempt_.run,
                      .problem = found_.problem.problem.id,
                      .failure = evaluation.failure,
                      .record = base::to_text(evaluation::to_json(evaluation.record)),
                      .scored = now};
  if (!evaluation.output.empty()) {
    auto blob = parts_.blobs.put(evaluation.output);
    if (!blob) return tl::unexpected(blob.error());
    kept.output_blob = blob->name;
  }
  if (step == Step::hidden && !evaluation.failure) {
    auto predictions = evaluation::save_predictions(evaluation);
    if (!predictions) return tl::unexpected(predictions.error());
    auto blob = parts_.blobs.put(*predictions);
    if (!blob) return tl::unexpected(blob.error());
    kept.predictions_blob = blob->name;
  }
  return kept;
}

base::Result<void> Run::note_passed(const evaluation::Evaluation& evaluation) {
  const auto now = base::now();
  auto kept_evaluation = kept_from(Step::trial, evaluation, now);
  if (!kept_evaluation) return tl::unexpected(kept_evaluation.error());
  return storage::transact(parts_.database, [&](storage::Transaction& tx) {
    auto put = put_evaluation(tx, *kept_evaluation);
    if (!put) return put;
    return advance(parts_, tx, attempt_, now,
                   [&](KeptSubmission& kept) { kept.submission.state = State::running; });
  });
}

// The last transaction of the job: all that came of it, or nothing.
base::Result<void> Run::end(const KeptEvaluation& kept_evaluation, const evaluation::Evaluation* scores,
                            const std::function<void(Submission&)>& change) {
  progress_.finish();
  const auto now = kept_evaluation.scored;
  return storage::transact(parts_.database, [&](storage::Transaction& tx) {
    auto done = engine::finish(tx, task_.claim, now);
    if (done) done = put_evaluation(tx, kept_evaluation);
    if (done && scores != nullptr) done = put_scores(tx, attempt_.submission, *scores);
    std::optional<ProblemId> wanted;
    if (done)
      done = advance(parts_, tx, attempt_, now, [&](KeptSubmission& kept) {
        change(kept.submission);
        kept.submission.ended = now;
        wanted = kept.submission.problem;
      });
    // Its contest has another kit by now: these scores are to be replaced at once.
    if (done && scores != nullptr && wanted != kept_evaluation.problem) {
      const Order order{.submission = attempt_.submission, .problem = wanted, .run = attempt_.run};
      auto job = engine::enqueue(tx, job_for(kRescore, order, found_.kept.submission.contest.id), now);
      if (!job) return base::Result<void>(tl::unexpected(job.error()));
    }
    return done ? tell_queue(parts_, tx, now) : done;
  });
}

base::Result<void> Run::fail(Step step, const evaluation::Evaluation& evaluation) {
  const auto& failure = *evaluation.failure;
  if (failure.kind == evaluation::FailureKind::machine) return give_back(step, failure);
  auto kept = kept_from(step, evaluation, base::now());
  if (!kept) return tl::unexpected(kept.error());
  return end(*kept, nullptr, [&](Submission& submission) {
    submission.state = State::failed;
    submission.reason = step == Step::trial ? reason_of_trial(failure) : reason_of_hidden(failure);
  });
}

base::Result<void> Run::score(const evaluation::Evaluation& evaluation) {
  auto kept = kept_from(Step::hidden, evaluation, base::now());
  if (!kept) return tl::unexpected(kept.error());
  return end(*kept, &evaluation, [&](Submission& submission) {
    submission.state = State::scored;
    submission.reason.reset();
    submission.folds = submission.folds_done = static_cast<int>(evaluation.folds.size());
    note_costs(submission, evaluation);
  });
}

// The machine failed, which is nobody's fault here: again later, a bounded number of times.
base::Result<void> Run::give_back(Step step, const evaluation::Failure& failure) {
  progress_.finish();
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto state = engine::give_back(tx, task_.claim, failure.message, now);
    if (!state) return tl::unexpected(state.error());
    auto told = advance(parts_, tx, attempt_, now, [&](KeptSubmission& kept) {
      auto& submission = kept.submission;
      if (*state == engine::JobState::waiting) {
        submission.state = step == Step::trial ? State::received : State::queued;
        return;
      }
      submission.ended = now;
      submission.state = *state == engine::JobState::cancelled ? State::cancelled : State::failed;
      if (submission.state == State::failed)
        submission.reason =
            reason_of_machine(step == Step::trial ? evaluation::Phase::trial : evaluation::Phase::prepare);
    });
    return told ? tell_queue(parts_, tx, now) : told;
  });
}

base::Result<void> Run::end_stopped() {
  progress_.finish();
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) {
    auto done = end_if_cancelled(tx, task_, now);
    if (done)
      done = advance(parts_, tx, attempt_, now, [&](KeptSubmission& kept) {
        kept.submission.state = State::cancelled;
        kept.submission.ended = now;
      });
    return done ? tell_queue(parts_, tx, now) : done;
  });
}

}  // namespace

base::Result<void> evaluate(Parts& parts, const engine::Task& task) {
  auto order = order_from(task.claim.job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->submission) return base::internal("a job to evaluate names no submission");
  auto found = find(parts, *order->submission);
  if (!found) return tl::unexpected(found.error());
  const auto& submission = found->kept.submission;
  if (submission.runs != order->run || has_ended(submission.state)) return finish_in_vain(parts, task);
  return Run(parts, task, std::move(*found)).go();
}

base::Result<void> end_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                       base::Instant now) {
  auto order = order_from(job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->submission) return {};
  auto kept = expect_kept(tx, *order->submission);
  if (!kept) return tl::unexpected(kept.error());
  auto& submission = kept->submission;
  if (submission.runs != order->run || has_ended(submission.state)) return {};
  const bool has_passed_trial = submission.state == State::queued || submission.state == State::running;
  submission.state = job.state == engine::JobState::cancelled ? State::cancelled : State::failed;
  if (submission.state == State::failed)
    submission.reason =
        reason_of_machine(has_passed_trial ? evaluation::Phase::prepare : evaluation::Phase::trial);
  submission.ended = now;
  auto told = save_and_tell(parts, tx, *kept, now);
  return told ? tell_queue(parts, tx, now) : told;
}

}  // namespace submissions
