// The figure of predictions, from values alone.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/scoring/scoring.h"
#include "judge/evaluation/evaluation.h"

namespace evaluation {

inline constexpr std::size_t kMostPoints = 500;
inline constexpr std::size_t kMostLabels = 100;

// Of rows that stand beside each other. Nothing where the shapes are not those of the type, or there is no
// figure for it. Of more than kMostPoints rows it takes some, evenly spaced.
std::optional<Figure> figure_from(const scoring::PredictionType& type, const std::vector<std::string>& labels,
                                  scoring::View truth, scoring::View predicted);

}  // namespace evaluation
