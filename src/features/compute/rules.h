// What may be done to an environment, and why not: decisions over values.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/compute/compute.h"

namespace compute {

std::optional<State> state_from(std::string_view word);

// A name is free where nobody has it, or whoever had it failed or was retired.
std::optional<base::Error> why_not_asked(std::string_view name, const std::optional<State>& holder);
std::optional<base::Error> why_not_checked(std::string_view name, State state);
std::optional<base::Error> why_not_retired(std::string_view name, State state, const std::vector<Use>& uses);

// A text for pages: where this machine keeps its environments is none of their affair.
std::string without_home(std::string_view text, std::string_view home);

// Those that a viewer may know of.
std::vector<Use> shown_to(const people::Viewer& viewer, std::vector<Use> uses, base::Instant now);

}  // namespace compute
