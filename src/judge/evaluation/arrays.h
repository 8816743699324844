// Predictions and truth as the scoring room takes them.
#pragma once
#include "core/scoring/scoring.h"
#include "judge/evaluation/problem.h"
#include "judge/evaluation/results.h"

namespace evaluation {

// Dense ones alone.
scoring::Array array_of(const Predictions& predictions);
// Of what the truth holds: it must live as long.
scoring::View view_of(const Truth& truth);

}  // namespace evaluation
