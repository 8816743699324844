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
#include "base/json.h"
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
  std::string name{};  // the kit's folder
  std::string title{};
  std::string statement{};  // Markdown
  ProblemState state = ProblemState::checking;
  bool is_practice = false;  // without hidden data: its labels are public
  std::vector<kit::Finding> findings{};
  std::vector<std::string> elements{};             // "classifier.py": files that a submission has to have
  std::vector<evaluation::ScoreColumn> columns{};  // official first; known when ready
  int folds = 0;
  bool has_test = false;
  std::string environment{};
  std::uint64_t submission_bytes = 0;   // all files of a submission together
  std::string kit_hash{};               // of the public archive: what is made from it may be kept under this
  std::optional<ProblemId> replaces{};  // see NewProblem
  base::Instant created{};
};

struct NewProblem {
  std::string name{};
  std::filesystem::path kit_archive{};  // tar (gz, zst, plain) or zip, with problem.py at its root
  std::optional<std::filesystem::path> data_archive{};  // of HIDDEN, what stands in data/
  people::PersonId by;
  std::optional<ProblemId> data_of{};  // without data_archive: the hidden data of this one, if it has any
  // For a rescore: the hidden data is that of the older problem, and the check refuses (in its findings) a
  // kit that differs from the older one in more than its score types.
  std::optional<ProblemId> replaces{};
};

// received: waits for its trial. trial: runs on public data. queued: passed, waits for hidden data (only seen
// when the run was given back). running: on hidden data. scored, failed, cancelled: ended.
enum class State { received, trial, queued, running, scored, failed, cancelled };
std::string_view word_for(State state);
bool has_ended(State state);

// What the author may know of a failure on hidden data; on public data all of it is in the log.
struct Reason {
  evaluation::FailureKind kind = evaluation::FailureKind::machine;
  evaluation::Phase phase = evaluation::Phase::trial;  // trial: on public data, nothing was charged
  std::optional<int> fold{};
  std::string exception_class{}, file{};
  int line = 0;
  std::string message{};  // of the hidden run only words of ours: what the code said is in the log
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
  int runs = 1;    // a rerun is one more
  State state = State::received;
  std::optional<Reason> reason{};
  std::string code_hash{};
  std::uint64_t size_bytes = 0;
  int folds_done = 0, folds = 0;  // of the hidden run
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
    std::optional<double> train_mean{}, train_std{}, valid_mean{}, valid_std{}, bagged_valid{};
    std::vector<std::optional<double>> train{}, valid{};  // by fold
  };
  std::vector<OfName> columns;  // official first
};
struct TestScores {
  struct OfName {
    std::string name;
    std::optional<double> test_mean{}, test_std{}, bagged_test{};
    std::vector<std::optional<double>> test{};
  };
  std::vector<OfName> columns;
};

// What a team has used by what it handed in since a moment: counted from the states, so nothing is charged
// twice. In flight counts until it has ended. Trials, cancelled ones and failures that are the machine's or
// the kit's cost nothing.
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
  std::string name{};  // empty: "submission 3"
  std::vector<File> files;
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

// How contests hear of their submissions, and say who may see them. Handed in by apps/agora/rooms.cpp. The
// hooks run inside this room's transactions: they may only read and write through the session they are given.
struct Contest {
  std::string kind;  // "event"; also what answers call it: "event": {"id", "slug"}
  std::function<base::Result<Sight>(storage::Session&, const people::Viewer&, const Submission&,
                                    base::Instant now)>
      sight;
  // In the transaction that changed the state, also when it is scored again. Its visible scores can be read.
  std::function<base::Result<void>(storage::Transaction&, const Submission&, base::Instant now)> changed;
  // A problem was checked: it is ready, or refused with findings. May be empty.
  std::function<base::Result<void>(storage::Transaction&, const Problem&, base::Instant now)>
      problem_changed{};
  // The slug of the contest of this id, for answers. May be empty.
  std::function<base::Result<std::string>(storage::Session&, const std::string& id)> slug{};
};

base::Result<Used> used_since(storage::Session& session, const people::Ref& contest, std::string_view team,
                              base::Instant since);
