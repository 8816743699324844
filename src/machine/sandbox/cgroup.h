// The cgroups that count a cell's memory, processes and CPU, where the host lets the warden have some.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "machine/sandbox/sandbox.h"

namespace sandbox {

struct GroupUse {
  std::uint64_t peak_memory_bytes = 0;
  double cpu_seconds = 0;
  bool cpu_known = false;
  bool memory_hit = false;     // the kernel killed for memory
  bool processes_hit = false;  // a fork was refused
};

// One cell's cgroup, a folder per hierarchy (one in version 2).
class Group {
 public:
  Group(Accounting version, std::vector<std::filesystem::path> folders)
      : version_(version), folders_(std::move(folders)) {}
  base::Result<void> limit(const Limits& limits) const;
  // Files into which the process that is to stand here writes "0", opened with this process's rights.
  base::Result<std::vector<base::Fd>> doors() const;
  bool holds(int pid) const;  // in every hierarchy
  GroupUse use() const;
  std::optional<double> cpu_seconds() const;  // nothing where none counts them
  bool remove() const;                        // false while a process is still leaving it

 private:
  Accounting version_;
  std::vector<std::filesystem::path> folders_;
};

class Groups {
 public:
  // Looks at where this process stands and tries to make a group there.
  static Groups find();
  Accounting accounting() const { return version_; }
  Accounting mounted() const { return mounted_; }          // which are in sight, usable or not
  const std::string& why_not() const { return why_not_; }  // when accounting is none
  base::Result<Group> make(const std::string& name, const Limits& limits) const;
  // Removes what wardens that died have left; gives back what a dying process is still in.
  std::vector<Group> sweep() const;

 private:
  bool works();
  Accounting version_ = Accounting::none;
  Accounting mounted_ = Accounting::none;
  std::vector<std::filesystem::path> bases_;
  std::string why_not_;
};

}  // namespace sandbox
