#include <gtest/gtest.h>

#include "base/files.h"
#include "judge/evaluation/failure.h"

namespace evaluation {
namespace {

namespace fs = std::filesystem;

Failure said(std::string exception_class, std::string file, int line) {
  Failure failure;
  failure.kind = FailureKind::exception;
  failure.phase = Phase::fit;
  failure.fold = 2;
  failure.message = "label 1 1 0";
  failure.traceback = "Traceback: label 1 1 0";
  failure.exception_class = std::move(exception_class);
  failure.file = std::move(file);
  failure.line = line;
  return failure;
}

TEST(Secrets, OnlyWhatWasThereBeforeTheDataIsShown) {
  const struct {
    const char* what;
    Failure failure;
    std::string exception_class, file;
    int line;
  } cases[] = {
      {"an exception of Python", said("ValueError", "submissions/a/classifier.py", 3), "ValueError",
       "submissions/a/classifier.py", 3},
      {"of the first and of the last name", said("ZeroDivisionError", "", 0), "ZeroDivisionError", "", 0},
      {"of numpy", said("LinAlgError", "", 0), "LinAlgError", "", 0},
      {"of pandas", said("EmptyDataError", "", 0), "EmptyDataError", "", 0},
      {"of scikit-learn", said("NotFittedError", "", 0), "NotFittedError", "", 0},
      {"of scipy", said("QhullError", "", 0), "QhullError", "", 0},
      {"ours", said("LookAhead", "", 0), "LookAhead", "", 0},
      {"none", said("", "", 0), "", "", 0},
      {"a class that spells labels", said("Label_1_1_0", "submissions/a/b.py", 1), "Exception",
       "submissions/a/b.py", 1},
      {"a name with more behind it", said("ValueError: 1 1 0", "", 0), "Exception", "", 0},
      {"another case", said("valueerror", "", 0), "Exception", "", 0},
      {"a file of the kit", said("KeyError", "problem.py", 7), "KeyError", "", 0},
      {"a path that is data", said("KeyError", "/tmp/1-1-0", 110), "KeyError", "", 0},
  };
  for (const auto& c : cases) {
    const auto shown = without_secrets(c.failure);
    EXPECT_EQ(shown.exception_class, c.exception_class) << c.what;
    EXPECT_EQ(shown.file, c.file) << c.what;
    EXPECT_EQ(shown.line, c.line) << c.what;
    EXPECT_EQ(shown.kind, FailureKind::exception) << c.what;
    EXPECT_EQ(shown.phase, Phase::fit) << c.what;
    EXPECT_EQ(shown.fold, 2) << c.what;
    EXPECT_EQ(shown.traceback, "") << c.what;
    EXPECT_EQ(shown.message.find("label"), std::string::npos) << c.what;
  }
}

TEST(Secrets, EveryKindHasWordsOfOurs) {
  for (int kind = 0; kind <= static_cast<int>(FailureKind::machine); ++kind) {
    auto failure = said("ValueError", "", 0);
    failure.kind = static_cast<FailureKind>(kind);
    const auto shown = without_secrets(failure);
    EXPECT_FALSE(shown.message.empty()) << word_for(failure.kind);
    EXPECT_EQ(shown.message.find("1 1 0"), std::string::npos) << word_for(failure.kind);
    EXPECT_EQ(shown.kind, failure.kind);
  }
}

TEST(Secrets, APlaceIsOneThatTheSubmissionHas) {
  const auto folder = base::TemporaryFolder::make("secrets-test");
  ASSERT_TRUE(folder);
  const auto submission = folder->path() / "files", code = folder->path() / "code";
  fs::create_directories(submission / "deep");
  fs::create_directories(code);
  ASSERT_TRUE(base::write_file(submission / "a.py", "1\n2\n3\n"));
  ASSERT_TRUE(base::write_file(submission / "deep/b.py", "1"));
  ASSERT_TRUE(base::write_file(code / "problem.py", "1\n"));
  ASSERT_TRUE(base::write_file(folder->path() / "secret", "1\n"));
  fs::create_symlink(folder->path() / "secret", submission / "link.py");
  const struct {
    std::string file;
    int line;
    std::string expect_file;
    int expect_line;
  } cases[] = {
      {"submissions/me/a.py", 3, "submissions/me/a.py", 3},
      {"submissions/me/a.py", 4, "submissions/me/a.py", 4},  // after the last new line
      {"submissions/me/a.py", 5, "submissions/me/a.py", 0},
      {"submissions/me/a.py", -1, "submissions/me/a.py", 0},
      {"submissions/me/deep/b.py", 1, "submissions/me/deep/b.py", 1},
      {"submissions/me/deep/b.py", 1'000'000, "submissions/me/deep/b.py", 0},
      {"problem.py", 2, "problem.py", 2},
      {"submissions/me/1-1-0.py", 1, "", 0},
      {"submissions/you/a.py", 1, "", 0},
      {"submissions/me/../secret", 1, "", 0},
      {"submissions/me//a.py", 1, "", 0},
      {"submissions/me/deep", 1, "", 0},
      {"submissions/me/link.py", 1, "", 0},
      {"submissions/me/", 1, "", 0},
      {"../secret", 1, "", 0},
      {"/etc/passwd", 1, "", 0},
      {"", 9, "", 0},
  };
  for (const auto& c : cases) {
    auto failure = said("ValueError", c.file, c.line);
    forget_untrue_place(failure, "me", submission, code);
    EXPECT_EQ(failure.file, c.expect_file) << c.file;
    EXPECT_EQ(failure.line, c.expect_line) << c.file << " " << c.line;
  }
}

}  // namespace
}  // namespace evaluation
