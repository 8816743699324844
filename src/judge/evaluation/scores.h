// Scores of the folds and of their bag: in C++ where everything is rampwf's own, else in a scoring cell.
#pragma once
#include <span>
#include <stop_token>

#include "judge/evaluation/fold_run.h"
#include "judge/evaluation/problem.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// What one fold predicted, as its cell wrote it (results.h): nothing of it is believed before it is read.
struct FoldPredictions {
  std::string_view train, test;
};

// Of the true X, where the folds' memories hold them; they must live as long.
std::vector<FoldPredictions> predictions_in(const Problem& problem, const std::vector<FoldResult>& results);

struct AllScores {
  std::vector<FoldScores> folds;  // scores only
  ScoreRow bagged_valid, bagged_test;
};

// Of the first folds, as many as there are predictions. Fails with what read_predictions refuses (naming the
// fold), or with `kit` in phase score.
Judged<AllScores> score_natively(const Problem& problem, std::span<const FoldPredictions> folds);

Judged<AllScores> score_in_cell(sandbox::Warden& warden, const sandbox::Cell& zygote, const Problem& problem,
                                std::span<const FoldPredictions> folds, const std::stop_token& stop);

}  // namespace evaluation
