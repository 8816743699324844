#include <fstream>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

TEST(Host, ThisMachineCanIsolate) {
  const auto host = probe_host();
  for (const auto& finding : host.findings)
    EXPECT_TRUE(finding.good || finding.what.find("accounting") != std::string::npos)
        << finding.what << ": " << finding.detail << "; " << finding.remedy;
  EXPECT_TRUE(host.can_isolate);
}

// In a user namespace that may have no others below it, as on a host that forbids them.
int in_a_forbidding_place(int (*check)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto uid = ::geteuid();
    if (::unshare(CLONE_NEWUSER) != 0) ::_exit(90);
    std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1\n";
    std::ofstream("/proc/sys/user/max_user_namespaces") << "0\n";
    ::_exit(check());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Host, WhereNamespacesAreForbiddenItSaysSoAndHow) {
  EXPECT_EQ(in_a_forbidding_place([] {
              const auto host = probe_host();
              const auto& first = host.findings.at(0);
              if (host.can_isolate || first.good) return 1;
              return first.remedy.find("max_user_namespaces") == std::string::npos ? 2 : 0;
            }),
            0);
}

TEST(Host, WhereCgroupsAreHiddenItSaysSoAndHow) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ::_exit(90);
    if (::mount("none", "/sys/fs/cgroup", "tmpfs", 0, "size=64k") != 0) ::_exit(91);
    const auto host = probe_host();
    const auto& last = host.findings.back();
    if (host.mounted != Accounting::none || host.accounting != Accounting::none || last.good) ::_exit(1);
    if (last.detail.find("in sight") == std::string::npos) ::_exit(2);
    ::_exit(last.remedy.find("show it the cgroup filesystem") == std::string::npos ? 3 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 91) GTEST_SKIP() << "/sys/fs/cgroup cannot be hidden here";
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

TEST(Host, WhereItCannotIsolateNoWardenStarts) {
  EXPECT_EQ(in_a_forbidding_place([] {
              const auto warden = Warden::start({AGORA_BINARY_DIR "/agora-warden", 0});
              if (warden) return 1;
              if (warden.error().kind != base::ErrorKind::unavailable) return 2;
              return warden.error().message.find("user namespaces") == std::string::npos ? 3 : 0;
            }),
            0);
}

}  // namespace
}  // namespace sandbox
