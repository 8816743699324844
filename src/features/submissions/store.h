// What this room keeps in the database: problems, submissions, files, evaluations, scores. The only files
// here that know SQL are store*.cpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/submissions/submissions.h"
#include "machine/storage/storage.h"

namespace submissions {

// A row of problems: what the face says of it and what only this room knows.
struct KeptProblem {
  Problem problem;
  std::string kit_blob{};
  std::optional<std::string> data_blob{};
  people::PersonId by;
  std::optional<base::Ulid> job{};
};

// A row of submissions. `attempt` is the latest attempt of its job that wrote to it: what an older one would
// write is refused.
struct KeptSubmission {
  Submission submission;
  std::optional<base::Ulid> job{};
  int attempt = 0;
};

struct KeptFile {
  std::string path, blob;
  std::uint64_t size = 0;
};

enum class Step { trial, hidden };

// The end of a trial or of a hidden run.
struct KeptEvaluation {
  SubmissionId submission;
  Step step = Step::trial;
  int run = 1;
  ProblemId problem;
  std::optional<evaluation::Failure> failure{};  // all of it: for whoever may see everything
  std::string record = "{}";                     // JSON
  std::optional<std::string> output_blob{};
  std::optional<std::string> predictions_blob{};  // of a hidden run that was scored
  base::Instant scored{};
};

base::Result<void> insert_problem(storage::Transaction& tx, const KeptProblem& kept);
base::Result<void> update_problem(storage::Transaction& tx, const KeptProblem& kept);
base::Result<std::optional<KeptProblem>> find_kept_problem(storage::Session& session, const ProblemId& id);
// Newest first.
base::Result<std::vector<KeptProblem>> problems_in(storage::Session& session, ProblemState state, int limit);

base::Result<int> next_number(storage::Transaction& tx, const people::Ref& contest, std::string_view team);
base::Result<void> insert_submission(storage::Transaction& tx, const KeptSubmission& kept,
                                     const std::vector<KeptFile>& files);
base::Result<void> update_submission(storage::Transaction& tx, const KeptSubmission& kept);
// The count of folds alone, where the attempt is still the latest; false where it is not.
base::Result<bool> note_progress(storage::Transaction& tx, const SubmissionId& id, int run, int attempt,
                                 int folds_done);
base::Result<std::optional<KeptSubmission>> find_kept(storage::Session& session, const SubmissionId& id);
base::Result<std::vector<KeptSubmission>> in_flight(storage::Session& session);
base::Result<std::vector<KeptFile>> files_of(storage::Session& session, const SubmissionId& id);

// Takes the place of one of the same submission, step and run.
base::Result<void> put_evaluation(storage::Transaction& tx, const KeptEvaluation& kept);
base::Result<std::optional<KeptEvaluation>> find_evaluation(storage::Session& session, const SubmissionId& id,
                                                            Step step, int run);
// The scores of a submission, in the place of those that it had.
base::Result<void> put_scores(storage::Transaction& tx, const SubmissionId& id,
                              const evaluation::Evaluation& evaluation);

// Scored or in flight in this contest, in the order of their birth.
base::Result<std::vector<KeptSubmission>> concerned_by_rescore(storage::Session& session,
                                                               const people::Ref& contest);

}  // namespace submissions
