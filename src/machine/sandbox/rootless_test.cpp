// Run as root, the tests of this room run a second time as an ordinary user.
#include <filesystem>

#include "base/files.h"
#include "machine/sandbox/room_for_tests.h"
#include "machine/sandbox/testing.h"

namespace sandbox {
namespace {

namespace fs = std::filesystem;

TEST(Rootless, EverythingHoldsForAnOrdinaryUserToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run as an ordinary user already";
  const auto made = base::TemporaryFolder::make("agora-rootless");
  ASSERT_TRUE(made);
  const auto& folder = made->path();
  lend_programs(setting("AGORA_TEST_BUILD", AGORA_BINARY_DIR), folder);
  fs::copy(setting("AGORA_TEST_CELLS", AGORA_SOURCE_DIR "/tests/cells"), folder / "cells");
  EXPECT_EQ(run_lent_tests(folder, {{"AGORA_TEST_CELLS", folder / "cells"}}), 0)
      << base::read_file(folder / "output").value_or("");
}

}  // namespace
}  // namespace sandbox
