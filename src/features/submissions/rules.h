// The pure decisions of submissions: what is used, what may be done in a state, what an author may know, how
// long it will take. Knows no database, job or request.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/submissions/submissions.h"

namespace submissions {

base::Result<State> state_from(std::string_view word);
base::Result<ProblemState> problem_state_from(std::string_view word);
base::Result<evaluation::FailureKind> failure_kind_from(std::string_view word);
base::Result<evaluation::Phase> phase_from(std::string_view word);

// What one submission counts as; nothing where it costs nothing.
enum class Use { nothing, in_flight, scored, failed_on_hidden };
Use use_of(State state, const std::optional<Reason>& reason);

std::optional<base::Error> why_not_cancelled(const Submission& submission);
std::optional<base::Error> why_not_rerun(const Submission& submission);

// What the author may know of a failure: all of a trial's, and of the hidden run's what without_secrets
// leaves.
Reason reason_of_trial(const evaluation::Failure& failure);
Reason reason_of_hidden(const evaluation::Failure& failure);
Reason reason_of_machine(evaluation::Phase phase);  // a job that used up its attempts

// What a name says as the folder of a submission, which is a module's name in Python and a path in
// tracebacks.
std::string folder_name(std::string_view name);
std::optional<base::Error> why_no_name(std::string_view name);
// A path that stays below the submission and that cells take.
std::optional<base::Error> why_no_path(std::string_view path);
// The files' hash as the judge's record has it: over sorted paths and the hashes of the contents.
struct HashedFile {
  std::string path, sha256;
};
std::string code_hash_of(std::vector<HashedFile> files);

// Mean and standard deviation (ddof 0) of each column over its folds.
void fill_means(VisibleScores& scores);
void fill_means(TestScores& scores);

// How long a job that has `ahead` jobs before it will wait, in seconds. What runs says how many run at once:
// where something waits, all are busy.
std::optional<double> estimated_wait(int ahead, int running, std::optional<base::Seconds> typical);

// What differs between two kits by more than the text of problem.py: nothing, or a path.
struct HashedTree {
  std::vector<HashedFile> files;
};
std::vector<std::string> differing_files(const HashedTree& before, const HashedTree& after);

}  // namespace submissions
