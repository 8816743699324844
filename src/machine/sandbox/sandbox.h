// Runs strangers' code in sealed cells and says how each ended. Knows programs, files, limits and
// descriptors; nothing of kits, labels, scores or people.
//
// The threat: a submission is Python (and any machine code) that wants what it was not given: labels, other
// people's cells, the network, the host, more time or memory, a trace that outlives it. It may know all of
// this source. What holds it, each rule with a test that tries to break it (escapes_test.cpp):
// - What it can name: a root of its own with only what was mounted, read-only; a /proc of its own processes.
// - What it can ask: an allowlist of system calls; no capability; no network; no descriptor but those handed.
// - Who it is: as root a user id that is nobody on the host and no other cell's; rootless a user namespace.
// - What it can use: a cgroup (else rlimits and the warden's watch), sized tmpfs, a wall clock, capped
// output.
// - How it ends: as the first process of a pid namespace; when it dies, all that it ever forked is dead.
// The client and the warden are trusted. A zygote may run a problem's own code, never a submission's; it is
// root of a user namespace without any right outside. Not held off: a flaw of the kernel itself, and what
// timing and caches tell cells on shared cores about each other.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace sandbox {

// What this machine can do, found by trying it. `agora doctor` prints it.
enum class Accounting {
  cgroup_v2,
  cgroup_v1,
  none
};  // none: rlimits, tmpfs sizes and the warden's own watch

struct Finding {
  std::string what;  // "user namespaces"
  bool good = false;
  std::string detail;  // what was seen
  std::string remedy;  // how to get it, or where good how to get better; may be empty
};

struct Host {
  bool as_root = false;
  bool can_isolate = false;  // false: nothing untrusted runs here
  Accounting accounting = Accounting::none;
  Accounting mounted = Accounting::none;  // the cgroups in sight, whether or not they may be used
  std::vector<Finding> findings;
};

Host probe_host();

// How well cells are held here, from the best: a cgroup counts what each uses; the warden watches instead;
// nothing untrusted runs. The same walls stand in all but the last.
enum class Tier { cgroup_v2, cgroup_v1, none, refused };
Tier tier_of(const Host& host);
std::string_view word_for(Tier tier);
std::string tier_in_words(const Host& host);  // "cgroup v1 (root)"
// What a better accounting would give and how to get it; empty on the best tier.
std::string way_to_better_accounting(const Host& host);

// A host folder or file that the cell sees at `target` (absolute, in the cell), always read-only, nosuid,
// nodev. As root the source itself must be readable for others (a cell's user is nobody on the host); the
// folders above it may be closed.
struct Mount {
  std::filesystem::path source;
  std::string target;
};

struct Limits {
  std::uint64_t memory_bytes = 2ull << 30;   // private memory of the whole tree
  std::uint64_t scratch_bytes = 512u << 20;  // /tmp and /dev/shm each; counts as memory where cgroups exist
  std::uint64_t out_bytes = 0;               // /out, a folder for results; counts likewise; 0: none
  std::uint64_t output_bytes = 1u << 20;     // standard output and error together
  std::uint64_t file_bytes = 1ull << 30;     // one file
  int processes = 64;                        // processes and threads of the whole tree
  int files = 20000;                         // inodes in /tmp
  double wall_seconds = 600;                 // until the first set_deadline
  double cores = 0;  // processor seconds that the tree may use for each second until a deadline; 0: any
};

enum class Kind {
  cell,    // one-shot: sealed, without any capability
  zygote,  // stays and may be the parent of cells; runs no submission's code
};

// A cell's network reaches nothing, whatever it is: a namespace of its own.
enum class Network {
  none,      // no socket of a network can be made
  loopback,  // streams among its own processes, for a proxy that its runtime offers
};

// A descriptor handed to the cell under a name; the caller keeps its own copy.
struct Handed {
  std::string name;
  int fd = -1;
};

struct CellSpec {
  Kind kind = Kind::cell;
  std::string
      entry;  // Python module of the cell's runtime, "agora_cell.fold": its run(channel, handed) is called
  std::string argument;  // given to the entry as it is (JSON by convention), at most 32 KiB
  std::vector<Mount> mounts;
  bool parks = false;  // its entry runs when the first message comes; until then it holds about a megabyte
  std::string work_folder = "/kit";  // the working directory; exists, read-only
  std::vector<Handed> handed;
  Network network = Network::none;
  Limits limits;
};

struct ZygoteSpec {
  std::filesystem::path python;  // the environment's interpreter, same path inside and outside
  std::vector<Mount> mounts;     // the environment's folder, the interpreter's prefix where not under /usr
  std::vector<std::string> preload;                            // modules imported before the first fork
  std::vector<std::pair<std::string, std::string>> variables;  // extra environment
  double ready_seconds = 120;
};

// How a cell ended, as the warden saw it; nothing here was said by the cell itself.
enum class End { finished, signalled, time, memory, processes, output, cancelled, lost, processor };
std::string_view word_for(End end);

struct Outcome {
  End end = End::lost;
  int code = 0;  // exit status or signal number
  std::uint64_t peak_memory_bytes = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::string output;  // standard output and error, at most limits.output_bytes
};

// What a cell said: bytes that a stranger may have written, and descriptors likewise.
struct Message {
  std::string bytes;
};

// One running cell or zygote. Dropping it kills the whole tree. Use from one thread at a time, but for
// `cancel` and `interrupt`, which any thread may call while the cell is there.
class Cell {
 public:
  virtual ~Cell() = default;
  // Sends bytes (at most 64 KiB) and descriptors on the cell's channel.
  virtual base::Result<void> send(std::string_view bytes, std::span<const int> fds = {}) = 0;
  // The cell's next message, or nothing when it ended; wait() then says how. Drains output meanwhile.
  virtual base::Result<std::optional<Message>> receive() = 0;
  // Kills the tree with End::time when the wall clock passes `seconds` from now, and with End::processor when
  // it has used limits.cores times as much from now on.
  virtual void set_deadline(double seconds) = 0;
  virtual void cancel() = 0;
  // SIGINT to the first process alone: KeyboardInterrupt in its main thread, where it has not said otherwise.
  virtual void interrupt() = 0;
  // Until the whole tree is dead and reaped.
  virtual Outcome wait() = 0;
  virtual std::uint64_t id() const = 0;  // names it as a parent
  virtual bool is_alive() = 0;           // as far as the warden has told by now
};

struct WardenOptions {
  std::filesystem::path program;  // agora-warden; empty: beside the running program
  int slots = 0;                  // cells alive at once; 0: from the cores
};

// The link to an agora-warden process. Safe from several threads. Dropping it ends the warden and all its
// cells.
class Warden {
 public:
  virtual ~Warden() = default;
  // Fails with `unavailable`, in words, where the host cannot isolate; with `internal` naming the failed call
  // otherwise.
  static base::Result<std::unique_ptr<Warden>> start(const WardenOptions& options);

  // Returns once the zygote has imported its modules and has a single thread, or fails with its last words.
  virtual base::Result<std::unique_ptr<Cell>> open_zygote(const ZygoteSpec& spec) = 0;

  // Forks from `parent` and returns once the child is sealed, accounted and waiting (parked) in its entry.
  // Fails with `conflict` where the parent has more than one thread (then fork from the environment's own
  // zygote), and with `unavailable` where `stop` was asked first, also while it waits for a slot.
  virtual base::Result<std::unique_ptr<Cell>> spawn(const Cell& parent, const CellSpec& spec,
                                                    std::stop_token stop = {}) = 0;

  virtual int slots() const = 0;
  virtual bool is_alive() const = 0;
};

}  // namespace sandbox
