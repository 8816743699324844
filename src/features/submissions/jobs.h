// What this room's jobs do, for the program's executor: check a problem, evaluate a submission, score it
// again, run a try.
#pragma once
#include <map>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "features/submissions/submissions.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

// By job type: "check-problem", "evaluate", "rescore", "try". The room outlives the executor.
std::map<std::string, engine::Handler> handlers(Room& room);

// What becomes of a submission, of a try, or of a problem's check, whose job ended without its handler: for
// the engine's Worker, and for `release` at the start.
engine::EndedByType ended(Room& room);

// Starts the judges of ready problems and prepares the newest of them, so that the first submission does not
// wait. Takes seconds: call it from a thread of its own.
void warm(Room& room);

}  // namespace submissions
