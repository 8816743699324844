// What a cell says that hands over files, in the words of one that lies.
#include "judge/cells/out_folder.h"

#include <fstream>

#include <gtest/gtest.h>

namespace cells {
namespace {

constexpr std::uint64_t kMost = 1000;

class OutFolderTest : public testing::Test {
 protected:
  void SetUp() override { begin(10); }
  void begin(int most_files) {
    auto made = OutFolder::make(kMost, most_files);
    ASSERT_TRUE(made) << made.error().message;
    folder_ = std::make_unique<OutFolder>(std::move(*made));
  }
  bool hear(std::string_view packet) {
    const auto heard = folder_->hear(packet);
    if (!heard) throw std::runtime_error(heard.error().message + heard.error().detail);
    return *heard;
  }
  // "f1 PATH" and its byte.
  bool hand_over(const std::string& path) { return hear("f1 " + path) && hear("dx"); }
  ProgramOutcome& taken() {
    folder_->give_to(outcome_);
    return outcome_;
  }
  std::string text_of(const std::string& path) {
    std::ifstream file(outcome_.out / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::unique_ptr<OutFolder> folder_;
  ProgramOutcome outcome_;
};

TEST_F(OutFolderTest, FilesArriveInTheirFolders) {
  EXPECT_TRUE(hear("f4 a/b/scores.json") && hear("d{\"") && hear("d\"}"));
  EXPECT_TRUE(hear("f0 empty"));
  EXPECT_TRUE(hear("e") && folder_->is_complete());
  EXPECT_EQ(taken().files, (std::vector<std::string>{"a/b/scores.json", "empty"}));
  EXPECT_EQ(text_of("a/b/scores.json"), "{\"\"}");
  EXPECT_TRUE(outcome_.left.empty());
}

TEST_F(OutFolderTest, NoNameLeadsOut) {
  using namespace std::string_literals;
  const std::string cases[] = {"../a",
                               "a/../../b",
                               "/etc/x",
                               "",
                               ".",
                               "a//b",
                               "a/",
                               "a\0b"s,
                               "a\nb",
                               "a/./b",
                               "\x1b[",
                               std::string(256, 'x'),
                               std::string(1030, 'x')};
  for (const auto& path : cases) {
    EXPECT_TRUE(hand_over(path)) << path;
    EXPECT_TRUE(taken().files.empty()) << path;
    ASSERT_FALSE(outcome_.left.empty()) << path;
    EXPECT_FALSE(outcome_.left.back().why.empty());
    for (const char c : outcome_.left.back().path) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += "/a";
  EXPECT_TRUE(hand_over(deep));
  EXPECT_TRUE(taken().files.empty());
  EXPECT_TRUE(std::filesystem::is_empty(outcome_.out));
}

TEST_F(OutFolderTest, ANameIsTakenOnce) {
  EXPECT_TRUE(hand_over("a") && hand_over("a") && hand_over("a/b") && hand_over("c/d") && hand_over("c"));
  EXPECT_EQ(taken().files, (std::vector<std::string>{"a", "c/d"}));
  EXPECT_EQ(outcome_.left.size(), 3u);
}

TEST_F(OutFolderTest, BytesAndFilesAreCounted) {
  EXPECT_TRUE(hear("f999 big") && hear("d" + std::string(999, 'x')));
  EXPECT_TRUE(hear("f2 too-big") && hear("dxx"));
  EXPECT_TRUE(hand_over("fits"));
  EXPECT_TRUE(hear("f18446744073709551615 endless"));
  EXPECT_EQ(taken().files, (std::vector<std::string>{"big", "fits"}));
  EXPECT_NE(outcome_.left[0].why.find("2 bytes"), std::string::npos) << outcome_.left[0].why;
  begin(1);
  EXPECT_TRUE(hand_over("one") && hand_over("two"));
  EXPECT_EQ(taken().files.size(), 1u);
}

TEST_F(OutFolderTest, WhatBreaksTheRulesIsNotBelieved) {
  const char* cases[] = {
      "x", "dx", "f", "f1", "f-1 a", "fa b", "f1x a", "rno end", "f99999999999999999999 a"};
  for (const auto* packet : cases) {
    EXPECT_FALSE(hear(packet)) << packet;
    begin(10);
  }
  EXPECT_TRUE(hear("f2 a"));
  EXPECT_FALSE(hear("dxxx")) << "more than it said";
  EXPECT_FALSE(hear("e")) << "less than it said";
  EXPECT_TRUE(taken().files.empty());
  EXPECT_TRUE(std::filesystem::is_empty(outcome_.out)) << "half a file is none";
  begin(10);
  EXPECT_TRUE(hear("e"));
  EXPECT_FALSE(hear("f1 a"));
}

TEST_F(OutFolderTest, FilesAreForOthersToReadAndLeftOnesAreTold) {
  using namespace std::string_literals;
  EXPECT_TRUE(hand_over("a") && hear("rlink\0is a link\n"s));
  const auto mode = std::filesystem::status(taken().out / "a").permissions();
  EXPECT_EQ(mode, std::filesystem::perms(0644));
  EXPECT_EQ(outcome_.left[0].path, "link");
  EXPECT_EQ(outcome_.left[0].why, "is a link\\x0a");
}

}  // namespace
}  // namespace cells
