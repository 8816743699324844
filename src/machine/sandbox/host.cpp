// Finds out by trying, in a process that is thrown away, whether this machine can isolate.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/sandbox/birth.h"
#include "machine/sandbox/cgroup.h"
#include "machine/sandbox/filter.h"
#include "machine/sandbox/sandbox.h"
#include "machine/sandbox/steps.h"

namespace sandbox {
namespace {

struct Trial {
  const char* what;
  const char* good;    // what was seen when it worked
  const char* remedy;  // how to get it
};

constexpr std::array kTrials{
    Trial{"user namespaces", "can be made", ""},
    Trial{"namespaces together", "user, pid, mount, net, ipc and uts",
          "allow all namespaces to this container (Docker: --security-opt seccomp=unconfined --security-opt "
          "apparmor=unconfined), or run outside of it; where there is no space left for them, raise "
          "user.max_pid_namespaces and its like with sysctl"},
    Trial{"mount calls", "open_tree, mount_setattr, move_mount, pivot_root",
          "use Linux 5.12 or newer, and not inside a plain chroot"},
    Trial{"a /proc of its own", "can be mounted",
          "unmask /proc in this container (Docker: --security-opt systempaths=unconfined)"},
    Trial{"seccomp filters", "accepted", "use a kernel with CONFIG_SECCOMP_FILTER"},
};

// What the thrown-away process says: how many trials passed, and the words of the one that did not.
struct Report {
  std::size_t passed = 0;
  char words[400] = "";
};

class Reporter {
 public:
  explicit Reporter(int pipe) : pipe_(pipe) {}
  void pass() { ++report_.passed; }
  [[noreturn]] void end(const char* words) {
    std::strncpy(report_.words, words, sizeof report_.words - 1);
    (void)!::write(pipe_, &report_, sizeof report_);
    ::_exit(0);
  }
  void check(int answer) {
    if (answer < 0) end(agora_failure());
  }

 private:
  int pipe_;
  Report report_;
};

[[noreturn]] void try_inside(Reporter report, int filter) {
  report.check(agora_root_open("/tmp"));
  report.check(agora_attach(agora_tree("/usr"), "/usr"));
  // /proc needs the old root's in sight, so it is tried before that one goes; it counts on its own.
  const int proc = agora_proc();
  const std::string why = proc < 0 ? agora_failure() : "";
  report.check(agora_root_close());
  report.pass();
  if (proc < 0) report.end(why.c_str());
  report.pass();
  report.check(agora_filter(filter));
  report.pass();
  report.end("");
}

[[noreturn]] void try_everything(int pipe, int filter) {
  Reporter report(pipe);
  if (auto entered = enter_own_users(); !entered) report.end(entered.error().message.c_str());
  report.pass();
  if (::unshare(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
    report.end(base::errno_text("unshare", "pid, net, ipc and uts namespaces", errno).c_str());
  const pid_t first = ::fork();
  if (first < 0) report.end(base::errno_text("fork", "in a new pid namespace", errno).c_str());
  report.pass();
  if (first == 0) try_inside(report, filter);
  ::waitpid(first, nullptr, 0);
  ::_exit(0);
}

Report try_it() {
  Report report;
  int pipe[2];
  const auto filter = seccomp_program(MemoryFiles::allowed);
  if (!filter || ::pipe2(pipe, O_CLOEXEC) != 0) return report;
  const base::Fd from(pipe[0]);
  base::Fd to(pipe[1]);
  const pid_t child = ::fork();
  if (child == 0) try_everything(to.get(), filter->get());
  to.reset();
  if (::read(from.get(), &report, sizeof report) != sizeof report)
    std::strcpy(report.words, "the trial ended without a word");
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return report;
}

bool reads(const char* path, std::string_view text) {
  const auto found = base::read_file(path);
  return found && std::string_view(*found).starts_with(text);
}

std::string user_namespace_remedy() {
  if (::geteuid() != 0 && reads("/proc/sys/kernel/unprivileged_userns_clone", "0"))
    return "as root: sysctl -w kernel.unprivileged_userns_clone=1";
  if (reads("/proc/sys/user/max_user_namespaces", "0\n"))
    return "as root: sysctl -w user.max_user_namespaces=15000";
  if (reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
    return "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for "
           "agora-warden that allows userns";
  return "allow user namespaces to this container (Docker: --security-opt seccomp=unconfined --security-opt "
         "apparmor=unconfined --security-opt systempaths=unconfined); outside of one use a kernel with "
         "CONFIG_USER_NS, and no plain chroot";
}

// Where cells are refused, the accounting alone is told all the same.
Finding accounting_finding(Host host, const std::string& why_not) {
  host.can_isolate = true;
  const bool good = host.accounting != Accounting::none;
  const std::string instead = "; rlimits and the warden's own watch keep the limits instead";
  return {"memory and process accounting", good,
          good ? tier_in_words(host) : tier_in_words(host) + ": " + why_not + instead,
          way_to_better_accounting(host)};
}

}  // namespace

Host probe_host() {
  Host host;
  host.as_root = ::geteuid() == 0;
  const auto report = try_it();
  for (std::size_t i = 0; i < kTrials.size(); ++i) {
    const auto& trial = kTrials[i];
    const std::string remedy = i == 0 ? user_namespace_remedy() : trial.remedy;
    if (i < report.passed)
      host.findings.push_back({trial.what, true, trial.good, ""});
    else if (i == report.passed)
      host.findings.push_back({trial.what, false, report.words, remedy});
    else
      host.findings.push_back({trial.what, false, "not tried, because of the above", ""});
  }
  host.can_isolate = report.passed == kTrials.size();
  if (host.as_root) {
    const auto ids = unused_ids();
    host.can_isolate = host.can_isolate && ids.has_value();
    host.findings.push_back(
        {"user ids for cells", ids.has_value(),
         ids ? fmt::format("{} to {}", ids->first, ids->first + ids->count - 1) : ids.error().message,
         ids ? "" : "give this container a larger range of user ids"});
  } else {
    host.findings.push_back({"user ids for cells", true,
                             "not root: cells share this user's id and are apart by their namespaces", ""});
  }
  const auto groups = Groups::find();
  host.accounting = groups.accounting();
  host.mounted = groups.mounted();
  host.findings.push_back(accounting_finding(host, groups.why_not()));
  return host;
}

}  // namespace sandbox
