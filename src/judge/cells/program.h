// One command in a cell, from the trusted side.
#pragma once
#include "judge/cells/cells.h"
#include "judge/cells/out_folder.h"
#include "judge/cells/pipes.h"

namespace cells {

// What a cell that runs a command is to be, but for the descriptors that it is handed.
struct Errand {
  sandbox::CellSpec cell;
  int out_files = 0;
  std::function<void(int link, std::string_view words)> on_ask{};  // of a build, for a connection
};

std::optional<base::Error> why_cannot_run(const Program& program);
Errand errand_of(const environments::Environment& environment, const Program& program);

base::Result<ProgramOutcome> run_errand(sandbox::Warden& warden, const sandbox::Cell& zygote, Errand errand,
                                        const OnOutput& on_output, const std::stop_token& stop);

}  // namespace cells
