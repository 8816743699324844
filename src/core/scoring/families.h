// The functions behind the list of metrics, a file for each family. Each is called with as many rows of truth
// as of prediction, and at least one.
#pragma once
#include "core/scoring/scoring.h"

namespace scoring {

using Compute = base::Result<double>(View truth, View prediction, const Parameters& parameters);

// classification.cpp
Compute accuracy, zero_one_loss, balanced_accuracy, recall_macro, f1_above;
// probability.cpp
Compute log_loss, soft_accuracy;
// ranking.cpp
Compute roc_auc, normalized_gini;
// brier.cpp
Compute brier_score_loss, brier_skill_score, brier_reliability, brier_resolution;
// regression.cpp
Compute root_mean_squared_error, relative_rmse, normalized_rmse, mean_absolute_relative_error;

}  // namespace scoring
