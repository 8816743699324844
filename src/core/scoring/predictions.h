// Checks of arrays against a kit's prediction type, for the room's own use.
#pragma once
#include <optional>
#include <string_view>

#include "core/scoring/scoring.h"

namespace scoring {

// rampwf's check_y_pred_dimensions.
std::optional<base::Error> why_not_of(const PredictionType& type, View view, std::string_view what);

}  // namespace scoring
