// The job that checks a kit's version: its text, its data, whether both sides can be prepared.
#pragma once
#include "features/submissions/parts.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

base::Result<void> check_problem(Parts& parts, const engine::Task& task);

// Where its job ended without the handler: the problem is refused, saying so.
base::Result<void> end_check_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                             base::Instant now);

}  // namespace submissions
