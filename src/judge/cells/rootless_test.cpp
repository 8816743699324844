// Run as root, the tests of this room run a second time as an ordinary user, who has no cgroups.
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "judge/cells/room_for_tests.h"

namespace cells {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// By hard links, which cost nothing, where the two lie on one disk.
void copy_tree(const fs::path& from, const fs::path& to) {
  constexpr auto kAsItIs = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  std::error_code failed;
  fs::copy(from, to, kAsItIs | fs::copy_options::create_hard_links, failed);
  if (!failed) return;
  fs::remove_all(to);
  fs::copy(from, to, kAsItIs);
}

// Where an ordinary user can read them, whatever folders they are in: the programs, and an AGORA_HOME with
// the same environment and installer.
void lend(const fs::path& folder, const environments::Environment& environment, const fs::path& uv) {
  const fs::path build = AGORA_BINARY_DIR;
  for (const char* name : {"agora-warden", "agora-cell", "libagora-cell.so", "agora_cell"})
    fs::copy(build / name, folder / name, fs::copy_options::recursive);
  fs::copy("/proc/self/exe", folder / "tests");
  const auto home = folder / "home";
  const auto place = home / "environments" / environment.folder.filename();
  for (const auto& made : {home / "environments", home / "names", home / "tools"})
    fs::create_directories(made);
  copy_tree(environment.folder, place);
  fs::create_symlink(fs::path("..") / "environments" / environment.folder.filename(),
                     home / "names" / "default");
  fs::copy(uv, home / "tools" / "uv");
  for (const auto& owned : {home, home / "environments", home / "names", home / "tools"})
    (void)!::chown(owned.c_str(), kNobody, kNobody);
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
    ::setenv("AGORA_HOME", (folder / "home").c_str(), 1);
    ::setenv("HOME", (folder / "home").c_str(), 1);
    const auto program = (folder / "tests").string();
    ::execl(program.c_str(), program.c_str(), "--gtest_brief=1", nullptr);
    ::_exit(101);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(CellsRootless, EverythingHoldsForAnOrdinaryUserToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run as an ordinary user already";
  const auto environment = environments::ensure_default(base::agora_home(), {});
  if (!environment) GTEST_SKIP() << "no default environment: " << environment.error().message;
  const auto uv = environments::ensure_installer(base::agora_home(), {});
  ASSERT_TRUE(uv) << uv.error().message;
  const auto folder = base::TemporaryFolder::make("cells-rootless");
  ASSERT_TRUE(folder);
  lend(folder->path(), *environment, *uv);
  EXPECT_EQ(run_as_nobody(folder->path()), 0) << base::read_file(folder->path() / "output").value_or("");
}

}  // namespace
}  // namespace cells
