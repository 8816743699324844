// The warden's record of one process tree: a zygote or a cell, from order to outcome.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "machine/sandbox/cgroup.h"
#include "machine/sandbox/sandbox.h"

namespace sandbox {

using Moment = std::chrono::steady_clock::time_point;

struct Tree {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // 0: the warden itself
  Kind kind = Kind::zygote;
  CellSpec spec;
  std::vector<base::Fd> handed;

  base::Fd link;                  // to the client
  base::Fd control;               // to a zygote's loop
  base::Fd seal;                  // to a cell that seals itself
  base::Fd pidfd;                 // once it is born
  int pid = 0;                    // in the warden's pid namespace
  std::vector<base::Fd> luggage;  // channel and output, until the fork

  std::size_t next_mount = 0;
  int slot = -1;
  std::optional<Group> group;
  bool sealed = false;
  bool ready = false;
  bool gone = false;  // the whole tree is dead
  bool orphaned = false;
  std::optional<int> status;           // as wait gave it to the parent
  std::optional<End> verdict;          // why the warden killed it
  std::optional<base::Error> trouble;  // why it could not start
  bool crowded = false;                // without cgroups: the watch saw the limit of processes reached
  std::uint64_t watched_bytes = 0, base_bytes = 0, base_resident = 0;
  double cpu_seconds = 0;
  Moment born{};
  std::optional<Moment> deadline;
  double used_before = 0, may_use = 0;  // processor seconds until the clock was set, and from then on; 0: any
  Moment next_look{}, next_measure{};
};

// How it ended, from the verdict, the cgroup and the status, in this order of trust.
Outcome outcome_of(const Tree& tree, Moment now);

// For a tree that ended before it was ready.
base::Error why_not_ready(const Tree& tree, const Outcome& outcome);

}  // namespace sandbox
