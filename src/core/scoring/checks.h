// What metrics share: their parameters, and refusals in one wording.
#pragma once
#include <cmath>
#include <optional>
#include <string_view>

#include "core/scoring/scoring.h"

namespace scoring {

// "prediction holds nan in row 3, column 1", for the first value that is not finite.
std::optional<base::Error> why_not_finite(View view, std::string_view what);

std::optional<base::Error> why_shapes_differ(View truth, View prediction);

base::Result<double> number_parameter(const Parameters& parameters, std::string_view name, double standard);
base::Result<bool> flag_parameter(const Parameters& parameters, std::string_view name, bool standard);
base::Result<std::string> word_parameter(const Parameters& parameters, std::string_view name,
                                         std::span<const std::string_view> words);  // standard: the first
base::Result<std::vector<double>> numbers_parameter(const Parameters& parameters, std::string_view name,
                                                    std::vector<double> standard);

// Column 1 of rank 2, all of rank 1. Fails where there is one column only.
base::Result<View> second_column(View prediction);
base::Result<View> second_class(View prediction);  // fails as well where a value is not finite

// The same rows without gaps between them; `room` holds them where they had to be copied.
View packed(View view, Array& room);

}  // namespace scoring
