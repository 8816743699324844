// The system calls that a cell may make, as a seccomp program in a memfd.
#pragma once
#include "base/files.h"
#include "base/result.h"

namespace sandbox {

enum class MemoryFiles {
  allowed,
  refused  // where no cgroup counts a memfd's pages
};

enum class Work {
  any,
  install  // TCP, for a cell whose network is only a loopback, and the locks that an installer takes on its
           // cache
};

base::Result<base::Fd> seccomp_program(MemoryFiles memory_files, Work work = Work::any);

}  // namespace sandbox
