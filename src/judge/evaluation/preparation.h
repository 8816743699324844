// Runs the preparation cell and takes its memories over.
#pragma once
#include <memory>

#include "judge/evaluation/problem.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// Fails with kind `kit` where the kit's code or data is at fault, else with a limit or `machine`.
Judged<std::shared_ptr<Problem>> prepare_problem(sandbox::Warden& warden,
                                                 const std::shared_ptr<sandbox::Cell>& zygote,
                                                 const ProblemSource& source, Mask mask,
                                                 const std::stop_token& stop);

}  // namespace evaluation
