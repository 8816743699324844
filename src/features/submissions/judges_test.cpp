// With the user's default environment. Where that cannot be had the tests say so and are skipped.
#include "features/submissions/judges.h"

#include <gtest/gtest.h>

#include "base/config.h"
#include "base/files.h"
#include "base/log.h"

namespace submissions {
namespace {

namespace fs = std::filesystem;

class OfJudges : public testing::Test {
 protected:
  void SetUp() override {
    base::set_log(base::LogLevel::off, base::LogForm::text);
    const auto made = environments::ensure_default(base::agora_home(), {});
    if (!made) GTEST_SKIP() << "no default environment: " << made.error().message;
    environment_ = *made;
    auto folder = base::TemporaryFolder::make("judges-test");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    fs::create_directories(home() / "environments");
    fs::create_directories(home() / "names");
    fs::create_directory_symlink(environment_.folder, home() / "environments" / environment_.hash);
    name("ours", environment_.hash);
  }
  fs::path home() const { return folder_->path(); }
  void name(const std::string& name, const std::string& hash) const {
    fs::remove(home() / "names" / name);
    fs::create_symlink("../environments/" + hash, home() / "names" / name);
  }

  environments::Environment environment_;
  std::optional<base::TemporaryFolder> folder_;
};

TEST_F(OfJudges, ANameThatStandsForAnotherEnvironmentGetsAnotherJudge) {
  Judges judges(home(), AGORA_BINARY_DIR "/agora-warden", 2, 1u << 30);
  const auto first = judges.judge("ours");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*judges.judge("ours"), *first);
  fs::remove(home() / "names/ours");
  EXPECT_EQ(*judges.judge("ours"), *first) << "a judge keeps what it holds";
  const auto other = environments::create(home(), {"ours", "six==1.17.0\n", "six.txt"}, {});
  ASSERT_TRUE(other) << other.error().message;
  const auto second = judges.judge("ours");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(*second, *first);
  EXPECT_FALSE(judges.judge("gone"));
}

}  // namespace
}  // namespace submissions
