// For this room's tests: kits/breast_cancer with hidden data, and submissions that do well, or badly.
#pragma once
#include <fstream>
#include <sstream>

#include "features/submissions/parts.h"
#include "features/submissions/testing.h"

namespace submissions {

inline constexpr std::string_view kExtractor =
    "class FeatureExtractor:\n"
    "    def fit(self, X, y):\n"
    "        pass\n"
    "    def transform(self, X):\n"
    "        return X.iloc[:, :10].to_numpy()\n";
inline constexpr std::string_view kGood =
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.preprocessing import StandardScaler\n"
    "class Classifier:\n"
    "    def fit(self, X, y):\n"
    "        print('fitting', len(X))\n"
    "        self.scaler = StandardScaler().fit(X)\n"
    "        self.model = LogisticRegression(random_state=57).fit(self.scaler.transform(X), y)\n"
    "    def predict_proba(self, X):\n"
    "        return self.model.predict_proba(self.scaler.transform(X))\n";
inline constexpr std::string_view kBroken =
    "class Classifier:\n"
    "    def fit(self, X, y):\n"
    "        raise ValueError('a broken thing of ' + str(len(y)))\n";
// The first measurement of hidden rows is above 1000.
inline constexpr std::string_view kFailsOnHidden =
    "from sklearn.linear_model import LogisticRegression\n"
    "class Classifier(LogisticRegression):\n"
    "    def fit(self, X, y):\n"
    "        print('PLANTED ' + 'secret')\n"
    "        if X[0, 0] > 1000:\n"
    "            raise type('PLANTED' + 'secret', (ValueError,), {})('PLANTED' + 'secret ' + str(list(y)))\n"
    "        return super().fit(X, y)\n";
inline constexpr std::string_view kSlow =
    "import time\n"
    "class Classifier:\n"
    "    def fit(self, X, y):\n"
    "        time.sleep(20)\n"
    "    def predict_proba(self, X):\n"
    "        pass\n";

class WithJudge : public WithRoom {
 protected:
  void SetUp() override {
    if (auto there = environments::find(base::agora_home(), "default"); !there)
      GTEST_SKIP() << "no default environment: " << there.error().message;
    WithRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    fs::copy(AGORA_SOURCE_DIR "/kits/breast_cancer", kit(), fs::copy_options::recursive);
    make_hidden();
    start_executor();
  }

  fs::path kit() const { return folder_->path() / "breast_cancer"; }
  fs::path hidden() const { return folder_->path() / "hidden"; }

  // Every other row of the kit's data becomes hidden, its first measurement thousands of times larger.
  void make_hidden() {
    fs::create_directories(hidden());
    for (const auto* file : {"train.csv", "test.csv"}) {
      std::istringstream in(*base::read_file(kit() / "data" / file));
      std::ofstream left(kit() / "data" / file), taken(hidden() / file);
      std::string line;
      for (int row = 0; std::getline(in, line); ++row) {
        if (row == 0 || row % 2 == 0) left << line << "\n";
        if (row == 0 || row % 2 == 1) taken << (row == 0 ? line : std::to_string(1000 + row) + line) << "\n";
      }
    }
  }

  fs::path packed(const fs::path& folder) {
    const auto target = folder_->path() / (folder.filename().string() + ".tar.gz");
    auto files = base::files_below(folder);
    EXPECT_TRUE(files) << files.error().message;
    auto done = base::pack_tar_gz(*files, target);
    EXPECT_TRUE(done) << done.error().message;
    return target;
  }

  Problem registered(const NewProblem& asked) {
    auto problem = room_->register_problem(asked, base::now());
    if (!problem) throw std::runtime_error(problem.error().message + problem.error().detail);
    Problem now = *problem;
    EXPECT_TRUE(comes_true([&] {
      auto found =
          storage::read(*database_, [&](storage::Snapshot& seen) { return find_problem(seen, problem->id); });
      now = **found;
      return now.state != ProblemState::checking;
    }));
    return now;
  }
  Problem problem(std::optional<ProblemId> replaces = {}) {
    NewProblem asked{
        .name = "breast_cancer", .kit_archive = packed(kit()), .by = author_, .replaces = replaces};
    if (!replaces) asked.data_archive = packed(hidden());
    const auto made = registered(asked);
    for (const auto& finding : made.findings)
      EXPECT_NE(finding.weight, kit::Weight::error) << kit::to_text(finding);
    return made;
  }

  NewSubmission with(const Problem& problem, std::string_view code) {
    auto made = asked(problem.id, std::string(code));
    made.files.push_back({"feature_extractor.py", std::string(kExtractor)});
    return made;
  }

  VisibleScores scores(const SubmissionId& id) {
    return *storage::read(*database_, [&](storage::Snapshot& seen) { return visible_scores(seen, id); });
  }
  TestScores tests(const SubmissionId& id) {
    return *storage::read(*database_,
                          [&](storage::Snapshot& seen) { return submissions::test_scores(seen, id); });
  }
  KeptEvaluation evaluation(const SubmissionId& id, Step step) {
    auto found = storage::read(
        *database_, [&](storage::Snapshot& seen) { return find_evaluation(seen, id, step, look(id).runs); });
    if (!found || !*found) throw std::runtime_error("no such evaluation");
    return **found;
  }
};

}  // namespace submissions
