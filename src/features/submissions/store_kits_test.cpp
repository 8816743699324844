#include "features/submissions/store_kits.h"

#include <gtest/gtest.h>

#include "base/archive.h"

namespace {
using namespace submissions;
namespace fs = std::filesystem;

class KitsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = base::TemporaryFolder::make("agora-test");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    blobs_.emplace(*blobs::Store::open(folder_->path() / "blobs"));
    kits_.emplace(*Kits::open(*blobs_, problems()));
  }
  fs::path problems() const { return folder_->path() / "problems"; }
  fs::path packed(const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<base::FileToPack> list;
    for (const auto& [path, text] : files) {
      const auto source = folder_->path() / "source" / path;
      fs::create_directories(source.parent_path());
      EXPECT_TRUE(base::write_file(source, text));
      list.push_back({path, source});
    }
    const auto target = folder_->path() / "packed.tar.gz";
    EXPECT_TRUE(base::pack_tar_gz(list, target));
    return target;
  }
  std::size_t left() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(problems()), fs::directory_iterator()));
  }

  std::optional<base::TemporaryFolder> folder_;
  std::optional<blobs::Store> blobs_;
  std::optional<Kits> kits_;
};

TEST_F(KitsTest, LieBehindAFolderThatOnlyTheServerEnters) {
  auto blob = kits_->keep(packed({{"train.csv", "secret"}}), Side::hidden_data);
  ASSERT_TRUE(blob) << blob.error().message;
  auto folder = kits_->folder_of(*blob, Side::hidden_data);
  ASSERT_TRUE(folder);
  EXPECT_EQ(base::read_file(*folder / "train.csv").value(), "secret");
  EXPECT_EQ(fs::status(problems()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder->parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(KitsTest, AreMadeAgainFromTheirBlobs) {
  auto blob = kits_->keep(packed({{"kit/problem.py", "x = 1"}, {"kit/data/a", "1"}}), Side::kit);
  ASSERT_TRUE(blob);
  fs::remove_all(problems() / *blob);
  fs::create_directories(problems() / (*blob + ".partial"));  // a server was killed at this
  kits_.emplace(*Kits::open(*blobs_, problems()));
  EXPECT_EQ(left(), 0u);
  auto folder = kits_->folder_of(*blob, Side::kit);
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(base::read_file(*folder / "problem.py").value(), "x = 1");
}

TEST_F(KitsTest, KeepNothingOfWhatIsNoArchive) {
  const auto text = folder_->path() / "kit.tar.gz";
  ASSERT_TRUE(base::write_file(text, "I am a kit, honestly"));
  auto refused = kits_->keep(text, Side::kit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  EXPECT_TRUE(blobs_->list()->empty());
  EXPECT_EQ(left(), 0u);
}

TEST_F(KitsTest, AreComparedFileByFile) {
  auto blob = kits_->keep(packed({{"problem.py", "x"}, {"data/b.csv", "y"}}), Side::kit);
  ASSERT_TRUE(blob);
  auto tree = hashed_tree(*kits_->folder_of(*blob, Side::kit));
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->files.size(), 2u);
  EXPECT_EQ(tree->files[0].path, "data/b.csv");
}

}  // namespace
