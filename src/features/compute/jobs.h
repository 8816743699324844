// What this room's jobs do, for the program's executor: make an environment, check one, and take away those
// that nothing uses.
#pragma once
#include <map>
#include <string>

#include "features/compute/compute.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace compute {

// By job type: "environment-build", "environment-check", "environment-tidy". They take minutes, and mostly
// wait for the network: an executor of their own keeps them out of the submissions' way. The room outlives
// it.
std::map<std::string, engine::Handler> handlers(Room& room);

// What becomes of an environment whose job ended without its handler.
engine::EndedByType ended(Room& room);

}  // namespace compute
