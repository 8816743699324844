// Makes a wheel from a source archive in a cell that reaches the package index and nothing else.
#pragma once
#include "judge/cells/cells.h"

namespace cells {

std::optional<base::Error> why_cannot_build(const Build& build);

// Why the files that a build has left are not this distribution's wheel, or which of them is.
base::Result<std::string> wheel_among(const std::vector<std::string>& files, const Build& build);

base::Result<BuildOutcome> run_build(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                     const environments::Environment& environment, const Build& build,
                                     const OnOutput& on_output, const std::stop_token& stop);

}  // namespace cells
