// A problem's own zygote: the kit's code and X_train, loaded once for all folds; no label and no X_test.
#pragma once
#include <memory>
#include <optional>

#include "judge/evaluation/problem.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// The zygote that will hold X_train once `written` gives a byte; a kit whose code starts threads goes without
// (a fresh process for each fold instead).
Judged<std::unique_ptr<sandbox::Cell>> open_features(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                                     const ProblemSource& source, const Stage& stage,
                                                     int x_train, std::optional<int> written,
                                                     const std::stop_token& stop);

// A zygote for a problem that is prepared, from another zygote of the environment.
Judged<std::shared_ptr<const Warm>> warm_again(sandbox::Warden& warden,
                                               const std::shared_ptr<sandbox::Cell>& zygote,
                                               const Problem& problem, const std::stop_token& stop);

}  // namespace evaluation
