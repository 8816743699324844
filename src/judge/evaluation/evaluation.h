// The one path on which submissions are trained and scored: prepare a problem, run each fold in a cell,
// score, bag. Knows kits, cells and metrics; nothing of databases, HTTP or people.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "core/kit/kit.h"
#include "judge/environments/environments.h"

namespace evaluation {

enum class Phase { trial, prepare, fit, predict, score };
enum class FailureKind {
  syntax,
  exception,
  time,
  memory,
  output,
  processes,
  shape,
  dtype,
  nan,
  kit,
  machine
};

std::string_view word_for(Phase phase);
std::string_view word_for(FailureKind kind);

// Why an evaluation has no score. `message` and `traceback` may hold what the submission printed of hidden
// data: who may see them is decided by whoever shows them.
struct Failure {
  FailureKind kind = FailureKind::machine;
  Phase phase = Phase::prepare;
  std::optional<int> fold;
  std::string message;
  std::string traceback;        // cleaned: from the submission's first frame on, paths relative to the kit
  std::string exception_class;  // "ValueError"; empty where there was none
  std::string file;             // relative to the kit's root, one that is there; empty where unknown
  int line = 0;                 // one that the file has, or 0
};

// What the author of a submission may know of a failure on hidden data: kind, phase, fold, the class of the
// exception where it is a usual one, file and line in the author's own code, and words of ours.
Failure without_secrets(const Failure& failure);

// The same failure, of a trial on public data.
Failure as_trial(Failure failure);

// What to try, for the person.
std::string next_step(const Failure& failure);

template <class T>
using Judged = tl::expected<T, Failure>;

// A kit on disk and what takes its place: `data` (HIDDEN) stands where the kit's own data/ would.
struct ProblemSource {
  std::filesystem::path kit;
  std::optional<std::filesystem::path> data;
  kit::Kit facts;
  bool quick = false;  // RAMP_TEST_MODE
  std::uint64_t seed = 57;
};

enum class Mask {
  first,
  last,
  none
};  // which label replaces those outside the fold; `none` is for `kit check` alone

// Name, precision and direction of one score, the official one first.
struct ScoreColumn {
  std::string name;
  int precision = 2;
  bool is_lower_the_better = false;
};

struct Submission {
  std::string name;
  std::filesystem::path folder;
};

// One row of scores, in the order of the columns.
using ScoreRow = std::vector<double>;

struct FoldScores {
  ScoreRow train, valid, test;  // test is empty where there is no test data
  double fit_seconds = 0;
  double predict_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

// What an evaluation depended on: equal records give equal bits.
struct Record {
  std::string kit_hash, data_hash, code_hash, environment_hash;
  std::uint64_t seed = 0;
  std::string threads;   // "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1"
  std::string cpu;       // model and the features that select a BLAS kernel
  std::string blas;      // the kernels that were chosen
  std::string versions;  // JSON of rampwf, scikit-learn, numpy
};

// Regions of a fold's result memory; results.h says how they are read.
struct Region {
  std::uint64_t offset = 0;
  std::uint64_t capacity = 0;
};

// What predictions of one step must look like.
struct Expected {
  bool ragged = false;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;  // 0: rank 1
  bool any_columns = false;   // the kit's own Predictions decide
};

struct PredictionPlaces {
  Region train, test;
  Expected expected_train, expected_test;
};

struct Seconds {
  double prepare = 0, evaluate = 0, score = 0, total = 0;
};

struct Evaluation {
  std::optional<Failure> failure;  // then what follows is incomplete
  bool cancelled = false;          // Asked::stop came before the end: no failure, no scores
  std::vector<ScoreColumn> columns;
  std::vector<FoldScores> folds;
  ScoreRow bagged_valid, bagged_test;
  bool has_test = false;
  Seconds seconds;
  Record record;
  std::string output;  // what the submission's cells printed, fold by fold
  // Kept so that a changed metric can be applied without training again: each fold's raw result memory, and
  // where the true X's predictions stand in it.
  std::vector<std::string> predictions;
  PredictionPlaces places;
  std::string folds_hash;  // SHA-256 of the problem's folds: what predictions of folds mean
};

// What `save_predictions` kept of an evaluation, read back.
struct KeptFold {
  double fit_seconds = 0;
  double predict_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::string train, test;  // header and numbers, as results.h reads them
};
struct Kept {
  bool has_test = false;
  std::string folds_hash;
  std::vector<KeptFold> folds;
};

// One string of bytes for one evaluation that has scores: kept.cpp says its form.
base::Result<std::string> save_predictions(const Evaluation& evaluation);
// Fails with `invalid` where the bytes are of another form, or of a later release.
base::Result<Kept> load_predictions(std::string_view bytes);

// What was predicted beside what is true, to draw.
struct Confusion {
  std::vector<std::string> labels;
  std::vector<std::vector<std::int64_t>> counts;  // a row for each true label, a column for each predicted
};
struct Scatter {
  std::vector<std::pair<double, double>> points;  // true, predicted
};
using Figure = std::variant<Confusion, Scatter>;

// Progress, called from several threads, one call at a time.
struct Observer {
  virtual ~Observer() = default;
  virtual void entered(Phase) {}
  virtual void folds_known(int /*count*/) {}
  virtual void fold_fitting(int /*fold*/) {}
  virtual void fold_predicting(int /*fold*/, double /*fit_seconds*/) {}
  virtual void fold_done(int /*fold*/) {}
};

class Problem;  // prepared: features, labels, folds and masked labels, each apart

// What may be known of a prepared problem.
struct ProblemFacts {
  std::vector<ScoreColumn> columns;  // the official one first
  int folds = 0;
  bool has_test = false;
  std::vector<std::string> elements;  // "classifier.py": files that a submission has to have
  bool native = false;                // scored in C++
  std::string why_not_native;
  Record record;  // without the code's hash
  double prepare_seconds = 0;
  std::uint64_t memory_bytes = 0;  // of its memories, which stay while it is held
};
ProblemFacts facts_of(const Problem& problem);

// Of the validation rows of the first fold: a confusion for labels, at most 500 points for one column of
// numbers; nothing for what is neither, or for more than 100 labels. It tells labels, so nothing too where
// the problem was not prepared from its kit's own, public data, and quickly, as trials are.
std::optional<Figure> figure_of(const Problem& problem, const Evaluation& evaluation);

// What differs between two prepared problems beside their score types, each difference in words, as "get_cv
// makes other folds": none where predictions under one mean the same under the other. Fails where a memory
// cannot be read.
base::Result<std::vector<std::string>> differences(const Problem& before, const Problem& after);

// How to evaluate.
struct Asked {
  int parallel = 0;        // folds at once; 0: the cores
  int most_folds = 0;      // the first ones, bagged among themselves; 0: all. A trial asks for 1
  std::stop_token stop{};  // when asked, every cell is killed at once and the evaluation ends as cancelled
};

// What reading the data once more, with an eye for leaks, has shown.
struct DataCheck {
  std::vector<kit::Finding> findings;
  std::vector<std::string> checked;  // what was looked at, in words
  bool can_run = false;              // nothing was found that stops preparation
  std::optional<double> best_score;  // the official score's best possible value, where there is one
};

struct JudgeOptions {
  // Whether many evaluations will come: then what submissions usually import is imported once, before the
  // first of them. It takes about a second, and spares each fold 30 ms and more.
  bool is_lasting = true;
  std::filesystem::path warden{};  // the program agora-warden; empty: beside the running program
  // After so many cells a judge that lasts takes a new zygote, with another layout of addresses.
  int renew_after = 1000;
};

// Owns the warden and the environment's zygote; safe from several threads. Many evaluations may run at once:
// their cells take turns, so that no more of them compute than there are cores.
class Judge {
 public:
  static base::Result<std::unique_ptr<Judge>> start(const environments::Environment& environment,
                                                    const JudgeOptions& options = {});
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  // Reads the data once, in a cell. Where `stop` was asked it fails in some way, soon: look at your own
  // token.
  Judged<std::shared_ptr<const Problem>> prepare(const ProblemSource& source, Observer& observer,
                                                 Mask mask = Mask::first, std::stop_token stop = {});

