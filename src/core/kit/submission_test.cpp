#include <gtest/gtest.h>

#include "core/kit/kit.h"
#include "core/kit/samples.h"

namespace {

using namespace kit::samples;

std::vector<kit::Finding> lint(const std::string& path, std::string_view text) {
  kit::Tree tree;
  put(tree, path, text);
  return kit::lint_submission({}, tree);
}

TEST(Submission, PassesWhenItIsSound) {
  kit::Tree tree;
  put(tree, "estimator.py", kRegressor);
  put_file(tree, "weights/model-1.h5", 1 << 20);
  EXPECT_EQ(all_text(kit::lint_submission({}, tree)), "");
}

TEST(Submission, NamesFileAndLineOfBrokenPython) {
  const struct {
    std::string text;
    std::string_view start;
    std::string_view part;
  } cases[] = {
      {"a = 'b\n", "e.py:1: error", "never ends"},
      {"\na = (b\n", "e.py:2: error", "never closed"},
      {"def a():\n\tb\n        c\n", "e.py:3: error", "tabs and spaces"},
      {std::string("a\nb\0", 4), "e.py:2: error", "null byte"},
      {"a\n'\xE9'\n", "e.py:2: error", "UTF-8"},
      {"a\nb = '" + std::string(1'100'000, 'x') + "'\n", "e.py:2: error", "more than 1 MB"},
  };
  for (const auto& c : cases) {
    const auto findings = lint("e.py", c.text);
    EXPECT_EQ(findings.size(), 1u) << all_text(findings);
    EXPECT_TRUE(finds(findings, c.start, c.part)) << all_text(findings);
  }
  std::string literal = "a = '''";
  for (int i = 0; i < 2000; ++i) literal += std::string(600, 'x') + "\n";
  EXPECT_TRUE(finds(lint("e.py", literal + "'''\n"), "e.py:1: error", "literal of more than 1 MB"));
}

TEST(Submission, MayHoldTextThatIsNoPython) {
  EXPECT_EQ(all_text(lint("notes.md", "a = 'b\n")), "");
}

TEST(Submission, IsRefusedWhenEmptyLargeLinkedOrOddlyNamed) {
  EXPECT_TRUE(finds(kit::lint_submission({}, {}), "the kit: error", "empty"));
  kit::Tree tree;
  put_file(tree, "only_a_folder/", 0);
  EXPECT_TRUE(finds(kit::lint_submission({}, tree), "the kit: error", "empty"));
  put_file(tree, "a.bin", 60 << 20);
  EXPECT_EQ(all_text(kit::lint_submission({}, tree)), "");
  put_file(tree, "b.bin", 60 << 20);
  EXPECT_TRUE(finds(kit::lint_submission({}, tree), "the kit: error", "67108864 are allowed"));
  put_file(tree, "c.bin", UINT64_MAX);
  EXPECT_TRUE(finds(kit::lint_submission({}, tree), "the kit: error", "18446744073709551615 bytes"));
  tree.entries = {{"e.py", 90'000'000, false}};
  EXPECT_TRUE(finds(kit::lint_submission({}, tree), "e.py: error", "cannot be read as text"));
  tree.entries = {{"e.py", 0, true}};
  EXPECT_TRUE(finds(kit::lint_submission({}, tree), "e.py: error", "link"));
  for (const char* name :
       {"a b.py", "a\nb.py", "../a.py", "a/../b.py", "/a.py", "a//b.py", "\xC3\xA9.py", "a;b.py", "./a.py"})
    EXPECT_EQ(lint(name, "a = 1\n").size(), 1u) << name;
  EXPECT_TRUE(finds(lint("a\nb.py", ""), "a\\x0ab.py: error", "rename"));
}

}  // namespace
