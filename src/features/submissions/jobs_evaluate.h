// The job that tries, trains and scores one submission.
#pragma once
#include "features/submissions/jobs_progress.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

base::Result<void> evaluate(Parts& parts, const engine::Task& task);

// Where its job ended without the handler: cancelled while it waited, or out of attempts.
base::Result<void> end_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                       base::Instant now);

}  // namespace submissions
