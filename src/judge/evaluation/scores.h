// Scores of the folds and of their bag: in C++ where everything is rampwf's own, else in a scoring cell.
#pragma once
#include "judge/evaluation/fold_run.h"
#include "judge/evaluation/problem.h"

namespace evaluation {

struct AllScores {
  std::vector<FoldScores> folds;  // scores only
  ScoreRow bagged_valid, bagged_test;
};

// Fails with what read_predictions refuses (naming the fold), or with `kit` in phase score.
Judged<AllScores> score_natively(const Problem& problem, const std::vector<FoldResult>& results);

Judged<AllScores> score_in_cell(sandbox::Warden& warden, const sandbox::Cell& zygote, const Problem& problem,
                                const std::vector<FoldResult>& results);

}  // namespace evaluation
