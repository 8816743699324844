// Run as root, the tests of this room run a second time as an ordinary user.
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// The programs where an ordinary user can read them, whatever folder the build is in.
void lend(const fs::path& folder) {
  const fs::path build = setting("AGORA_TEST_BUILD", AGORA_BINARY_DIR);
  for (const char* name : {"agora-warden", "agora-cell", "libagora-cell.so", "agora_cell"})
    fs::copy(build / name, folder / name, fs::copy_options::recursive);
  fs::copy(setting("AGORA_TEST_CELLS", AGORA_SOURCE_DIR "/tests/cells"), folder / "cells");
  fs::copy("/proc/self/exe", folder / "tests");
  fs::permissions(folder, fs::perms(0755));
}

int run_as_nobody(const fs::path& folder) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int output = ::open((folder / "output").c_str(), O_CREAT | O_WRONLY, 0644);
    if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(100);
    ::dup2(output, 1);
    ::dup2(output, 2);
    ::setenv("AGORA_TEST_BUILD", folder.c_str(), 1);
    ::setenv("AGORA_TEST_CELLS", (folder / "cells").c_str(), 1);
    const auto program = (folder / "tests").string();
    ::execl(program.c_str(), program.c_str(), "--gtest_brief=1", nullptr);
    ::_exit(101);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Rootless, EverythingHoldsForAnOrdinaryUserToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run as an ordinary user already";
  const auto folder = base::TemporaryFolder::make("agora-rootless");
  ASSERT_TRUE(folder);
  lend(folder->path());
  EXPECT_EQ(run_as_nobody(folder->path()), 0) << base::read_file(folder->path() / "output").value_or("");
}

}  // namespace
}  // namespace sandbox
