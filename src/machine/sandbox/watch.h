// Where no cgroup counts, the warden looks at a cell's tree itself, every few hundredths of a second.
#pragma once
#include <optional>

#include "machine/sandbox/tree.h"

namespace sandbox {

// Updates the tree's watched numbers; a verdict where a limit is passed.
std::optional<End> look_at(Tree& tree);

}  // namespace sandbox
