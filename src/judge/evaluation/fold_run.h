// One fold in one cell: parked, told to go, fitted, shown X_test, dead; then its results are read.
#pragma once
#include <memory>
#include <string>

#include "judge/evaluation/leash.h"
#include "judge/evaluation/problem.h"

namespace evaluation {

// Where the predictions of train and test stand in the result memory; one pair for each variant of X.
struct Layout {
  struct Pair {
    Region train, test;
  };
  std::vector<Pair> variants;  // the first is the true X; the others serve the look-ahead check
  std::uint64_t size = 0;
};

Layout layout_for(const Problem& problem);

struct FoldResult {
  std::string memory;  // the result memory, copied after the cell's death
  double fit_seconds = 0;
  double predict_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::string output;
};

// A cell that is sealed and waits for a submission and its labels. Make it before it is needed.
class ParkedFold {
 public:
  static Judged<ParkedFold> spawn(sandbox::Warden& warden,
                                  const std::shared_ptr<sandbox::Cell>& environment_zygote,
                                  const Problem& problem, const std::stop_token& stop);

  // From now on it is this submission's, whose staged files it sees, and dies when `stop` is asked.
  Judged<void> give(const std::string& name, const std::filesystem::path& folder,
                    const std::stop_token& stop);

  bool is_alive() { return cell_->is_alive(); }

  // Fits and predicts; failures carry no fold number yet, and leave in `result` what the cell had printed.
  Judged<void> run(const Problem& problem, int fold, Observer& observer, FoldResult& result);

  // Waits for the cell's death and copies what it left into `result`; the next cell may run meanwhile.
  Judged<void> collect(const Problem& problem, FoldResult& result);

 private:
  sandbox::Limits limits_;
  std::shared_ptr<const void> origin_;  // the zygote that it was forked from, and ends with
  std::unique_ptr<sandbox::Cell> cell_;
  Leash leash_;  // after the cell, which it must not outlive
  std::unique_ptr<CellFiles> files_;
  std::string name_;
  base::Fd results_;
  Layout layout_;
  std::vector<std::size_t> order_;  // in which the cell meets the variants

  struct Said;
  Judged<void> expect(std::string_view word, Phase phase, double seconds, FoldResult& result);
  Judged<void> show_variants(const Problem& problem, FoldResult& result);
  Judged<void> check_look_ahead(const Problem& problem, const std::string& memory) const;
};

}  // namespace evaluation
