// The job that runs one try.
#pragma once
#include "features/submissions/parts.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

base::Result<void> run_try(Parts& parts, const engine::Task& task);

// Where its job ended without the handler: cancelled while it waited, or out of attempts.
base::Result<void> end_try_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                           base::Instant now);

}  // namespace submissions
