// How the first process of a tree comes to be: cloned by the warden into namespaces of its own.
#pragma once
#include <sys/types.h>

#include "base/files.h"
#include "base/result.h"

namespace sandbox {

// User ids of the host that belong to nobody, as this process sees them: inside-0 is `first`.
struct IdRange {
  unsigned first = 0;
  unsigned count = 1;
};

// A range for cells, from what /proc/self/uid_map maps; as root only.
base::Result<IdRange> unused_ids();

struct Newborn {
  pid_t pid = -1;
  base::Fd pidfd;
};

// Runs `program` with `control` as descriptor 3 and `output` as 1 and 2, as root of a new user namespace that
// maps `ids`, and as the first process of new pid, mount, net, ipc and uts namespaces.
base::Result<Newborn> give_birth(int program, int control, int output, IdRange ids);

// An unprivileged warden enters a user and a mount namespace of its own, as their root.
base::Result<void> enter_own_users();

}  // namespace sandbox
