// What this room's jobs do, for the program's executor: check a problem, evaluate a submission, score it
// again.
#pragma once
#include <map>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "features/submissions/submissions.h"
#include "machine/engine/run.h"

namespace submissions {

// By job type: "check-problem", "evaluate", "rescore". The room outlives the executor.
std::map<std::string, engine::Handler> handlers(Room& room);

// Ends what waits for a job that will never come: a submission, or a problem's check, whose job has used up
// its attempts. At the start, and whenever engine::expire or engine::release returned jobs. Returns how many.
base::Result<int> settle(Room& room, base::Instant now);

// Starts the judges of ready problems and prepares the newest of them, so that the first submission does not
// wait. Takes seconds: call it from a thread of its own.
void warm(Room& room);

}  // namespace submissions
