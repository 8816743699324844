// What this room's commands say of events and boards.
#include <gtest/gtest.h>

#include "features/events/commands_show.h"

namespace events {
namespace {
namespace json = base::json;

json::value read(std::string_view text) {
  const auto value = base::parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : json::value();
}

const base::Instant kNow = *base::instant_from_rfc3339("2026-03-01T12:00:00Z");

class EventCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST_F(EventCommands, TheListSaysWhatIsOpenAndForHowLong) {
  const auto events = read(R"([
    {"slug": "stars", "title": "Variable stars", "state": "open", "closes_at": "2026-03-04T12:00:00Z",
     "people_count": 12, "submission_count": 40, "mine": {"is_participant": true, "is_organiser": false}},
    {"slug": "soon", "title": "Soon", "state": "ready", "opens_at": "2026-03-01T15:00:00Z", "people_count": 0,
     "submission_count": 0}])");
  EXPECT_EQ(list_text(events.get_array(), kNow),
            "event  title           state  closes            people  submissions  you\n"
            "stars  Variable stars  open   in 3 days             12           40  joined\n"
            "soon   Soon            ready  opens in 3 hours       0            0\n");
}

TEST_F(EventCommands, AStateHasItsMoments) {
  EXPECT_EQ(
      state_text(
          read(
              R"({"state": "open", "opens_at": "2026-02-01T00:00:00Z", "closes_at": "2026-03-04T12:00:00Z"})"),
          kNow),
      "open, closes in 3 days (2026-03-04 12:00 UTC)");
  EXPECT_EQ(state_text(read(R"({"state": "closed", "closes_at": "2026-03-01T11:00:00Z"})"), kNow),
            "closed, closed 60 min ago (2026-03-01 11:00 UTC)");
  EXPECT_EQ(state_text(read(R"({"state": "draft"})"), kNow), "draft");
}

TEST_F(EventCommands, FindingsComeErrorsFirst) {
  const auto event = read(R"({"findings": [
    {"weight": "note", "file": "kit.toml", "line": 3, "message": "n", "next": ""},
    {"weight": "error", "file": "problem.py", "line": 12, "message": "e", "next": "do this"}]})");
  EXPECT_EQ(kit::to_text(findings_of(event)), "problem.py:12: error: e (do this)\n\nkit.toml:3: note: n\n");
  EXPECT_TRUE(findings_of(read(R"({"findings": null})")).empty());
}

json::value board(std::string_view rows) {
  return read(
      R"({"columns": [{"name": "accuracy", "precision": 3, "is_lower_the_better": false, "official": true}],
                  "items": [)" +
      std::string(rows) + "]}");
}

constexpr std::string_view kAda =
    R"({"rank": 1, "submission_id": "01A", "number": 2, "name": "forest", "team": {"id": "T1", "name": "ada"},
        "scores": {"accuracy": {"valid": 0.91234}}, "fit_seconds": 0.25, "scored_at": "2026-03-01T11:59:50Z"})";
constexpr std::string_view kMine =
    R"({"rank": 2, "submission_id": "01B", "number": 1, "name": "line", "team": {"id": "T2", "name": "emmy"},
        "scores": {"accuracy": {"valid": 0.9}}, "fit_seconds": 12, "scored_at": "2026-03-01T11:00:00Z", "is_mine": true})";

TEST_F(EventCommands, ABoardMarksOnesOwnRows) {
  EXPECT_EQ(board_text(board(std::string(kAda) + "," + std::string(kMine)), nullptr, 100, kNow),
            "rank  team    submission  accuracy     fit      scored\n"
            "   1  ada     forest         0.912  0.25 s    10 s ago\n"
            "   2  emmy *  line           0.900    12 s  60 min ago\n");
  EXPECT_EQ(board_text(board(""), nullptr, 100, kNow), "nobody is on the board yet\n");
}

TEST_F(EventCommands, AShortBoardKeepsOnesOwnRows) {
  auto other = std::string(kAda);
  other.replace(other.find("01A"), 3, "01C");
  const auto text =
      board_text(board(std::string(kAda) + "," + other + "," + std::string(kMine)), nullptr, 1, kNow);
  EXPECT_NE(text.find("emmy *"), std::string::npos);
  EXPECT_NE(text.find("... and 1 more\n"), std::string::npos);
}

TEST_F(EventCommands, AWatchedBoardSaysWhatMoved) {
  const auto now = board(std::string(kAda) + "," + std::string(kMine));
  const Ranks before{{"01B", 1}};
  EXPECT_EQ(board_text(now, &before, 100, kNow),
            "rank  team    submission  accuracy     fit      scored\n"
            "   1  ada     forest         0.912  0.25 s    10 s ago  new\n"
            "   2  emmy *  line           0.900    12 s  60 min ago  ▼1\n");
  EXPECT_EQ(ranks_of(now), (Ranks{{"01A", 1}, {"01B", 2}}));
}

TEST_F(EventCommands, AfterTheReleaseTheTestScoresComeFirst) {
  auto row = std::string(kAda);
  row.replace(row.find("\"valid\": 0.91234"), 16, "\"valid\": 0.91234, \"test\": 0.88");
  const auto text = board_text(board(row), nullptr, 100, kNow);
  EXPECT_NE(text.find("accuracy (test)  accuracy (valid)"), std::string::npos);
  EXPECT_NE(text.find("0.880             0.912"), std::string::npos);
}

TEST_F(EventCommands, AnEventShowsItsRulesAndItsStatementAndCannotSteerTheTerminal) {
  const auto text =
      event_text(read(R"({"slug": "stars", "title": "Stars", "state": "open", "elements": ["classifier.py"],
      "folds": 8, "quota": {"per_day": 20, "failures_per_day": 5}, "is_practice": true, "people_count": 1,
      "submission_count": 2, "score_columns": [{"name": "accuracy", "precision": 2, "is_lower_the_better": false}],
      "mine": {"is_participant": true, "left_today": 18}, "statement": "# Stars\n\nPredict \u001b]0;x\u0007them."})"),
                 kNow);
  EXPECT_EQ(text,
            "Stars\n"
            "event        stars\n"
            "state        open\n"
            "scores       accuracy (official, higher is better)\n"
            "files        classifier.py\n"
            "folds        8\n"
            "each day     20 submissions, 5 failures on hidden data; you have 18 left today\n"
            "people       1\n"
            "submissions  2\n"
            "labels       public: this is a practice event\n"
            "\n# Stars\n\nPredict ?]0;x?them.\n");
}

}  // namespace
}  // namespace events
