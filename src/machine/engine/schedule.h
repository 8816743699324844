// Decides which lane is served next, and foresees the order that comes of it. Pure: knows no database; the
// queue's SQL keeps to the order of goes_before.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace engine {

// A lane where a job is ready: that job, and what the lane has had.
struct Head {
  int priority = 0;       // of its first job
  int running = 0;        // jobs of the lane that are at work
  std::int64_t turn = 0;  // when it was last served: the larger, the later; 0: never
  base::Ulid job{};       // its first job; ids sort by age
};

// Priorities first. Then the lane with least at work, then the one that has waited longest since its turn,
// then the oldest job.
bool goes_before(const Head& a, const Head& b);
// The place of the head to serve, or nothing where there is none.
std::optional<std::size_t> choose(std::span<const Head> heads);

// A lane as it stands: its ready jobs, counted by priority, the highest first.
struct Lane {
  struct Group {
    int priority = 0;
    int jobs = 0;
  };
  std::vector<Group> groups{};
  int running = 0;
  std::int64_t turn = 0;
  base::Ulid oldest{};  // of the first group
};

// How many jobs are served before the last one of `mine`, when those at work end in the order in which they
// began, each for one that is served, and nothing joins. `at_work` names the lanes of the running jobs, the
// longest at work first; both are places in `lanes`.
int served_before(std::vector<Lane> lanes, std::size_t mine, std::span<const std::size_t> at_work);

// How long a job rests after its attempts so far have failed: 1 s, 4 s, 16 s, ... at most 5 minutes.
base::Seconds pause_after(int attempts);

}  // namespace engine
