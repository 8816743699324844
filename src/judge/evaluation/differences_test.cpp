// With real preparations in the default environment.
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace {

namespace fs = std::filesystem;

class Differences : public testing::Test {
 protected:
  void SetUp() override {
    const auto environment = environments::ensure_default(base::agora_home(), {});
    if (!environment) GTEST_SKIP() << "no default environment: " << environment.error().message;
    auto judge =
        Judge::start(*environment, {.is_lasting = false, .warden = AGORA_BINARY_DIR "/agora-warden"});
    ASSERT_TRUE(judge) << judge.error().message;
    judge_ = std::move(*judge);
  }

  std::shared_ptr<const Problem> prepared(const fs::path& kit) {
    ProblemSource source;
    source.kit = kit;
    if (const auto tree = read_tree(kit)) source.facts = kit::read_kit(*tree).kit.value_or(kit::Kit{});
    Observer silent;
    auto problem = judge_->prepare(source, silent);
    EXPECT_TRUE(problem) << kit << ": " << problem.error().message << problem.error().traceback;
    return problem ? *problem : nullptr;
  }

  // The breast_cancer kit with more at the end of its problem.py.
  std::shared_ptr<const Problem> with(std::string_view more) {
    const auto folder = base::TemporaryFolder::make("differences-test");
    EXPECT_TRUE(folder);
    fs::permissions(folder->path(), fs::perms(0755));
    const auto kit = folder->path() / "breast_cancer";
    fs::copy(AGORA_SOURCE_DIR "/kits/breast_cancer", kit, fs::copy_options::recursive);
    std::ofstream(kit / "problem.py", std::ios::app) << "\n\n" << more << "\n";
    return prepared(kit);
  }

  std::unique_ptr<Judge> judge_;
};

TEST_F(Differences, AreNamedAndScoreTypesAreNone) {
  struct Case {
    const char* more;
    std::vector<std::string> expect;
  };
  const Case cases[] = {
      {"score_types = [rw.score_types.Accuracy(name='accuracy', precision=7)]", {}},
      {"class Own(rw.score_types.Accuracy):\n    pass\n\nscore_types = [Own(name='own')]", {}},
      {"problem_title = 'another'", {}},
      {"def get_cv(X, y):\n    return [(range(50), range(50, 99))]", {"get_cv makes other folds"}},
      {"_train = get_train_data\n\ndef get_train_data(path='.'):\n    X, y = _train(path)\n    return X * 2, "
       "y",
       {"get_train_data gives other features"}},
      {"_test = get_test_data\n\ndef get_test_data(path='.'):\n    X, y = _test(path)\n    return X * 2, y",
       {"get_test_data gives other features"}},
      {"_test = get_test_data\n\ndef get_test_data(path='.'):\n    X, y = _test(path)\n    return X, "
       "y[::-1].copy()",
       {"get_train_data or get_test_data gives other labels"}},
      {"class Own(rw.workflows.FeatureExtractorClassifier):\n    pass\n\nworkflow = Own()",
       {"the workflow is another one"}},
      {"Predictions = rw.prediction_types.make_multiclass(label_names=_LABELS[::-1])",
       {"Predictions is another one"}},
  };
  const auto before = with("");
  ASSERT_TRUE(before);
  for (const auto& c : cases) {
    const auto after = with(c.more);
    ASSERT_TRUE(after) << c.more;
    const auto found = differences(*before, *after);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(*found, c.expect) << c.more << "\n" << fmt::format("{}", fmt::join(*found, ", "));
  }
}

// A preparation gives the same bytes each time: else a kit could never take the place of another one.
TEST_F(Differences, AreNoneBetweenTwoPreparationsOfAnyKit) {
  for (const auto& kit : fs::directory_iterator(AGORA_SOURCE_DIR "/kits")) {
    const auto before = prepared(kit.path()), after = prepared(kit.path());
    ASSERT_TRUE(before && after);
    const auto found = differences(*before, *after);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->empty()) << kit << ": " << fmt::format("{}", fmt::join(*found, ", "));
  }
}

}  // namespace
}  // namespace evaluation
