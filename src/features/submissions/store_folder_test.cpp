#include "features/submissions/store_folder.h"

#include <gtest/gtest.h>

#include "features/submissions/testing.h"

namespace {
using namespace submissions;
namespace fs = std::filesystem;

class Folder : public WithRoom {
 protected:
  fs::path center() const { return folder_->path() / "center"; }
  fs::path fresh(const char* name) const {
    fs::create_directories(folder_->path() / name);
    return folder_->path() / name;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Folder, storage::both_kinds(), storage::kind_name);

TEST_P(Folder, IsFoundAgainAlsoWhereItHasMoved) {
  EXPECT_TRUE(claim_folder(*database_, center()));
  fs::rename(center(), folder_->path() / "moved");
  EXPECT_TRUE(claim_folder(*database_, folder_->path() / "moved"));
  const auto refused = claim_folder(*database_, fresh("other"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find((folder_->path() / "moved").string()), std::string::npos)
      << refused.error().message;
}

TEST_P(Folder, OfAnotherDatabaseIsRefused) {
  const auto refused = claim_folder(*database_, fresh("other"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
  for (const auto& part : {center().string(), (folder_->path() / "other").string(), std::string("--data")})
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  EXPECT_TRUE(claim_folder(*database_, center())) << "a refusal changes nothing";
}

TEST_P(Folder, WithADamagedMarkIsRefused) {
  ASSERT_TRUE(base::write_file(center() / "folder-id", "nonsense"));
  const auto refused = claim_folder(*database_, center());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("folder-id is damaged"), std::string::npos);
}

}  // namespace
