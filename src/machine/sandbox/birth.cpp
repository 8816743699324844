#include "machine/sandbox/birth.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sandbox {
namespace {

constexpr std::uint64_t kWanted = 65536;
constexpr std::uint64_t kHigh = 1'900'000'000;  // above what /etc/subuid and directories of people use
constexpr std::uint64_t kFewest = 4096;

base::Result<void> put(const std::string& path, const std::string& text) {
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return base::system_failure("open", path, errno);
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return base::system_failure("write", path, errno);
  return {};
}

// In the child, until exec: system calls only. Its own exit codes tell the call that failed.
[[noreturn]] void be_born(int program, int control, int output, int go) {
  // What the warden ignores, honest code must not: multiprocessing ends its workers with SIGTERM.
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  char byte = 0;
  if (::read(go, &byte, 1) != 1) ::_exit(101);  // the warden is gone or could not map the ids
  if (::syscall(SYS_setresgid, 0, 0, 0) != 0 || ::syscall(SYS_setresuid, 0, 0, 0) != 0) ::_exit(102);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) ::_exit(103);
  if (program == 3 || ::dup2(control, 3) < 0 || ::fcntl(3, F_SETFD, 0) != 0) ::_exit(103);
  char name[] = "agora-cell";
  char* const words[] = {name, nullptr};
  char* const environment[] = {nullptr};
  ::syscall(SYS_execveat, program, "", words, environment, AT_EMPTY_PATH);
  ::_exit(104);
}

base::Result<void> map_ids(pid_t pid, IdRange ids) {
  const auto line = fmt::format("0 {} {}\n", ids.first, ids.count);
  if (auto mapped = put(fmt::format("/proc/{}/uid_map", pid), line); !mapped) return mapped;
  return put(fmt::format("/proc/{}/gid_map", pid), line);
}

}  // namespace

base::Result<IdRange> unused_ids() {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 0, outside = 0, count = 0, end = 0, start = 0;
  while (map >> inside >> outside >> count) {
    if (inside <= kHigh && kHigh + kWanted <= inside + count)
      return IdRange{static_cast<unsigned>(kHigh), static_cast<unsigned>(kWanted)};
    if (inside + count > end) {
      end = inside + count;
      start = inside;
    }
  }
  const auto wanted = std::min(kWanted, (end - start) / 8);
  if (wanted < kFewest)
    return base::unavailable(
        fmt::format("cells need user ids of their own, but this system maps only ids {} to {}: run it with "
                    "a larger map of user ids, or not as root",
                    start, end));
  return IdRange{static_cast<unsigned>(end - wanted), static_cast<unsigned>(wanted)};
}

base::Result<Newborn> give_birth(int program, int control, int output, IdRange ids) {
  int go[2];
  if (::pipe2(go, O_CLOEXEC) != 0) return base::system_failure("pipe", "for a zygote", errno);
  const base::Fd wait(go[0]);
  base::Fd start(go[1]);
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags =
      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const auto pid = static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
  if (pid < 0) return base::system_failure("clone3", "with all namespaces", errno);
  if (pid == 0) {
    ::close(go[1]);
    be_born(program, control, output, go[0]);
  }
  Newborn newborn{pid, base::Fd(pidfd)};
  if (auto mapped = map_ids(pid, ids); !mapped) {
    start.reset();  // the child reads the end of the pipe and leaves
    ::waitpid(pid, nullptr, 0);
    return base::Failure(mapped.error());
  }
  if (auto told = base::write_all(start.get(), "g"); !told) return base::Failure(told.error());
  return newborn;
}

base::Result<void> enter_own_users() {
  const auto uid = ::geteuid(), gid = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return base::system_failure("unshare", "user and mount namespaces", errno);
  if (auto done = put("/proc/self/setgroups", "deny"); !done) return done;
  if (auto done = put("/proc/self/uid_map", fmt::format("0 {} 1\n", uid)); !done) return done;
  return put("/proc/self/gid_map", fmt::format("0 {} 1\n", gid));
}

}  // namespace sandbox
