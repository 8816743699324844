// What no cgroup counts, the warden looks at itself: a cell's tree in /proc, every few milliseconds.
#pragma once
#include <optional>

#include "machine/sandbox/tree.h"

namespace sandbox {

// The limit that the tree has passed, if any, and sets when to look again. Without a cgroup also keeps the
// tree's watched numbers.
std::optional<End> look_at(Tree& tree, Moment now);

// The clock of a phase begins: `seconds` of the wall, and the processor time that goes with it.
void set_clock(Tree& tree, double seconds, Moment now);

// Whether there is anything to look at.
bool is_watched(const Tree& tree);

}  // namespace sandbox
