// The job that scores a submission again from its kept predictions, under another kit's score types.
#pragma once
#include "features/submissions/parts.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

base::Result<void> rescore(Parts& parts, const engine::Task& task);

}  // namespace submissions
