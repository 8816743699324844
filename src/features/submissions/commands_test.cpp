// What this room's commands say, and which files they send.
#include <fstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "features/submissions/commands_pack.h"
#include "features/submissions/commands_show.h"

namespace submissions {
namespace {
namespace fs = std::filesystem;
namespace json = base::json;

json::value read(std::string_view text) {
  const auto value = base::parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : json::value();
}

const base::Instant kNow = *base::instant_from_rfc3339("2026-03-01T12:00:10Z");

TEST(SubmissionCommands, ProgressSaysWhereItStands) {
  const struct {
    const char* submission;
    const char* text;
  } cases[] = {
      {R"({"state": "received"})", "waiting"},
      {R"({"state": "received", "queue": {"place": 3, "ahead": 2}})", "queued at place 3"},
      {R"({"state": "queued", "queue": {"place": 1, "ahead": 0, "wait_seconds": 40}})",
       "queued at place 1, about 40 s"},
      {R"({"state": "trial"})", "trial on public data"},
      {R"({"state": "running", "progress": {"folds_done": 0, "folds": 0}})", "preparing"},
      {R"({"state": "running", "progress": {"folds_done": 2, "folds": 4}, "started_at": "2026-03-01T12:00:00Z"})",
       "folds  ●●··  2/4  about 10 s left"},
      {R"({"state": "running", "progress": {"folds_done": 4, "folds": 4}})", "folds  ●●●●  4/4  scoring"},
  };
  for (const auto& c : cases) EXPECT_EQ(progress_text(read(c.submission), kNow), c.text) << c.submission;
}

TEST(SubmissionCommands, AReasonNamesPlaceAndCauseAndCannotSteerTheTerminal) {
  const auto failed = read(R"({"state": "failed", "reason": {"kind": "exception", "phase": "fit", "fold": 2,
      "exception_class": "ValueError", "file": "classifier.py", "line": 12, "message": "bad \u001b[2J shape",
      "next_step": "look at line 12"}})");
  EXPECT_EQ(reason_text(failed),
            "exception in fit, fold 2 (classifier.py, line 12)\n  ValueError: bad ?[2J shape");
  EXPECT_EQ(next_step_of(failed), "look at line 12");
  EXPECT_EQ(exit_for(failed), terminal::Exit::failed);
  // Of hidden data the message is not told.
  const auto hidden =
      read(R"({"state": "failed", "reason": {"kind": "time", "phase": "predict", "next_step": "x"}})");
  EXPECT_EQ(reason_text(hidden), "time in predict");
  EXPECT_EQ(exit_for(read(R"({"state": "failed", "reason": {"kind": "machine", "phase": "fit"}})")),
            terminal::Exit::machine);
  EXPECT_EQ(exit_for(read(R"({"state": "scored"})")), terminal::Exit::done);
}

const char* const kScored = R"({"state": "scored", "number": 3, "name": "mine", "official": "accuracy",
    "scores": {"accuracy": {"train_mean": 0.95, "train_std": 0.01, "valid_mean": 0.9, "valid_std": 0.02,
                            "bagged_valid": 0.91},
               "log. loss": {"train_mean": 0.1, "train_std": 0, "valid_mean": 0.2, "valid_std": 0, "bagged_valid": 0.15}},
    "folds": [{"train": {"accuracy": 0.94, "log. loss": 0.1}, "valid": {"accuracy": 0.88, "log. loss": 0.2}},
              {"train": {"accuracy": 0.96, "log. loss": 0.1}, "valid": {"accuracy": 0.92, "log. loss": null}}]})";

TEST(SubmissionCommands, ScoresAreTheTableOfKitRun) {
  const auto event =
      read(R"({"score_columns": [{"name": "accuracy", "precision": 2, "is_lower_the_better": false},
                                                {"name": "log. loss", "precision": 1, "is_lower_the_better": true}]})");
  const auto scored = read(kScored);
  EXPECT_EQ(scores_text(scored, columns_of(event, scored)),
            "\naccuracy (official, higher is better)\n"
            "      fold         train         valid\n"
            "         0          0.94          0.88\n"
            "         1          0.96          0.92\n"
            "mean ± std  0.95 ± 0.010  0.90 ± 0.020\n"
            "bagged                            0.91\n"
            "\nlog. loss (lower is better)\n"
            "      fold       train       valid\n"
            "         0         0.1         0.2\n"
            "         1         0.1         nan\n"
            "mean ± std  0.1 ± 0.00  0.2 ± 0.00\n"
            "bagged                         0.1\n");
}

