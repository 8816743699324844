#include "machine/sandbox/watch.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

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

struct Sight {
  std::uint64_t resident = 0;  // upper bound: pages that processes share count for each
  std::uint64_t tables = 0;    // of pages, which the kernel holds
  std::size_t threads = 0;
  double cpu_seconds = 0;
};

// `name` with the line break before it: the first line is a name that the process chose.
std::uint64_t number_behind(const std::string& text, const char* name) {
  const auto at = text.find(name);
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + std::strlen(name), nullptr, 10);
}

std::string read_some(const std::string& path) {
  const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(4096, '\0');
  const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : 0;
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Of itself and of the children that it has waited for: fields 14 to 17, behind the name, which may hold
// anything.
double seconds_of(int pid) {
  const auto text = read_some(fmt::format("/proc/{}/stat", pid));
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  unsigned long own = 0, kernel = 0;
  long children = 0, their_kernel = 0;
  std::sscanf(text.c_str() + name_end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &own,
              &kernel, &children, &their_kernel);
  static const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return static_cast<double>(own + kernel + static_cast<unsigned long>(children + their_kernel)) / ticks;
}

// A cell's network namespace holds its sockets alone. Each may hold bytes on their way that are in no page of
// any process; how many is nowhere to be read, so all count as full.
std::uint64_t socket_bytes_of(int pid) {
  constexpr std::uint64_t kBuffer = 208 << 10;  // net.core.wmem_default
  return number_behind(read_some(fmt::format("/proc/{}/net/sockstat", pid)), "sockets: used ") * kBuffer;
}

Sight glance(const std::vector<int>& pids) {
  Sight sight;
  for (const int pid : pids) {
    const auto text = read_some(fmt::format("/proc/{}/status", pid));
    sight.tables += number_behind(text, "\nVmPTE:") << 10;
    sight.resident += (number_behind(text, "\nRssAnon:") + number_behind(text, "\nRssShmem:")) << 10;
    sight.threads += number_behind(text, "\nThreads:");
    sight.cpu_seconds += seconds_of(pid);
  }
  return sight;
}

constexpr std::chrono::milliseconds kLook{4}, kLatestLook{40}, kMeasure{100};

// Exactly what the tree holds alone takes long to find out: done now and then, and whenever a glance says too
// much.
std::optional<End> measure(Tree& tree, const std::vector<int>& pids, const Sight& sight, Moment now) {
  const bool first = tree.base_bytes == 0;
  const auto unseen = sight.tables + socket_bytes_of(tree.pid);
  const auto resident = sight.resident + unseen;
  if (first) tree.base_resident = resident;
  const auto grown = resident > tree.base_resident ? resident - tree.base_resident : 0;
  if (!first && grown <= tree.spec.limits.memory_bytes && now < tree.next_measure) return std::nullopt;
  tree.next_measure = now + kMeasure;
  std::uint64_t bytes = unseen;
  for (const int pid : pids) bytes += bytes_of(pid);
  if (first) tree.base_bytes = bytes;  // what it shares with its zygote
  const auto own = bytes > tree.base_bytes ? bytes - tree.base_bytes : 0;
  tree.watched_bytes = std::max(tree.watched_bytes, own);
  if (own > tree.spec.limits.memory_bytes) return End::memory;
  return std::nullopt;
}

std::optional<End> look_without_group(Tree& tree, Moment now) {
  const auto pids = tree_below(tree.pid);
  const auto sight = glance(pids);
  tree.cpu_seconds = std::max(tree.cpu_seconds, sight.cpu_seconds);
  if (sight.threads >= static_cast<std::size_t>(tree.spec.limits.processes)) tree.crowded = true;
  return measure(tree, pids, sight, now);
}

double used(const Tree& tree) {
  const auto counted = tree.group ? tree.group->cpu_seconds() : std::nullopt;
  return counted ? *counted : std::max(tree.cpu_seconds, glance(tree_below(tree.pid)).cpu_seconds);
}

// The earliest moment at which a limit could be passed that is far now.
std::chrono::duration<double> until_it_matters(double left) {
  static const auto cores = std::max(1u, std::thread::hardware_concurrency());
  return std::chrono::duration<double>(left / cores);
}

}  // namespace

bool is_watched(const Tree& tree) {
  return tree.kind == Kind::cell && tree.ready && !tree.gone && !tree.verdict &&
         (!tree.group || tree.may_use > 0);
}

void set_clock(Tree& tree, double seconds, Moment now) {
  tree.deadline = now + std::chrono::microseconds(static_cast<long>(seconds * 1e6));
  tree.may_use = seconds * tree.spec.limits.cores;
  tree.used_before = tree.may_use > 0 && tree.pidfd ? used(tree) : 0;
  tree.next_look = now;
}

std::optional<End> look_at(Tree& tree, Moment now) {
  if (!tree.group)
    if (const auto verdict = look_without_group(tree, now)) return verdict;
  const auto taken = std::chrono::steady_clock::now() - now;
  // A large tree must not cost a core, and not gain the time to grow by gigabytes between two looks either.
  tree.next_look = now + taken + std::clamp<Moment::duration>(20 * taken, kLook, kLatestLook);
  if (tree.may_use == 0) return std::nullopt;
  const double left = tree.used_before + tree.may_use - used(tree);
  if (left < 0) return End::processor;
  if (tree.group)
    tree.next_look =
        std::max(tree.next_look, now + std::chrono::duration_cast<Moment::duration>(until_it_matters(left)));
  return std::nullopt;
}

}  // namespace sandbox
