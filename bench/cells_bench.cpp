// `cells_bench ROUNDS`: seconds from a request to a stranger's first line and to the last trace of the
// process, for bare forks of a warm process, for cells made on request and for parked cells, in turns; what
// an idle parked cell holds; how soon a limit ends a tree. One JSON object.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/time.h"
#include "judge/environments/environments.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/prompt.h"
#include "machine/sandbox/sandbox.h"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

[[noreturn]] void fail(std::string_view why) {
  fmt::print(stderr, "error: {}\n", why);
  std::exit(3);
}

template <class T>
T value_of(base::Result<T> result) {
  if (!result) fail(result.error().message + " " + result.error().detail);
  return std::move(*result);
}

const std::vector<std::string> kWarm{
    "numpy", "scipy", "pandas", "sklearn", "rampwf", "sklearn.linear_model", "sklearn.datasets"};

// A warm Python that forks on request.
class Bare {
 public:
  explicit Bare(const fs::path& python) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) fail("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    std::vector<std::string> words{python, AGORA_SOURCE_DIR "/bench/cells/bare.py"};
    words.insert(words.end(), kWarm.begin(), kWarm.end());
    std::vector<std::string> settings{"OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "PATH=/usr/bin:/bin"};
    const auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> list;
      for (auto& text : texts) list.push_back(text.data());
      list.push_back(nullptr);
      return list;
    };
    if (::posix_spawn(&pid_, python.c_str(), &actions, nullptr, pointers(words).data(),
                      pointers(settings).data()) != 0)
      fail("the bare process cannot be started");
    ::close(to[0]);
    ::close(from[1]);
    to_ = base::Fd(to[1]);
    from_ = base::Fd(from[0]);
    expect('R');
  }
  ~Bare() {
    to_.reset();
    ::waitpid(pid_, nullptr, 0);
  }
  void ask() { (void)!::write(to_.get(), "g", 1); }
  void expect(char wanted) {
    char byte = 0;
    if (::read(from_.get(), &byte, 1) != 1 || byte != wanted) fail("the bare process said something else");
  }

 private:
  pid_t pid_ = 0;
  base::Fd to_, from_;
};

struct Times {
  std::vector<double> first, reaped;
};

// How far below this program the processes of cells stand: warden, zygote, cell.
std::vector<int> below(int pid, int depth) {
  if (depth == 0) return {pid};
  std::vector<int> found;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid))) {
    std::ifstream children(task.path() / "children");
    for (int child = 0; children >> child;)
      for (const int one : below(child, depth - 1)) found.push_back(one);
  }
  return found;
}

double private_kilobytes(int pid) {
  std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
  double kilobytes = 0;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("Private_")) kilobytes += std::strtod(line.c_str() + line.find(':') + 1, nullptr);
  return kilobytes;
}

class Bench {
 public:
  Bench(const environments::Environment& environment, int slots)
      : warden_(value_of(sandbox::Warden::start({.program = {}, .slots = slots}))),
        bare_(environment.python),
        second_(environment.python) {
    sandbox::ZygoteSpec spec;
    spec.python = environment.python;
    spec.mounts = {{environment.folder, environment.folder.string()},
                   {AGORA_SOURCE_DIR "/bench/cells", "/bench"}};
    if (environment.prefix != "/usr")
      spec.mounts.push_back({environment.prefix, environment.prefix.string()});
    spec.preload = kWarm;
    zygote_ = value_of(warden_->open_zygote(spec));
    sandbox::CellSpec loader;
    loader.kind = sandbox::Kind::zygote;
    loader.entry = "/bench/load.py";
    problem_ = value_of(warden_->spawn(*zygote_, loader));
  }

  std::unique_ptr<sandbox::Cell> spawn(const char* entry = "iris_cell") {
    sandbox::CellSpec spec;
    spec.entry = entry;
    spec.parks = true;
    return value_of(warden_->spawn(*problem_, spec));
  }
  std::unique_ptr<sandbox::Cell> hoarder(const char* what, int clock, std::uint64_t limit) {
    sandbox::CellSpec spec;
    spec.entry = "hoard_cell";
    spec.argument = what;
    spec.parks = true;
    spec.handed = {{"results", clock}};
    spec.limits.memory_bytes = limit;
    return value_of(warden_->spawn(*problem_, spec));
  }

  void bare(Times& times) {
    const base::Stopwatch watch;
    bare_.ask();
    bare_.expect('f');
    times.first.push_back(watch.seconds());
    bare_.expect('r');
    times.reaped.push_back(watch.seconds());
  }
  void full(Times& times) {
    const base::Stopwatch watch;
    finish(*spawn(), watch, times);
  }
  void parked(Times& times) {
    const auto cell = spawn();
    std::this_thread::sleep_for(30ms);
    const base::Stopwatch watch;
    finish(*cell, watch, times);
  }

  // Idle cells, each with what it holds alone.
  std::vector<double> idle(int count) {
    std::vector<std::unique_ptr<sandbox::Cell>> cells;
    for (int i = 0; i < count; ++i) cells.push_back(spawn());
    std::this_thread::sleep_for(200ms);
    std::vector<double> kilobytes;
    for (const int pid : below(::getpid(), 4)) kilobytes.push_back(private_kilobytes(pid));
    return kilobytes;
  }

