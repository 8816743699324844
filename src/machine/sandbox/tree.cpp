#include "machine/sandbox/tree.h"

#include <fmt/format.h>
#include <sys/wait.h>

namespace sandbox {
namespace {

// What passed a limit first and then stood still until its time was up is told of that limit.
End cause_of(End verdict, bool crowded, bool memory_hit) {
  if (verdict != End::time) return verdict;
  return memory_hit ? End::memory : crowded ? End::processes : verdict;
}

void settle(Outcome& outcome, const Tree& tree, const GroupUse& use) {
  const bool crowded = use.processes_hit || tree.crowded;
  const bool done = tree.status && WIFEXITED(*tree.status);
  outcome.code = !tree.status ? 0 : done ? WEXITSTATUS(*tree.status) : WTERMSIG(*tree.status);
  if (tree.verdict)
    outcome.end = cause_of(*tree.verdict, crowded, use.memory_hit);
  else if (use.memory_hit)
    outcome.end = End::memory;
  else if (!tree.status)
    outcome.end = End::lost;
  else if (crowded && !(done && outcome.code == 0))
    outcome.end = End::processes;
  else
    outcome.end = done ? End::finished : End::signalled;
}

}  // namespace

Outcome outcome_of(const Tree& tree, Moment now) {
  Outcome outcome;
  GroupUse use;
  if (tree.group) use = tree.group->use();
  settle(outcome, tree, use);
  outcome.peak_memory_bytes = tree.group ? use.peak_memory_bytes : tree.watched_bytes;
  outcome.cpu_seconds = use.cpu_known ? use.cpu_seconds : tree.cpu_seconds;
  outcome.wall_seconds = std::chrono::duration<double>(now - tree.born).count();
  return outcome;
}

base::Error why_not_ready(const Tree& tree, const Outcome& outcome) {
  if (tree.trouble) return *tree.trouble;
  const auto* what = tree.kind == Kind::zygote ? "the zygote" : "the cell";
  if (outcome.end == End::finished)
    return {base::ErrorKind::invalid,
            fmt::format("{} ended with code {} before it was ready", what, outcome.code)};
  return {base::ErrorKind::unavailable,
          fmt::format("{} ended before it was ready ({}{})", what, word_for(outcome.end),
                      outcome.end == End::signalled ? fmt::format(" {}", outcome.code) : std::string())};
}

}  // namespace sandbox
