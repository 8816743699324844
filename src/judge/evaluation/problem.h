// A prepared problem: what the preparation cell wrote, each part in a memory of its own, and what it said of
// them.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "judge/evaluation/evaluation.h"
#include "judge/evaluation/results.h"
#include "judge/evaluation/stage.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

struct Fold {
  base::Fd labels;  // sealed: this fold's masked labels and row numbers, and nothing else
  std::vector<std::int64_t> train, valid;
};

// A pair of changed copies of X for the look-ahead check: predictions before `index` must not change.
struct Look {
  std::uint64_t index = 0;
  base::Fd x_train, x_test;  // sealed; x_test is none where there is no test data
};

// Rows of float64 as `Predictions(y_true=...).y_pred` holds them, for scoring in C++.
struct Truth {
  std::vector<double> values;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;  // 0: rank 1
};

// The problem's zygote, which holds X_train, and the environment's from which it came: cells of both live
// only as long as this is held.
struct Warm {
  std::shared_ptr<sandbox::Cell> environment;
  std::unique_ptr<sandbox::Cell> problem;  // none where it would have had more than one thread
};

// Where the one that is used from now on stands. Safe from several threads.
class WarmPlace {
 public:
  std::shared_ptr<const Warm> now() const {
    const std::scoped_lock lock(guard_);
    return warm_;
  }
  void put(std::shared_ptr<const Warm> warm) const {
    const std::scoped_lock lock(guard_);
    warm_.swap(warm);
  }

 private:
  mutable std::mutex guard_;
  mutable std::shared_ptr<const Warm> warm_;
};

class Lot;

class Problem {
 public:
  Problem();
  ~Problem();
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  ProblemSource source;
  std::optional<Stage> stage;
  std::vector<std::string> elements;  // files that the workflow asks of a submission, ".py" left out
  std::string workflow;               // what tells it from another one
  std::vector<ScoreColumn> columns;
  bool has_test = false;
  bool native = false;  // scored in C++
  std::string why_not_native;
  base::json::value score_types;         // for scoring::score_type_from
  base::json::value prediction_type;     // for scoring::prediction_type_from; null where it is the kit's own
  std::vector<std::string> label_names;  // of a classification on public data
  std::string truth_hash;                // of the labels as the kit's Predictions see them
  base::json::value folds_meta;          // offsets in `masked`, for the scoring cell
  base::json::value versions;
  std::string blas;  // the kernels that were chosen on this processor
  Expected expected_train, expected_test;
  std::vector<std::string> train_files, test_files;  // relative to the kit's root
  base::Fd x_train, x_test;                          // sealed
  base::Fd labels, masked;                           // sealed; for the scoring cell alone
  Truth truth_train, truth_test;                     // none where the kit's own classes score hidden data
  std::vector<Fold> folds;
  std::string folds_hash;
  std::vector<Look> looks;
  Record record;  // without the code's hash
  double prepare_seconds = 0;
  WarmPlace warm;
  std::unique_ptr<Lot> lot;  // cells that wait for a submission; they go before the zygotes and the stage
};

// SHA-256 over each fold's rows of train and valid.
std::string hash_of(const std::vector<Fold>& folds);

// The file that an element of the workflow is: "classifier" stands in classifier.py.
std::string file_of(const std::string& element);

// What cells of this problem may use.
sandbox::Limits limits_for(const kit::Limits& limits, double seconds);

}  // namespace evaluation
