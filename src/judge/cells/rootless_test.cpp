// Run as root, the tests of this room run a second time as an ordinary user, who has no cgroups.
#include <filesystem>

#include "base/files.h"
#include "judge/cells/room_for_tests.h"
#include "machine/sandbox/testing.h"

namespace cells {
namespace {

namespace fs = std::filesystem;

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
  sandbox::lend_programs(AGORA_BINARY_DIR, folder);
  const auto home = folder / "home";
  const auto place = home / "environments" / environment.folder.filename();
  for (const auto& made : {home / "environments", home / "names", home / "tools"})
    fs::create_directories(made);
  copy_tree(environment.folder, place);
  fs::create_symlink(fs::path("..") / "environments" / environment.folder.filename(),
                     home / "names" / "default");
  fs::copy(uv, home / "tools" / "uv");
  for (const auto& owned : {home, home / "environments", home / "names", home / "tools"})
    (void)!::chown(owned.c_str(), sandbox::kNobody, sandbox::kNobody);
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
  const auto home = (folder->path() / "home").string();
  EXPECT_EQ(sandbox::run_lent_tests(folder->path(), {{"AGORA_HOME", home}, {"HOME", home}}), 0)
      << base::read_file(folder->path() / "output").value_or("");
}

}  // namespace
}  // namespace cells