TEST(SubmissionCommands, WithoutItsEventTheScoresNameThemselves) {
  const auto columns = columns_of({}, read(kScored));
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[1].name, "log. loss");
}

TEST(SubmissionCommands, AListSaysWhySomethingFailed) {
  const auto failed =
      read(R"({"id": "01A", "number": 2, "name": "x", "state": "failed", "created_at": "2026-03-01T12:00:00Z",
                               "reason": {"kind": "memory", "phase": "fit"}})");
  const auto row = list_row(failed, {{"accuracy", 2, false}}, false, false, kNow);
  EXPECT_EQ(row, (std::vector<std::string>{"2", "x", "failed (memory in fit)", "", "10 s ago", "01A"}));
  EXPECT_EQ(list_head({{"accuracy", 2, false}}, true, true),
            (std::vector<std::string>{"#", "name", "event", "team", "state", "accuracy", "sent", "id"}));
}

class Packed : public ::testing::Test {
 protected:
  base::TemporaryFolder folder = std::move(*base::TemporaryFolder::make("pack-test"));
  void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories((folder.path() / path).parent_path());
    std::ofstream(folder.path() / path, std::ios::binary) << bytes;
  }
};

TEST_F(Packed, LeavesWhatProgramsLeaveBehind) {
  write("mine/classifier.py", "pass\n");
  write("mine/weights/a.txt", "1");
  write("mine/__pycache__/classifier.cpython-311.pyc", "x");
  write("mine/training_output/fold_0/y.npz", "x");
  write("mine/.ipynb_checkpoints/classifier.py", "x");
  write("mine/old.pyc", "x");
  const auto packing = pack_submission(folder.path() / "mine");
  ASSERT_TRUE(packing) << packing.error().message;
  EXPECT_EQ(packing->name, "mine");
  ASSERT_EQ(packing->files.size(), 2u);
  EXPECT_EQ(packing->files[0].path, "classifier.py");
  EXPECT_EQ(packing->files[1].path, "weights/a.txt");
  EXPECT_EQ(packing->bytes, 6u);
}

TEST_F(Packed, TextTravelsAsJsonAndAllElseAsAnArchive) {
  write("mine/classifier.py", "# é\n");
  const auto text = as_json_files(*pack_submission(folder.path() / "mine"));
  ASSERT_TRUE(text && *text);
  EXPECT_EQ(base::to_text(json::value(**text)),
            R"([{"path": "classifier.py", "content": "# é\n", "encoding": "utf-8"}])");
  EXPECT_FALSE(as_json_files(*pack_submission(folder.path() / "mine"), 3)->has_value()) << "too large";
  write("mine/weights.bin", "\xff\xfe");
  EXPECT_FALSE(as_json_files(*pack_submission(folder.path() / "mine"))->has_value()) << "no text";
}

TEST_F(Packed, RefusesLinksAndEmptyFoldersByName) {
  write("mine/classifier.py", "pass\n");
  fs::create_symlink("/etc/passwd", folder.path() / "mine" / "link.py");
  const auto linked = pack_submission(folder.path() / "mine");
  ASSERT_FALSE(linked);
  EXPECT_NE(linked.error().message.find("link.py is no regular file"), std::string::npos);
  fs::create_directory(folder.path() / "empty");
  EXPECT_NE(pack_submission(folder.path() / "empty").error().message.find("has no files"), std::string::npos);
  EXPECT_EQ(pack_submission(folder.path() / "none").error().kind, base::ErrorKind::not_found);
}

TEST_F(Packed, AFileIsASubmissionOfItsOwn) {
  write("guesses.csv", "y\n1\n");
  const auto packing = pack_submission(folder.path() / "guesses.csv");
  ASSERT_TRUE(packing);
  EXPECT_EQ(packing->name, "guesses");
  EXPECT_EQ(packing->files[0].path, "guesses.csv");
}

}  // namespace
}  // namespace submissions