  // From the moment of a deadline until the whole tree is known to be dead.
  double late() {
    const auto cell = spawn("spin_cell");
    (void)cell->send("go");
    (void)cell->receive();
    return late(*cell);
  }

  // From the last step that fitted into the memory until the whole tree is known to be dead.
  double late_for_memory() {
    const auto clock = value_of(sandbox::result_memory("clock", 8));
    const auto cell = hoarder("take", clock.get(), 128u << 20);
    (void)cell->send("go");
    if (cell->wait().end != sandbox::End::memory) fail("memory did not end a cell");
    const auto ended = std::chrono::steady_clock::now().time_since_epoch();
    std::int64_t last = 0;
    std::memcpy(&last, value_of(sandbox::copy_out(clock.get(), 0, 8)).data(), sizeof last);
    return std::chrono::duration<double>(ended - std::chrono::nanoseconds(last)).count();
  }
  double late_with_a_gigabyte() {
    const auto clock = value_of(sandbox::result_memory("clock", 8));
    const auto cell = hoarder("hold", clock.get(), 3ull << 30);
    (void)cell->send("go");
    if (!cell->receive().value()) fail("the cell said nothing");
    return late(*cell);
  }

  // Fits a second, on two cores: bare forks, and cells of which one is made while another works.
  double bare_rate(double seconds) {
    return rate(seconds, [](Bare& one, const base::Stopwatch& watch, double until) {
      int done = 0;
      for (; watch.seconds() < until; ++done) {
        one.ask();
        one.expect('f');
        one.expect('r');
      }
      return done;
    });
  }
  double cell_rate(double seconds) {
    return rate(seconds, [this](Bare&, const base::Stopwatch& watch, double until) {
      sandbox::become_prompt();
      int done = 0;
      auto next = std::async(std::launch::async, [this] { return spawn(); });
      for (; watch.seconds() < until; ++done) {
        const auto cell = next.get();
        next = std::async(std::launch::async, [this] { return spawn(); });
        Times unused;
        finish(*cell, watch, unused);
      }
      next.get();
      return done;
    });
  }

 private:
  template <class Loop>
  double rate(double seconds, Loop loop) {
    const base::Stopwatch watch;
    auto other = std::async(std::launch::async, [&] { return loop(second_, watch, seconds); });
    const int done = loop(bare_, watch, seconds) + other.get();
    return done / watch.seconds();
  }
  static double late(sandbox::Cell& cell) {
    constexpr double kDeadline = 0.05;
    const base::Stopwatch watch;
    cell.set_deadline(kDeadline);
    if (cell.wait().end != sandbox::End::time) fail("the deadline did not end a cell");
    return watch.seconds() - kDeadline;
  }
  static void finish(sandbox::Cell& cell, const base::Stopwatch& watch, Times& times) {
    (void)cell.send("go");
    if (!cell.receive().value()) fail("the cell said nothing");
    times.first.push_back(watch.seconds());
    const auto outcome = cell.wait();
    if (outcome.end != sandbox::End::finished) fail(outcome.output);
    times.reaped.push_back(watch.seconds());
  }
  std::unique_ptr<sandbox::Warden> warden_;
  Bare bare_, second_;
  std::unique_ptr<sandbox::Cell> zygote_, problem_;
};

void print(const char* name, const std::vector<double>& values, bool last = false) {
  fmt::print("\"{}\": [{:.6f}]{}\n", name, fmt::join(values, ", "), last ? "" : ",");
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) fail("usage: cells_bench ROUNDS");
  const auto environment = value_of(environments::ensure_default(base::agora_home(), {}));
  sandbox::become_prompt();  // as a judge's threads
  Bench bench(environment, 64);
  Times bare, full, parked, warm_up;
  for (int i = 0; i < 5; ++i) {
    bench.bare(warm_up);
    bench.full(warm_up);
    bench.parked(warm_up);
  }
  std::vector<double> late, memory, gigabyte, bare_rates, cell_rates;
  for (int i = 0; i < std::atoi(words[1]); ++i) {
    bench.bare(bare);
    bench.full(full);
    bench.parked(parked);
    if (i % 4 == 0) late.push_back(bench.late());
    if (i % 4 == 0) memory.push_back(bench.late_for_memory());
    if (i % 40 == 0) gigabyte.push_back(bench.late_with_a_gigabyte());
    if (i % 20 == 0) bare_rates.push_back(bench.bare_rate(1));
    if (i % 20 == 0) cell_rates.push_back(bench.cell_rate(1));
  }
  fmt::print("{{\n");
  print("bare_first", bare.first);
  print("bare_reaped", bare.reaped);
  print("full_first", full.first);
  print("full_reaped", full.reaped);
  print("parked_first", parked.first);
  print("parked_reaped", parked.reaped);
  print("late", late);
  print("late_memory", memory);
  print("late_gigabyte", gigabyte);
  print("bare_rate", bare_rates);
  print("cell_rate", cell_rates);
  print("idle_kilobytes", bench.idle(20), true);
  fmt::print("}}\n");
  return 0;
}
