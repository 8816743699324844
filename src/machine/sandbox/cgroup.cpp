#include "machine/sandbox/cgroup.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sandbox {
namespace fs = std::filesystem;
namespace {

// Cgroup files take exactly one write; base::write_file's rename does not work on them.
base::Result<void> put(const fs::path& path, const std::string& text) {
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return base::system_failure("open", path.string(), errno);
  if (::write(fd.get(), text.data(), text.size()) < 0)
    return base::system_failure("write", path.string(), errno);
  return {};
}

std::string get(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::uint64_t number_in(const std::string& text) {
  return text.empty() ? 0 : std::strtoull(text.c_str(), nullptr, 10);
}

// The value behind `name` in lines of "name value".
std::uint64_t member_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string word;
  std::uint64_t value = 0;
  while (lines >> word >> value)
    if (word == name) return value;
  return 0;
}

struct Hierarchy {
  fs::path root;   // the part of the hierarchy that the mount shows
  fs::path mount;  // where it is mounted
};

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

// Controller → hierarchy; "" is version 2.
std::map<std::string, Hierarchy> hierarchies() {
  std::map<std::string, Hierarchy> found;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const auto left = split(line.substr(0, dash), ' ');
    const auto right = split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    if (right[0] == "cgroup2") found.emplace("", Hierarchy{left[3], left[4]});
    if (right[0] != "cgroup") continue;
    for (const auto& option : split(right[2], ',')) found.emplace(option, Hierarchy{left[3], left[4]});
  }
  return found;
}

// Where this process stands in each hierarchy, as a folder that is there: another mount may hide it.
std::map<std::string, fs::path> own_folders() {
  const auto mounted = hierarchies();
  std::map<std::string, fs::path> own;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto names = line.substr(first + 1, second - first - 1);
    const fs::path path = line.substr(second + 1);
    for (const auto& name : names.empty() ? std::vector<std::string>{""} : split(names, ',')) {
      const auto at = mounted.find(name);
      if (at == mounted.end()) continue;
      const auto below = path.lexically_relative(at->second.root);
      const auto folder =
          (at->second.mount / (below.empty() || *below.begin() == ".." ? "." : below)).lexically_normal();
      std::error_code none;
      if (fs::exists(folder / "cgroup.procs", none)) own[name] = folder;
    }
  }
  return own;
}

// "PID (comm) STATE ...": its number may be another program's by now, and a dead one stays until its parent
// looks.
bool is_warden(int pid) {
  const auto text = get(fmt::format("/proc/{}/stat", pid));
  return text.find("(agora-warden) ") != std::string::npos &&
         text.find("(agora-warden) Z") == std::string::npos;
}

}  // namespace

base::Result<void> Group::limit(const Limits& limits) const {
  const auto memory = std::to_string(limits.memory_bytes);
  const auto processes = std::to_string(limits.processes);
  if (version_ == Accounting::cgroup_v2) {
    if (auto done = put(folders_[0] / "memory.max", memory); !done) return done;
    (void)put(folders_[0] / "memory.swap.max", "0");  // absent where there is no swap
    return put(folders_[0] / "pids.max", processes);
  }
  if (auto done = put(folders_[0] / "memory.limit_in_bytes", memory); !done) return done;
  if (fs::exists(folders_[0] / "memory.memsw.limit_in_bytes"))
    if (auto done = put(folders_[0] / "memory.memsw.limit_in_bytes", memory); !done) return done;
  return put(folders_[1] / "pids.max", processes);
}

// A process that moves itself through version 1's `tasks` waits for nobody; any other way the kernel waits
// for all processors to take notice, 3 to 15 ms after a pause.
base::Result<std::vector<base::Fd>> Group::doors() const {
  const char* name = version_ == Accounting::cgroup_v1 ? "tasks" : "cgroup.procs";
  std::vector<base::Fd> files;
  for (const auto& folder : folders_) {
    const auto path = folder / name;
    files.emplace_back(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!files.back()) return base::system_failure("open", path.string(), errno);
  }
  return files;
}

bool Group::holds(int pid) const {
  const auto word = std::to_string(pid);
  return std::all_of(folders_.begin(), folders_.end(), [&](const fs::path& folder) {
    const auto pids = split(get(folder / "cgroup.procs"), '\n');
    return std::find(pids.begin(), pids.end(), word) != pids.end();
  });
}

