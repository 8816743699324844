#include "machine/sandbox/watch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/format.h>

namespace sandbox {
namespace {

// A descendant of the first process of a pid namespace never leaves its tree, whatever it forks.
std::vector<int> tree_below(int pid) {
  std::vector<int> pids{pid};
  for (std::size_t i = 0; i < pids.size() && pids.size() < 100'000; ++i) {
    std::error_code none;
    for (const auto& task :
         std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pids[i]), none)) {
      std::ifstream children(task.path() / "children");
      for (int child = 0; children >> child;) pids.push_back(child);
    }
  }
  return pids;
}

// Its share of private and shared memory, but not of files' pages.
std::uint64_t bytes_of(int pid) {
  std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
  std::uint64_t kilobytes = 0, value = 0;
  for (std::string line; std::getline(file, line);) {
    const bool counts = line.starts_with("Pss_Anon:") || line.starts_with("Pss_Shmem:");
    if (counts && std::sscanf(line.c_str() + line.find(':') + 1, "%lu", &value) == 1) kilobytes += value;
  }
  return kilobytes << 10;
}

std::size_t threads_of(int pid) {
  std::error_code none;
  std::filesystem::directory_iterator tasks(fmt::format("/proc/{}/task", pid), none);
  return none ? 0 : static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

std::optional<End> look_at(Tree& tree) {
  std::uint64_t bytes = 0;
  std::size_t threads = 0;
  for (const int pid : tree_below(tree.pid)) {
    bytes += bytes_of(pid);
    threads += threads_of(pid);
  }
  if (tree.base_bytes == 0) tree.base_bytes = bytes;  // what it shares with its zygote
  const auto own = bytes > tree.base_bytes ? bytes - tree.base_bytes : 0;
  tree.watched_bytes = std::max(tree.watched_bytes, own);
  if (threads >= static_cast<std::size_t>(tree.spec.limits.processes)) tree.crowded = true;
  if (own > tree.spec.limits.memory_bytes) return End::memory;
  return std::nullopt;
}

}  // namespace sandbox