  // Trains and scores in cells.
  Evaluation evaluate(const std::shared_ptr<const Problem>& problem, const Submission& submission,
                      Observer& observer, const Asked& asked = {});

  // Scores predictions that an earlier evaluation kept, under a problem that was prepared anew and differs in
  // its score types alone: equal bits to an evaluation from the start. The record is the problem's, without
  // the code's hash; predictions are not given back. Fails with `kit` in phase score where the folds or the
  // test part are others than those that were predicted.
  Evaluation rescore(const std::shared_ptr<const Problem>& problem, const Kept& kept,
                     std::stop_token stop = {});

  // Looks for leaks in a cell: folds, order, columns, equal rows and, where `source.data` is given, what the
  // kit's public data tells of it. Fails only where the machine does: all else is a finding.
  Judged<DataCheck> check_data(const ProblemSource& source);

  // False once the warden or the environment's zygote has died: then all that is asked fails with `machine`,
  // and another Judge has to be started (this one may go before or after).
  bool is_alive();

 private:
  struct Parts;
  explicit Judge(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// A kit's check beyond its text: DataCheck's findings, and those of its first submission run under the true
// labels (twice: is it seeded?) and under two masks (do other folds' labels matter?).
struct KitCheck {
  std::optional<Failure> broken;  // the machine failed: what follows is incomplete
  std::vector<kit::Finding> findings;
  std::vector<std::string> checked;
  bool unseeded = false;
  bool mask_dependent = false;
};

// One observer for each stage, named in words; it is dropped when the stage ends.
using Watch = std::function<std::unique_ptr<Observer>(std::string_view stage)>;

KitCheck check_kit(Judge& judge, const ProblemSource& source, const Submission& submission,
                   const Watch& watch);

// A kit's folder as the kit room wants it: every path and size, the text of the small files. Fails with
// `not_found`.
base::Result<kit::Tree> read_tree(const std::filesystem::path& folder);

// `--json` exactly as PLATFORM.md specifies.
base::json::value to_json(const Evaluation& evaluation, std::string_view kit, std::string_view submission);
base::json::value to_json(const Failure& failure);
base::json::value to_json(const Record& record);
base::json::value to_json(const Figure& figure);

// Writes record.json, scores.json and, for each fold, fold_I/y_pred_{train,test} as NPY (as JSON where rows
// are lists of varying length) into a new or empty folder. Fails with `conflict` where the folder holds
// anything.
base::Result<void> save(const Evaluation& evaluation, std::string_view kit, std::string_view submission,
                        const std::filesystem::path& folder);

}  // namespace evaluation