GroupUse Group::use() const {
  GroupUse use;
  const auto cpu = cpu_seconds();
  use.cpu_known = cpu.has_value();
  use.cpu_seconds = cpu.value_or(0);
  const bool second = version_ == Accounting::cgroup_v2;
  const auto& pids = second ? folders_[0] : folders_[1];
  use.processes_hit = member_of(get(pids / "pids.events"), "max") > 0;
  if (second) {
    use.peak_memory_bytes = number_in(get(folders_[0] / "memory.peak"));
    use.memory_hit = member_of(get(folders_[0] / "memory.events"), "oom_kill") > 0;
    return use;
  }
  use.peak_memory_bytes = number_in(get(folders_[0] / "memory.max_usage_in_bytes"));
  use.memory_hit = member_of(get(folders_[0] / "memory.oom_control"), "oom_kill") > 0;
  return use;
}

std::optional<double> Group::cpu_seconds() const {
  if (version_ == Accounting::cgroup_v2) {
    const auto cpu = get(folders_[0] / "cpu.stat");
    if (cpu.empty()) return std::nullopt;
    return static_cast<double>(member_of(cpu, "usage_usec")) / 1e6;
  }
  if (folders_.size() <= 2) return std::nullopt;
  return static_cast<double>(number_in(get(folders_[2] / "cpuacct.usage"))) / 1e9;
}

bool Group::remove() const {
  return std::all_of(folders_.begin(), folders_.end(),
                     [](const fs::path& folder) { return ::rmdir(folder.c_str()) == 0 || errno == ENOENT; });
}

Groups Groups::find() {
  Groups groups;
  const auto own = own_folders();
  const auto has = [&](const char* name) { return own.contains(name); };
  groups.mounted_ = has("memory") ? Accounting::cgroup_v1
                    : has("")     ? Accounting::cgroup_v2
                                  : Accounting::none;
  if (has("memory") && has("pids")) {
    groups.version_ = Accounting::cgroup_v1;
    groups.bases_ = {own.at("memory"), own.at("pids")};
    if (has("cpuacct")) groups.bases_.push_back(own.at("cpuacct"));
    if (groups.works()) return groups;
  }
  const auto why_not_first = groups.why_not_;  // where memory is version 1's, version 2 has none to give
  if (has("")) {
    groups.version_ = Accounting::cgroup_v2;
    // A group that holds processes cannot have limited children, so the group above is tried too.
    for (const auto& base : {own.at(""), own.at("").parent_path()}) {
      (void)put(base / "cgroup.subtree_control", "+memory +pids +cpu");
      groups.bases_ = {base};
      if (groups.works()) return groups;
    }
  }
  if (!why_not_first.empty()) groups.why_not_ = why_not_first;
  if (groups.mounted_ == Accounting::none) groups.why_not_ = "no cgroup filesystem is in sight";
  groups.version_ = Accounting::none;
  groups.bases_.clear();
  return groups;
}

bool Groups::works() {
  const auto group = make(fmt::format("agora-{}-probe", ::getpid()), Limits{});
  why_not_ = group ? "" : group.error().message;
  if (group) group->remove();
  return group.has_value();
}

base::Result<Group> Groups::make(const std::string& name, const Limits& limits) const {
  std::vector<fs::path> folders;
  for (const auto& base : bases_) {
    folders.push_back(base / name);
    if (::mkdir(folders.back().c_str(), 0755) != 0 && errno != EEXIST) {
      const auto why = base::system_failure("mkdir", folders.back().string(), errno);
      folders.pop_back();
      Group(version_, folders).remove();
      return why;
    }
  }
  Group group(version_, folders);
  if (auto limited = group.limit(limits); !limited) {
    group.remove();
    return base::Failure(limited.error());
  }
  return group;
}

std::vector<Group> Groups::sweep() const {
  std::vector<Group> occupied;
  for (const auto& base : bases_) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(base, none)) {
      int pid = 0;
      if (std::sscanf(entry.path().filename().c_str(), "agora-%d-", &pid) == 1 && !is_warden(pid)) {
        const Group group(version_, {entry.path()});
        if (!group.remove()) occupied.push_back(group);
      }
    }
  }
  return occupied;
}

}  // namespace sandbox