base::Result<std::optional<Problem>> find_problem(storage::Session& session, const ProblemId& id);
// Those that ask for an environment by this name or hash and were not refused.
base::Result<std::vector<ProblemId>> problems_in_environment(storage::Session& session, std::string_view name,
                                                             std::string_view hash);
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
// Why submissions of a contest failed, as their authors may know it: the most frequent first.
struct FailureGroup {
  evaluation::FailureKind kind = evaluation::FailureKind::machine;
  evaluation::Phase phase = evaluation::Phase::trial;
  int count = 0;
  Submission latest;
};
base::Result<std::vector<FailureGroup>> failures_in(storage::Session& session, const people::Ref& contest);
// From begin to end: the median of the contest's last 20 that were scored. Nothing before the first.
base::Result<std::optional<base::Seconds>> typical_time(storage::Session& session,
                                                        const people::Ref& contest);
base::Result<VisibleScores> visible_scores(storage::Session& session, const SubmissionId& id);
// The one reader of scores on the test part: whoever calls it has seen that the contest released them.
base::Result<TestScores> test_scores(storage::Session& session, const SubmissionId& id);

struct Settings {
  std::filesystem::path folder;    // of the center: blobs/ and problems/ are below it
  std::filesystem::path home;      // where environments are
  std::filesystem::path warden{};  // the program agora-warden; empty: beside the running program
  int parallel = 0;                // folds at once in one evaluation; 0: the cores
  int prepared = 8;                // problems kept prepared, public and hidden sides apart
  std::uint64_t prepared_bytes = 2ull << 30;
};

struct Parts;  // of the room; for its own files

// What this room keeps while the program runs: blobs, unpacked kits, judges, prepared problems. Safe from
// several threads. Its routes are in routes.h, the work that its jobs do in jobs.h.
class Room {
 public:
  // Fails with `conflict` where the database has its blobs in another folder.
  static base::Result<std::unique_ptr<Room>> open(const storage::Database& database, Settings settings,
                                                  std::vector<Contest> contests);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // Keeps the archives as blobs and enqueues the check. Fails with `invalid` where an archive is none, is too
  // large or holds links or paths that lead out, naming the entry.
  base::Result<Problem> register_problem(const NewProblem& problem, base::Instant now);

  // Before the transaction: lints (`invalid`, naming file and next step; `conflict` where the problem is not
  // ready) and keeps the files.
  base::Result<void> keep_files(const NewSubmission& submission);
  // In the transaction that decided that it may be: writes it, enqueues it, tells the contest.
  base::Result<Submission> create(storage::Transaction& transaction, const NewSubmission& submission,
                                  base::Instant now);
  // Waiting: cancelled at once. At work: asked to stop, and cancelled within a second. Ended: `conflict`.
  // `act`, where one is given, goes into the audit log with it.
  base::Result<Submission> cancel(const SubmissionId& id, base::Instant now,
                                  const std::optional<people::Act>& act = {});
  // Once more from the beginning, not charged again; its scores stay until the new ones are there. In flight:
  // `conflict`.
  base::Result<Submission> rerun(const SubmissionId& id, base::Instant now,
                                 const std::optional<people::Act>& act = {});
  // Everything that was scored in the contest, scored again under `problem`, from kept predictions; what is
  // in flight will be, too. Where that fails, a submission keeps the scores that it has. Fails with
  // `conflict` where that is not ready, or replaces another problem than the one that was scored.
  base::Result<void> rescore(storage::Transaction& transaction, const people::Ref& contest,
                             const ProblemId& problem, base::Instant now);

  // The Submission of the API as a viewer with this sight may know it.
  base::Result<base::json::value> view(storage::Session& session, const Submission& submission,
                                       const Sight& sight, base::Instant now);

  // The public kit, unpacked: stays while the program runs.
  base::Result<std::filesystem::path> kit_folder(const Problem& problem);

  Parts& parts() { return *parts_; }  // for this room's own files

 private:
  explicit Room(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

std::span<const storage::Migration> migrations();

}  // namespace submissions
