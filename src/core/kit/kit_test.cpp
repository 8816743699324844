#include "core/kit/kit.h"

#include <gtest/gtest.h>

#include "core/kit/samples.h"

namespace {

using namespace kit::samples;
using kit::read_kit;

std::vector<kit::Finding> with_problem(std::string_view text) {
  auto tree = sound_kit();
  put(tree, "problem.py", text);
  return read_kit(tree).findings;
}

kit::Reading with_toml(std::string_view text) {
  auto tree = sound_kit();
  put(tree, "kit.toml", text);
  return read_kit(tree);
}

TEST(Kit, IsReadWithoutFindingsWhenItIsSound) {
  const auto reading = read_kit(sound_kit());
  EXPECT_EQ(all_text(reading.findings), "");
  ASSERT_TRUE(reading.kit);
  EXPECT_EQ(reading.kit->form, kit::Form::ramp);
  EXPECT_EQ(reading.kit->title, "River flow in three days");
  EXPECT_EQ(reading.kit->statement, "statement.md");
  EXPECT_EQ(reading.kit->submissions, (std::vector<std::string>{"ridge", "starting_kit"}));
}

TEST(Kit, TakesItsFormFromTheFilesAtItsRoot) {
  kit::Tree bundle;
  put(bundle, "competition.yaml", "title: x\n");
  kit::Tree native;
  put(native, "kit.toml", "title = \"x\"\nmetrics = [\"rmse\"]\n");
  const auto read_bundle = read_kit(bundle);
  ASSERT_TRUE(read_bundle.kit);
  EXPECT_EQ(read_bundle.kit->form, kit::Form::codabench);
  EXPECT_TRUE(finds(read_bundle.findings, "competition.yaml: note", "later release"));
  const auto read_native = read_kit(native);
  ASSERT_TRUE(read_native.kit) << all_text(read_native.findings);
  EXPECT_EQ(read_native.kit->form, kit::Form::native);
  EXPECT_EQ(read_native.kit->title, "x");
  EXPECT_TRUE(finds(read_native.findings, "kit.toml: note", "later release"));
}

TEST(Kit, IsRefusedWhereNothingNamesAForm) {
  const auto empty = read_kit({});
  EXPECT_FALSE(empty.kit);
  EXPECT_TRUE(finds(empty.findings, "the kit: error", "problem.py"));
  kit::Tree deeper;
  put(deeper, "stars/problem.py", kProblem);
  EXPECT_TRUE(finds(read_kit(deeper).findings, "the kit: error", "give the folder stars"));
}

TEST(Toml, ChangesWhatItNames) {
  auto tree = sound_kit();
  put_file(tree, "extra/gauges.csv");
  put(tree, "kit.toml", R"(title = "Flow"
environment = "hydrology-2"
files = ["extra/gauges.csv"]
baselines = ["starting_kit", "ridge"]
[limits]
fit_seconds = 12.5
prepare_seconds = 30
memory = "2 GiB"
submission = "1.5MB"
output = 4096
processes = 16
cores = 3
)");
  const auto reading = read_kit(tree);
  ASSERT_TRUE(reading.kit) << all_text(reading.findings);
  EXPECT_EQ(reading.kit->title, "Flow");
  EXPECT_EQ(reading.kit->environment, "hydrology-2");
  EXPECT_EQ(reading.kit->files, (std::vector<std::string>{"extra/gauges.csv"}));
  EXPECT_EQ(reading.kit->baselines, (std::vector<std::string>{"starting_kit", "ridge"}));
  EXPECT_EQ(reading.kit->limits.fit_seconds, 12.5);
  EXPECT_EQ(reading.kit->limits.prepare_seconds, 30);
  EXPECT_EQ(reading.kit->limits.predict_seconds, kit::Limits{}.predict_seconds);
  EXPECT_EQ(reading.kit->limits.memory_bytes, 2ull << 30);
  EXPECT_EQ(reading.kit->limits.submission_bytes, 1'500'000u);
  EXPECT_EQ(reading.kit->limits.output_bytes, 4096u);
  EXPECT_EQ(reading.kit->limits.processes, 16);
  EXPECT_EQ(reading.kit->limits.cores, 3);
}

TEST(Toml, NamesLineAndNextStepOfWhatItRefuses) {
  const struct {
    std::string_view text;
    std::string_view start;
    std::string_view part;
  } cases[] = {
      {"\ntitel = \"x\"", "kit.toml:2: error", "did you mean \"title\"?"},
      {"zzzzzzzz = 1", "kit.toml:1: error", "there are: title, statement"},
      {"memory = \"2 GiB\"", "kit.toml:1: error", "below a line [limits]"},
      {"[limits]\ntitle = \"x\"", "kit.toml:2: error", "above the line [limits]"},
      {"title = 3", "kit.toml:1: error", "takes a text"},
      {"title = \" \"", "kit.toml:1: warning", "title is empty"},
      {"title = \"x", "kit.toml:1: error", "TOML"},
      {"environment = \"a b\"", "kit.toml:1: error", "no name of an environment"},
      {"files = \"x\"", "kit.toml:1: error", "takes a list"},
      {"files = [\n  3]", "kit.toml:2: error", "in quotes"},
      {"files = [\n  \"../x\"]", "kit.toml:2: error", "no path inside the kit"},
      {"files = [\"/etc/passwd\"]", "kit.toml:1: error", "no path inside the kit"},
      {"files = [\"a/../../x\"]", "kit.toml:1: error", "no path inside the kit"},
      {"files = [\"data/trian.csv\"]", "kit.toml:1: error", "did you mean data/train.csv?"},
      {"files = [\"data\"]", "kit.toml:1: error", "is a folder"},
      {"files = [\"data/test.csv\"]", "kit.toml:1: warning", "may hold labels"},
      {"statement = \"../x.md\"", "kit.toml:1: error", "no path inside the kit"},
      {"statement = \"x.md\"", "kit.toml:1: warning", "does not exist"},
      {"baselines = [\"starting_kit\",\n\"rigde\"]", "kit.toml:2: warning", "did you mean ridge?"},
      {"baselines = [\"ridge\", \"ridge\"]", "kit.toml:1: error", "twice"},
      {"limits = 3", "kit.toml:1: error", "[limits]"},
      {"[limits]\nfit_second = 3", "kit.toml:2: error", "did you mean \"fit_seconds\"?"},
      {"[limits]\nfit_seconds = \"3\"", "kit.toml:2: error", "number of seconds"},
      {"[limits]\nfit_seconds = true", "kit.toml:2: error", "number of seconds"},
      {"[limits]\nfit_seconds = -1", "kit.toml:2: error", "out of range"},
      {"[limits]\nfit_seconds = nan", "kit.toml:2: error", "out of range"},
      {"[limits]\nmemory = \"2 Gib\"", "kit.toml:2: error", "GiB"},
      {"[limits]\nmemory = \"GiB\"", "kit.toml:2: error", "no size"},
      {"[limits]\nmemory = \"-2 GiB\"", "kit.toml:2: error", "no size"},
      {"[limits]\nmemory = \"nan GiB\"", "kit.toml:2: error", "no size"},
      {"[limits]\nmemory = 12", "kit.toml:2: error", "take 64 MiB to 16384 GiB"},
      {"[limits]\nmemory = -12", "kit.toml:2: error", "out of range"},
      {"[limits]\noutput = \"1e30 GB\"", "kit.toml:2: error", "out of range"},
      {"[limits]\nprocesses = 1.5", "kit.toml:2: error", "1 to 4096"},
      {"[limits]\nprocesses = 0", "kit.toml:2: error", "1 to 4096"},
      {"[limits]\ncores = 0", "kit.toml:2: error", "1 to 1024"},
  };
  for (const auto& c : cases) {
    const auto reading = with_toml(c.text);
    EXPECT_TRUE(finds(reading.findings, c.start, c.part)) << c.text << "\n" << all_text(reading.findings);
    const bool is_error = c.start.find("error") != std::string_view::npos;
    EXPECT_EQ(reading.kit.has_value(), !is_error) << c.text;
  }
}

TEST(Problem, NeedsEachOfItsSevenNames) {
  const struct {
    std::string_view from;
    std::string_view to;
    std::string_view part;
  } cases[] = {
      {"problem_title =", "title =", "no problem_title"},
      {"Predictions =", "Prediction =",
       "no Predictions at the top level; did you mean Prediction at line 14?"},
      {"workflow =", "x =", "workflow = rw."},
      {"score_types =", "scores =", "no score_types"},
      {"def get_cv", "def cv", "def get_cv(X, y)"},
      {"def get_train_data", "def train_data", "no get_train_data"},
      {"def get_test_data", "  def get_test_data", ""},
  };
  for (const auto& c : cases) {
    const auto findings = with_problem(replaced(kProblem, c.from, c.to));
    EXPECT_TRUE(finds(findings, "problem.py:", c.part)) << c.from << "\n" << all_text(findings);
    EXPECT_FALSE(read_kit([&] {
                   auto tree = sound_kit();
                   put(tree, "problem.py", replaced(kProblem, c.from, c.to));
                   return tree;
                 }())
                     .kit);
  }
  EXPECT_TRUE(finds(with_problem("a = 1\n\n"), "problem.py:2: error", "no workflow"));
}

TEST(Problem, MayBringNamesByAStarImport) {
  const auto findings = with_problem("from common import *\n");
  EXPECT_TRUE(finds(findings, "problem.py:1: note", "get_cv")) << all_text(findings);
  EXPECT_FALSE(finds(findings, "problem.py:1: error", ""));
}

TEST(Problem, IsLintedLineByLine) {
  const struct {
    std::string_view from;
    std::string_view to;
    std::string_view start;
    std::string_view part;
  } cases[] = {
      {"def get_train_data(path='.'):", "def get_train_data():", "problem.py:37: error",
       "no parameter `path`"},
      {"def get_test_data(path='.'):", "def get_test_data(path, part):", "problem.py:41: error",
       "asks for part"},
      {"def get_test_data(path='.'):", "def get_test_data(folder):", "problem.py:41: error",
       "def get_test_data(path='.')"},
      {"def get_cv(X, y):", "def get_cv(X):", "problem.py:21: error", "two arguments"},
      {"def get_cv(X, y):", "def get_cv(X, y, n):", "problem.py:21: error", "two arguments"},
      {"_TARGET, _UNITS", "_ALL = pd.read_csv('x.csv')\n_TARGET, _UNITS", "problem.py:13: warning",
       "read_csv()"},
      {"'flow'", "'/home/me/flow.csv'", "problem.py:13: warning", "'/home/me/flow.csv'"},
      {"'flow'", "'C:\\\\data'", "problem.py:13: warning", "path of one machine"},
      {"'River flow ' \\\n    'in three days'", "''", "problem.py:11: warning", "problem_title is empty"},
      {"label_names=[_TARGET])", "label_names=[_TARGET]", "problem.py:14: error",
       "'(' opened here is never closed"},
      {"'rmse'", "'rmse", "problem.py:17: error", "a string begins here"},
      {"    n_splits", "\tn_splits", "problem.py:23: error", "tabs and spaces"},
      {"rw.workflows.Estimator()", "...", "problem.py:15: error", "workflow is only a placeholder"},
      {"River", "Rivi\xE8re", "problem.py:1: error", "no UTF-8"},
      {"[\n    rw.score_types.RMSE(name='rmse', precision=3),\n]", "[]", "problem.py:16: error",
       "empty list"},
  };
  for (const auto& c : cases) {
    const auto findings = with_problem(replaced(kProblem, c.from, c.to));
    EXPECT_TRUE(finds(findings, c.start, c.part)) << c.to << "\n" << all_text(findings);
    EXPECT_EQ(findings.size(), 1u) << all_text(findings);
  }
}

TEST(Problem, MayTakeItsParametersInOtherWays) {
  const char* const others[] = {
      "def get_cv(*folds):", "def get_cv(X, y, n=3):", "def get_cv(X, y=None, **more):"};
  for (const auto* other : others)
    EXPECT_EQ(all_text(with_problem(replaced(kProblem, "def get_cv(X, y):", other))), "") << other;
  for (const auto* other :
       {"def get_train_data(path):", "def get_train_data(*, path='.'):", "def get_train_data(**k):"})
    EXPECT_EQ(all_text(with_problem(replaced(kProblem, "def get_train_data(path='.'):", other))), "")
        << other;
}

TEST(Tree, IsLintedByNamesAndSizes) {
  const struct {
    std::string_view path;
    std::uint64_t size;
    std::string_view start;
    std::string_view part;
  } cases[] = {
      {"data/huge.csv", 200'000'000, "data/huge.csv: note", "200 MB"},
      {".env", 10, ".env: warning", "secret"},
      {"keys/server.pem", 10, "keys/server.pem: warning", "secret"},
      {"Y_test.csv", 10, "Y_test.csv: warning", "truth"},
      {"notes/reference_data/a.csv", 10, "notes/reference_data/a.csv: warning", "truth"},
      {"requirements.txt", 10, "requirements.txt: note", "default environment"},
      {"__pycache__/problem.cpython-311.pyc", 10, "__pycache__/problem.cpython-311.pyc: note", "leftovers"},
      {"submissions/empty/", 0, "submissions/empty: warning", "empty"},
      {"submissions/old/__pycache__/a.pyc", 10, "submissions/old: warning", "empty"},
  };
  for (const auto& c : cases) {
    auto tree = sound_kit();
    put_file(tree, std::string(c.path), c.size);
    const auto reading = read_kit(tree);
    EXPECT_TRUE(finds(reading.findings, c.start, c.part)) << c.path << "\n" << all_text(reading.findings);
    EXPECT_TRUE(reading.kit) << c.path;
  }
}

TEST(Tree, MayHoldTruthBelowDataAndHistoryAnywhere) {
  auto tree = sound_kit();
  put_file(tree, "data/y_test.csv");
  put_file(tree, ".git/objects/truth.pem");
  EXPECT_EQ(all_text(read_kit(tree).findings), "");
}

TEST(Tree, IsRefusedWithLinksAndWithoutAStartingKit) {
  auto linked = sound_kit();
  linked.entries.push_back({"data/more.csv", 0, true});
  EXPECT_TRUE(finds(read_kit(linked).findings, "data/more.csv: error", "link"));
  EXPECT_FALSE(read_kit(linked).kit);
  auto tree = sound_kit();
  remove(tree, "submissions/starting_kit/estimator.py");
  EXPECT_TRUE(finds(read_kit(tree).findings, "submissions: error", "starting_kit"));
  remove(tree, "submissions/ridge/estimator.py");
  EXPECT_TRUE(finds(read_kit(tree).findings, "the kit: error", "submissions/starting_kit"));
}

TEST(Tree, WarnsOfWhatIsMissing) {
  auto tree = sound_kit();
  remove(tree, "statement.md");
  remove(tree, "data/train.csv");
  remove(tree, "data/test.csv");
  const auto reading = read_kit(tree);
  EXPECT_TRUE(finds(reading.findings, "the kit: warning", "no statement"));
  EXPECT_TRUE(finds(reading.findings, "the kit: warning", "no data/"));
  ASSERT_TRUE(reading.kit);
  EXPECT_EQ(reading.kit->statement, "");
}

TEST(Tree, WarnsOfABrokenSubmissionAndKeepsTheKit) {
  auto tree = sound_kit();
  put(tree, "submissions/ridge/estimator.py", "def get_estimator(\n");
  const auto reading = read_kit(tree);
  EXPECT_TRUE(finds(reading.findings, "submissions/ridge/estimator.py:1: warning", "never closed"))
      << all_text(reading.findings);
  EXPECT_TRUE(reading.kit);
}

}  // namespace
