// What people hand in: kept, tried on public data, trained and scored on hidden data, recorded, scored again
// when a metric changes. Knows problems and evaluations; of events only the Ref and what the hooks below say.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "features/people/people.h"
#include "judge/evaluation/evaluation.h"

namespace submissions {

using ProblemId = base::Id<struct ProblemTag>;
using SubmissionId = base::Id<struct SubmissionTag>;

// checking: its kit is being linted, its data read in a cell. refused: `findings` says why.
enum class ProblemState { checking, ready, refused };
std::string_view word_for(ProblemState state);

// A kit's version, registered. Its files are blobs: the kit's archive, which is public, and the hidden
// data's, which is not and never leaves the server.
struct Problem {
  ProblemId id;
  std::string name;  // the kit's folder
  std::string title;
  std::string statement;  // Markdown
  ProblemState state = ProblemState::checking;
  bool is_practice = false;  // without hidden data: its labels are public
  std::vector<kit::Finding> findings{};
  std::vector<std::string> elements{};             // "classifier.py": files that a submission has to have
  std::vector<evaluation::ScoreColumn> columns{};  // official first; known when ready
  int folds = 0;
  bool has_test = false;
  std::string environment;
  base::Instant created{};
};

struct NewProblem {
  std::string name;
  std::filesystem::path kit_archive;  // tar (gz, zst, plain) or zip, with problem.py at its root
  std::optional<std::filesystem::path> data_archive;  // of HIDDEN, what stands in data/
  people::PersonId by;
};

// received: waits for its trial. trial: runs on public data. queued: passed, waits for hidden data (only seen
// when the run was given back). running: on hidden data. scored, failed, cancelled: ended.
enum class State { received, trial, queued, running, scored, failed, cancelled };
std::string_view word_for(State state);
bool has_ended(State state);

// What the author may know of a failure on hidden data; on public data all of it is in the log.
struct Reason {
  evaluation::FailureKind kind;
  evaluation::Phase phase;  // trial: on public data, nothing was charged
  std::optional<int> fold{};
  std::string exception_class{}, file{}, message{};  // the message of a failure on hidden data is only ours
  int line = 0;
  std::string next_step{};
};

struct Submission {
  SubmissionId id;
  ProblemId problem;
  people::Ref contest;    // {"event", id}
  std::string team;       // the contest's team: the lane of fair order
  std::string team_name;  // as it was when it was handed in
  people::PersonId author;
  std::string name;
  int number = 0;  // 1, 2, ... of this team in this contest
  State state = State::received;
  std::optional<Reason> reason{};
  std::string code_hash;
  std::uint64_t size_bytes = 0;
  int folds_done = 0, folds = 0;
  base::Instant created{};
  std::optional<base::Instant> started{}, ended{};
  std::optional<double> fit_seconds{}, predict_seconds{};  // mean over the folds
  std::optional<std::uint64_t> peak_memory_bytes{};
};

// Scores that participants may see; those on the test part are another type, so that they go nowhere by
// accident.
struct VisibleScores {
  // By score name. Mean and standard deviation (ddof 0) over the folds.
  struct OfName {
    std::string name;
    std::optional<double> train_mean, train_std, valid_mean, valid_std, bagged_valid;
    std::vector<std::optional<double>> train, valid;  // by fold
  };
  std::vector<OfName> columns;  // official first
};
struct TestScores {
  struct OfName {
    std::string name;
    std::optional<double> test_mean, test_std, bagged_test;
    std::vector<std::optional<double>> test;
  };
  std::vector<OfName> columns;
};

// What a team has used since a moment. In flight counts as used until it has ended without a score.
struct Used {
  int in_flight = 0;
  int scored = 0;
  int failed_on_hidden = 0;
};

struct File {
  std::string path;  // below the submission, '/' between
  std::string bytes;
};

struct NewSubmission {
  ProblemId problem;
  people::Ref contest;
  std::string team, team_name;
  people::PersonId author;
  std::string name;
  std::vector<File> files;
  bool all_is_public = false;  // a practice event: the author sees everything of the hidden run too
};

// What a viewer may do with a submission of a contest, as the contest's room decides it.
struct Sight {
  bool sees = false;         // that it exists, its state and visible scores
  bool sees_code = false;    // its files
  bool is_author = false;    // cancel, the trial's log, the reason
  bool manages = false;      // rerun, cancel
  bool sees_output = false;  // of the hidden run: trusted participants, or practice
  bool sees_test = false;    // after the release
};

// How contests hear of their submissions, and say who may see them. Handed in by apps/agora/rooms.cpp.
struct Contest {
  std::string kind;  // "event"
  std::function<base::Result<Sight>(storage::Session&, const people::Viewer&, const Submission&,
                                    base::Instant now)>
      sight;
  // In the transaction that changed the state, also when it is scored again.
  std::function<base::Result<void>(storage::Transaction&, const Submission&, base::Instant now)> changed;
};

base::Result<Used> used_since(storage::Session& session, const people::Ref& contest, std::string_view team,
                              base::Instant since);
base::Result<std::optional<Problem>> find_problem(storage::Session& session, const ProblemId& id);
base::Result<std::optional<Submission>> find_submission(storage::Session& session, const SubmissionId& id);
// Newest first; `after` is the last one of the page before.
struct Wanted {
  std::optional<people::Ref> contest{};
  std::optional<std::string> team{};
  std::optional<people::PersonId> author{};
  std::optional<State> state{};
  std::optional<SubmissionId> after{};
  int limit = 50;
};
base::Result<std::vector<Submission>> list_submissions(storage::Session& session, const Wanted& wanted);
base::Result<VisibleScores> visible_scores(storage::Session& session, const SubmissionId& id);
// Whoever calls this has seen that the contest released them.
base::Result<TestScores> test_scores(storage::Session& session, const SubmissionId& id);

struct Settings {
  std::filesystem::path folder;  // of the center: blobs/ and problems/ are below it
  std::filesystem::path home;    // where environments are
  int parallel = 0;              // folds at once in one evaluation; 0: the cores
};

// What this room keeps while the program runs: blobs, unpacked kits, judges, prepared problems.
class Room {
 public:
  static base::Result<std::unique_ptr<Room>> open(const storage::Database& database, Settings settings,
                                                  std::vector<Contest> contests);
  virtual ~Room() = default;

  // Keeps the archives as blobs and enqueues the check. Fails with `invalid` where an archive is none, is too
  // large or holds links or paths that lead out, naming the entry.
  virtual base::Result<Problem> register_problem(const NewProblem& problem, base::Instant now) = 0;

  // Before the transaction: lints (`invalid`, naming file and next step) and keeps the files.
  virtual base::Result<void> keep_files(const NewSubmission& submission) = 0;
  // In the transaction that decided that it may be: writes it, enqueues it, tells the contest.
  virtual base::Result<Submission> create(storage::Transaction& transaction, const NewSubmission& submission,
                                          base::Instant now) = 0;
  virtual base::Result<Submission> cancel(const SubmissionId& id, base::Instant now) = 0;
  virtual base::Result<Submission> rerun(const SubmissionId& id, base::Instant now) = 0;
  // Everything that was scored in the contest, scored again under the score types of `problem`, which must
  // differ from the old one in nothing else. Enqueues; fails with `invalid` saying what else differs.
  virtual base::Result<void> rescore(const people::Ref& contest, const ProblemId& problem,
                                     base::Instant now) = 0;

  // The public kit, unpacked: stays while the program runs.
  virtual base::Result<std::filesystem::path> kit_folder(const Problem& problem) = 0;
};

std::span<const storage::Migration> migrations();

}  // namespace submissions
