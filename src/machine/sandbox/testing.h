// Runs the tests of a room a second time, as an ordinary user. Open to the tests of rooms that use cells.
#pragma once
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sandbox {

inline constexpr uid_t kNobody = 65534;

// The programs, and the tests that run now, where an ordinary user can read them, whatever folder the build
// is in.
inline void lend_programs(const std::filesystem::path& build, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  for (const char* name : {"agora-warden", "agora-cell", "libagora-cell.so", "agora_cell"})
    fs::copy(build / name, folder / name, fs::copy_options::recursive);
  fs::copy("/proc/self/exe", folder / "tests");
  fs::permissions(folder, fs::perms(0755));
}

// The lent tests, with these variables and with $AGORA_TEST_BUILD; what they say is in FOLDER/output. As a
// shell says how they ended.
inline int run_lent_tests(const std::filesystem::path& folder,
                          const std::map<std::string, std::string>& variables) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int output = ::open((folder / "output").c_str(), O_CREAT | O_WRONLY, 0644);
    if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(100);
    ::dup2(output, 1);
    ::dup2(output, 2);
    ::setenv("AGORA_TEST_BUILD", folder.c_str(), 1);
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    const auto program = (folder / "tests").string();
    ::execl(program.c_str(), program.c_str(), "--gtest_brief=1", nullptr);
    ::_exit(101);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sandbox
