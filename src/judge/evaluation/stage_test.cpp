#include "judge/evaluation/stage.h"

#include <fstream>
#include <utility>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace evaluation {
namespace {

namespace fs = std::filesystem;

class StageTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = base::TemporaryFolder::make("stage-test");
    ASSERT_TRUE(made) << made.error().message;
    folder_ = std::make_unique<base::TemporaryFolder>(std::move(*made));
    write("secret.txt", "secret");
    write("kit/problem.py", "x = 1\n");
    write("kit/data/a.csv", "1\n");
    write("kit/submissions/mine/classifier.py", "y = 2\n");
    source_.kit = folder_->path() / "kit";
  }

  void write(const std::string& name, std::string_view text) const {
    const auto path = folder_->path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  fs::path mine() const { return source_.kit / "submissions/mine"; }
  base::Result<base::TemporaryFolder> staged() const { return stage_submission({"mine", mine()}, limits_); }

  std::unique_ptr<base::TemporaryFolder> folder_;
  ProblemSource source_;
  kit::Limits limits_;
};

TEST_F(StageTest, CopiesASubmissionForEveryoneToRead) {
  write("kit/submissions/mine/weights/w.bin", "123");
  write("kit/submissions/mine/__pycache__/c.pyc", "stale");
  const auto copy = staged();
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(*base::read_file(copy->path() / "files/classifier.py"), "y = 2\n");
  EXPECT_EQ(*base::read_file(copy->path() / "files/weights/w.bin"), "123");
  EXPECT_FALSE(fs::exists(copy->path() / "files/__pycache__"));
  struct stat facts {};
  ASSERT_EQ(::stat((copy->path() / "files/classifier.py").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0644u);
}

TEST_F(StageTest, RefusesLinksPipesAndEmptyFolders) {
  fs::create_symlink(folder_->path() / "secret.txt", mine() / "link.txt");
  EXPECT_EQ(staged().error().kind, base::ErrorKind::invalid);
  fs::remove(mine() / "link.txt");
  fs::create_directory_symlink(folder_->path(), mine() / "folder");
  EXPECT_EQ(staged().error().kind, base::ErrorKind::invalid);
  fs::remove(mine() / "folder");
  ASSERT_EQ(::mkfifo((mine() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(staged().error().kind, base::ErrorKind::invalid);
  fs::remove(mine() / "pipe");
  fs::remove(mine() / "classifier.py");
  EXPECT_EQ(staged().error().kind, base::ErrorKind::invalid);
}

TEST_F(StageTest, RefusesWhatIsTooLargeBeforeCopyingIt) {
  limits_.submission_bytes = 100;
  write("kit/submissions/mine/a.bin", std::string(60, 'a'));
  EXPECT_TRUE(staged());
  write("kit/submissions/mine/b.bin", std::string(60, 'b'));
  EXPECT_EQ(staged().error().kind, base::ErrorKind::too_large);
  fs::remove(mine() / "b.bin");
  write("kit/submissions/mine/c.bin", "");
  ASSERT_EQ(::truncate((mine() / "c.bin").c_str(), off_t{1} << 42), 0);
  EXPECT_EQ(staged().error().kind, base::ErrorKind::too_large);
}

TEST_F(StageTest, RefusesTooManyFiles) {
  for (int i = 0; i <= 5000; ++i) write("kit/submissions/mine/many/" + std::to_string(i), "");
  EXPECT_EQ(staged().error().kind, base::ErrorKind::too_large);
}

TEST_F(StageTest, StoresFilesOfTheKitAndNoOthers) {
  write("hidden/b.csv", "2\n");
  fs::create_symlink(folder_->path() / "secret.txt", source_.kit / "data/link.csv");
  fs::create_directory_symlink(folder_->path(), source_.kit / "data/up");
  auto stage = Stage::make(source_);
  ASSERT_TRUE(stage) << stage.error().message;
  ASSERT_TRUE(stage->store(source_, {"data/a.csv"}));
  EXPECT_EQ(*base::read_file(stage->store_folder() / "data/a.csv"), "1\n");
  const auto secret = (folder_->path() / "secret.txt").string();
  for (const std::string& bad :
       {std::string(""), std::string("."), std::string(".."), std::string("data"), std::string("data/"),
        std::string("../secret.txt"), std::string("data/../../secret.txt"), secret,
        std::string("data/link.csv"), std::string("data/up/secret.txt"), std::string("/etc/passwd"),
        std::string("data/none.csv")})
    EXPECT_FALSE(stage->store(source_, {bad})) << bad;
  EXPECT_FALSE(fs::exists(stage->folder() / "secret.txt"));
}

TEST_F(StageTest, TakesDataFromWhereHiddenDataStands) {
  write("hidden/a.csv", "hidden\n");
  source_.data = folder_->path() / "hidden";
  auto stage = Stage::make(source_);
  ASSERT_TRUE(stage);
  ASSERT_TRUE(stage->store(source_, {"data/a.csv"}));
  EXPECT_EQ(*base::read_file(stage->store_folder() / "data/a.csv"), "hidden\n");
  EXPECT_FALSE(stage->store(source_, {"data/../secret.txt"}));
}

TEST_F(StageTest, FilesOfTheTestPartAppearAfterTheFit) {
  write("kit/data/late.csv", "late\n");
  auto stage = Stage::make(source_);
  ASSERT_TRUE(stage);
  ASSERT_TRUE(stage->store(source_, {"data/a.csv", "data/late.csv"}));
  auto files = CellFiles::make(*stage, {"data/a.csv"}, {"data/late.csv"});
  ASSERT_TRUE(files) << files.error().message;
  auto mounts = files->mounts();
  ASSERT_EQ(mounts.size(), 2u);
  if (mounts[0].target != "/kit/data") std::swap(mounts[0], mounts[1]);
  EXPECT_EQ(mounts[0].target, "/kit/data");
  EXPECT_EQ(mounts[1].target, "/kit/submissions");
  EXPECT_TRUE(fs::exists(mounts[0].source / "a.csv"));
  EXPECT_FALSE(fs::exists(mounts[0].source / "late.csv"));
  ASSERT_TRUE(files->reveal(*stage, {"data/late.csv"}));
  EXPECT_TRUE(fs::exists(mounts[0].source / "late.csv"));
}

TEST_F(StageTest, ASubmissionAppearsInACellThatWaits) {
  write("code/mine.py", "x = 1\n");
  write("code/weights/layers.bin", "0101");
  auto stage = Stage::make(source_);
  ASSERT_TRUE(stage);
  auto files = CellFiles::make(*stage, {}, {});
  ASSERT_TRUE(files) << files.error().message;
  const auto mounts = files->mounts();
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_TRUE(fs::is_empty(mounts[0].source));
  ASSERT_TRUE(files->show_submission("mine", folder_->path() / "code"));
  EXPECT_EQ(base::read_file(mounts[0].source / "mine/mine.py").value(), "x = 1\n");
  EXPECT_EQ(base::read_file(mounts[0].source / "mine/weights/layers.bin").value(), "0101");
}

}  // namespace
}  // namespace evaluation
