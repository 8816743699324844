// Whoever lets go or is killed, cell, warden or client: nothing stays.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include <dirent.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  return base::read_file(path).value_or("");  // a process may vanish while its files are read
}

// The processes whose command line or environment holds a text.
std::set<int> processes_with(const std::string& text) {
  std::set<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid == 0 || pid == ::getpid()) continue;
    if (bytes_of(entry.path() / "cmdline").find(text) != std::string::npos ||
        bytes_of(entry.path() / "environ").find(text) != std::string::npos)
      found.insert(pid);
  }
  return found;
}

int only_child() {
  int pid = 0;
  std::ifstream(fmt::format("/proc/self/task/{0}/children", ::getpid())) >> pid;
  return pid;
}

// Of wardens of this test; others may run on the machine.
std::size_t cgroups_left(const std::set<int>& wardens) {
  std::size_t count = 0;
  std::error_code none;
  for (auto at = fs::recursive_directory_iterator("/sys/fs/cgroup",
                                                  fs::directory_options::skip_permission_denied, none);
       at != fs::recursive_directory_iterator(); at.increment(none))
    for (const int pid : wardens)
      if (at->path().filename().string().starts_with(fmt::format("agora-{}-", pid))) ++count;
  return count;
}

std::string mounts_now() {
  return bytes_of("/proc/self/mounts");
}

bool soon(const std::function<bool()>& true_at_last) {
  for (int i = 0; i < 200; ++i) {
    if (true_at_last()) return true;
    ::usleep(20'000);
  }
  return false;
}

class Leftovers : public Room {
 protected:
  void SetUp() override {
    before_ = mounts_now();
    Room::SetUp();
    wardens_ = {only_child()};
    marker_ = fmt::format("AGORA_TEST_MARKER={}-{}", ::getpid(), only_child());
  }
  ZygoteSpec marked() const {
    auto spec = zygote_spec();
    spec.variables.emplace_back("AGORA_TEST_MARKER", marker_.substr(marker_.find('=') + 1));
    return spec;
  }
  bool somebody() const {
    const auto alive = [](int pid) { return ::kill(pid, 0) == 0 || errno == EPERM; };
    return !processes_with(marker_).empty() || std::any_of(wardens_.begin(), wardens_.end(), alive);
  }
  void expect_nothing_left() {
    EXPECT_TRUE(soon([&] { return !somebody(); }));
    EXPECT_TRUE(soon([&] { return cgroups_left(wardens_) == 0; }));
    EXPECT_EQ(mounts_now(), before_);
  }
  static CellSpec sleeper() {
    return script("import os, time\nos.fork()\nopen('/tmp/x', 'w').write('x')\ntime.sleep(1000)");
  }
  std::string before_, marker_;
  std::set<int> wardens_;
};

TEST_F(Leftovers, NothingStaysWhenTheClientLetsGo) {
  zygote_ = *warden_->open_zygote(marked());
  auto cell = spawn(sleeper());
  EXPECT_GE(processes_with(marker_).size(), 2u);
  cell.reset();
  zygote_.reset();
  warden_.reset();
  expect_nothing_left();
}

TEST_F(Leftovers, NothingStaysWhenTheWardenIsKilled) {
  zygote_ = *warden_->open_zygote(marked());
  const auto cell = spawn(sleeper());
  EXPECT_GE(processes_with(marker_).size(), 2u);
  ::kill(*wardens_.begin(), SIGKILL);
  EXPECT_EQ(cell->wait().end, End::lost);
  EXPECT_FALSE(warden_->spawn(*zygote_, script("pass")));
  warden_.reset();
  ASSERT_TRUE(soon([&] { return !somebody(); }));
  ASSERT_TRUE(Warden::start({build() + "/agora-warden", 0}));  // removes what the dead one could not
  expect_nothing_left();
}

TEST_F(Leftovers, NothingStaysWhenTheClientIsKilled) {
  warden_.reset();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t client = ::fork();
  if (client == 0) {
    auto started = Warden::start({build() + "/agora-warden", 0});
    auto opened = (*started)->open_zygote(marked());
    auto cell = (*started)->spawn(**opened, sleeper());
    const int warden = cell ? only_child() : 0;
    (void)!::write(ready[1], &warden, sizeof warden);
    ::pause();
  }
  int warden = 0;
  ASSERT_EQ(::read(ready[0], &warden, sizeof warden), static_cast<ssize_t>(sizeof warden));
  ASSERT_GT(warden, 0);
  wardens_ = {warden};
  EXPECT_TRUE(somebody());
  ::kill(client, SIGKILL);
  ::waitpid(client, nullptr, 0);
  expect_nothing_left();
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace sandbox
