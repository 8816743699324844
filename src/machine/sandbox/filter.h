// The system calls that a cell may make, as a seccomp program in a memfd.
#pragma once
#include "base/files.h"
#include "base/result.h"

namespace sandbox {

enum class MemoryFiles {
  allowed,
  refused  // where no cgroup counts a memfd's pages
};

enum class Sockets {
  local,   // between the cell's own processes alone
  streams  // TCP as well, for a cell whose network has only a loopback
};

base::Result<base::Fd> seccomp_program(MemoryFiles memory_files, Sockets sockets = Sockets::local);

}  // namespace sandbox
