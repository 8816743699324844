// What people ask of submissions, as far as the queue is concerned: create, cancel, rerun, rescore.
#include <fmt/format.h>

#include "base/hash.h"
#include "features/submissions/jobs_queue.h"
#include "features/submissions/jobs_types.h"
#include "features/submissions/parts.h"
#include "features/submissions/rules.h"

namespace submissions {
namespace {

base::Result<void> record_act(storage::Transaction& tx, const std::optional<people::Act>& act,
                              base::Instant now) {
  if (!act) return {};
  return people::record(tx, *act, now);
}

base::Result<void> enqueue(storage::Transaction& tx, KeptSubmission& kept, base::Instant now) {
  const auto& submission = kept.submission;
  auto job = engine::enqueue(
      tx, job_for(kEvaluate, {.submission = submission.id, .run = submission.runs}, submission.team), now);
  if (!job) return tl::unexpected(job.error());
  kept.job = job->value();
  kept.attempt = 0;
  return {};
}

KeptSubmission kept_from(const NewSubmission& asked, const Problem& problem, int number, base::Instant now) {
  KeptSubmission kept{
      .submission = {.id = SubmissionId(base::make_ulid(now)),
                     .problem = asked.problem,
                     .contest = asked.contest,
                     .team = asked.team,
                     .team_name = asked.team_name,
                     .author = asked.author,
                     .name = asked.name.empty() ? fmt::format("submission {}", number) : asked.name,
                     .number = number}};
  kept.submission.folds = problem.folds;
  kept.submission.created = now;
  return kept;
}

std::vector<KeptFile> files_from(const NewSubmission& asked, Submission& submission) {
  std::vector<KeptFile> files;
  std::vector<HashedFile> hashed;
  for (const auto& file : asked.files) {
    files.push_back({file.path, base::sha256_hex(file.bytes), file.bytes.size()});
    hashed.push_back({file.path, files.back().blob});
    submission.size_bytes += file.bytes.size();
  }
  submission.code_hash = code_hash_of(std::move(hashed));
  return files;
}

// From the beginning.
void start_again(Submission& submission, int folds) {
  submission.runs += 1;
  submission.state = State::received;
  submission.reason.reset();
  submission.folds_done = 0;
  submission.folds = folds;
  submission.started.reset();
  submission.ended.reset();
  submission.fit_seconds.reset();
  submission.predict_seconds.reset();
  submission.peak_memory_bytes.reset();
}

}  // namespace

base::Result<Submission> Room::create(storage::Transaction& tx, const NewSubmission& asked,
                                      base::Instant now) {
  auto problem = expect_problem(tx, asked.problem);
  if (!problem) return tl::unexpected(problem.error());
  auto number = next_number(tx, asked.contest, asked.team);
  if (!number) return tl::unexpected(number.error());
  auto kept = kept_from(asked, problem->problem, *number, now);
  const auto files = files_from(asked, kept.submission);
  if (auto queued = enqueue(tx, kept, now); !queued) return tl::unexpected(queued.error());
  if (auto put = insert_submission(tx, kept, files); !put) return tl::unexpected(put.error());
  if (auto told = save_and_tell(*parts_, tx, kept, now); !told) return tl::unexpected(told.error());
  if (auto told = tell_queue(*parts_, tx, now); !told) return tl::unexpected(told.error());
  return std::move(kept.submission);
}

base::Result<Submission> Room::cancel(const SubmissionId& id, base::Instant now,
                                      const std::optional<people::Act>& act) {
  auto cancelled =
      storage::transact(parts_->database, [&](storage::Transaction& tx) -> base::Result<Submission> {
        auto kept = expect_kept(tx, id);
        if (!kept) return tl::unexpected(kept.error());
        if (auto why = why_not_cancelled(kept->submission)) return tl::unexpected(*why);
        auto job = kept->job ? engine::cancel(tx, engine::JobId(*kept->job), now)
                             : base::Result<engine::JobState>(engine::JobState::cancelled);
        if (!job) return tl::unexpected(job.error());
        if (*job != engine::JobState::running) {
          kept->submission.state = State::cancelled;
          kept->submission.ended = now;
          if (auto told = save_and_tell(*parts_, tx, *kept, now); !told) return tl::unexpected(told.error());
          if (auto told = tell_queue(*parts_, tx, now); !told) return tl::unexpected(told.error());
        }
        if (auto kept_act = record_act(tx, act, now); !kept_act) return tl::unexpected(kept_act.error());
        return std::move(kept->submission);
      });
  if (cancelled) parts_->at_work.stop(id.value());
  return cancelled;
}

base::Result<Submission> Room::rerun(const SubmissionId& id, base::Instant now,
                                     const std::optional<people::Act>& act) {
  return storage::transact(parts_->database, [&](storage::Transaction& tx) -> base::Result<Submission> {
    auto kept = expect_kept(tx, id);
    if (!kept) return tl::unexpected(kept.error());
    if (auto why = why_not_rerun(kept->submission)) return tl::unexpected(*why);
    auto problem = expect_problem(tx, kept->submission.problem);
    if (!problem) return tl::unexpected(problem.error());
    start_again(kept->submission, problem->problem.folds);
    auto done = enqueue(tx, *kept, now);
    if (done) done = save_and_tell(*parts_, tx, *kept, now);
    if (done) done = tell_queue(*parts_, tx, now);
    if (done) done = record_act(tx, act, now);
    if (!done) return tl::unexpected(done.error());
    return std::move(kept->submission);
  });
}

base::Result<void> Room::rescore(storage::Transaction& tx, const people::Ref& contest, const ProblemId& id,
                                 base::Instant now) {
  auto problem = expect_problem(tx, id);
  if (!problem) return tl::unexpected(problem.error());
  if (problem->problem.state != ProblemState::ready)
    return base::conflict(fmt::format("this kit is {}: scoring again waits until it is ready",
                                      word_for(problem->problem.state)));
  auto concerned = concerned_by_rescore(tx, contest);
  if (!concerned) return tl::unexpected(concerned.error());
  for (auto& kept : *concerned) {
    auto& submission = kept.submission;
    if (submission.problem != id && problem->problem.replaces != submission.problem)
      return base::conflict(
          fmt::format("submission {} was made for another kit than the one that this kit replaces: register "
                      "it as the successor "
                      "of that one",
                      base::to_text(submission.id)));
    if (submission.state == State::scored) {
      auto job = engine::enqueue(
          tx,
          job_for(kRescore, {.submission = submission.id, .problem = id, .run = submission.runs}, contest.id),
          now);
      if (!job) return tl::unexpected(job.error());
    } else {  // whoever evaluates it sees at the end that the problem is another one
      submission.problem = id;
      if (auto saved = update_submission(tx, kept); !saved) return saved;
    }
  }
  return {};
}

}  // namespace submissions
