#include "machine/terminal/terminal.h"

#include <gtest/gtest.h>

#include "machine/terminal/values.h"

namespace terminal {
namespace {

TEST(Terminal, TextOfOthersCannotSteerIt) {
  EXPECT_EQ(plain("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(plain("a\nb\tc\x7f"), "a?b?c?");
  EXPECT_EQ(plain("a\xc2\x9b"
                  "31mb"),
            "a?31mb");  // CSI as one character
  EXPECT_EQ(plain("Émile ± ½"), "Émile ± ½");
  EXPECT_EQ(plain_lines("one\n\ttwo\r\n\x1b]0;title\a"), "one\n\ttwo?\n?]0;title?");
}

TEST(Terminal, LongTextIsCutAtACharacter) {
  EXPECT_EQ(plain("ééééé", 3), "éé…");
  EXPECT_EQ(plain("ééé", 3), "ééé");
  EXPECT_EQ(width_of(plain(std::string(50, 'x'), 10)), 10u);
}

TEST(Terminal, NumbersStandRightAndWordsLeft) {
  EXPECT_EQ(table_text({{"name", "score"}, {"a", "0.5"}, {"long", "10.25"}}),
            "name  score\n"
            "a       0.5\n"
            "long  10.25\n");
  // Ids and times may begin with a digit.
  EXPECT_EQ(table_text({{"id", "n"}, {"01M87JPJKFFKHAE3Q4GQ70Q517", "-"}, {"2026-11-24T20:07:05Z", "3 s"}}),
            "id                          n\n"
            "01M87JPJKFFKHAE3Q4GQ70Q517  -\n"
            "2026-11-24T20:07:05Z        3 s\n");
}

TEST(Terminal, BarsAndSizes) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(1500), "1.5 kB");
  EXPECT_EQ(size_text(999'960), "1.0 MB");
  EXPECT_EQ(bar_text(12'000'000, 24'000'000), "━━━━━━━━━━━━────────────  12.0 MB of 24.0 MB");
  EXPECT_EQ(bar_text(0, 0), "━━━━━━━━━━━━━━━━━━━━━━━━  0 bytes of 0 bytes");
}

TEST(Values, AreReadByPathAndMayBeAbsent) {
  const auto value =
      *base::parse_json(R"({"a": {"b": "x\u001by", "n": 0.5, "yes": true, "list": [1]}, "z": null})");
  EXPECT_EQ(text_of(value, "a.b"), "x?y");
  EXPECT_EQ(text_of(value, "a.n"), "0.5");
  EXPECT_EQ(text_of(value, "a.yes"), "yes");
  EXPECT_EQ(text_of(value, "z", "-"), "-");
  EXPECT_EQ(text_of(value, "a.b.c", "-"), "-");
  EXPECT_EQ(number_of(value, "a.n"), 0.5);
  EXPECT_EQ(number_of(value, "a.b"), std::nullopt);
  EXPECT_EQ(items_of(value, "a.list").size(), 1u);
  EXPECT_TRUE(items_of(value, "a.n").empty());
}

TEST(Values, ScoresTakeTheirColumnsPrecision) {
  EXPECT_EQ(score_text(0.98931, 3), "0.989");
  EXPECT_EQ(score_text(std::nullopt, 3), "");
}

class Times : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC-2", 1);  // POSIX: two hours east
    ::tzset();
  }
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  base::Instant now = *base::instant_from_rfc3339("2026-03-01T12:00:00Z");
};

TEST_F(Times, AreRelativeWithTheReadersClockBeside) {
  EXPECT_EQ(moment_text("2026-03-04T13:00:00Z", now), "in 3 days (2026-03-04 15:00 UTC)");
  EXPECT_EQ(since_text("2026-03-01T11:57:00Z", now), "3 min ago");
  EXPECT_EQ(since_text("2026-03-01T10:59:00Z", now), "61 min ago");
  EXPECT_EQ(since_text("2026-02-28T11:00:00Z", now), "25 hours ago");
  EXPECT_EQ(since_text("2026-03-01T12:00:00Z", now), "now");
  EXPECT_EQ(moment_text("soon", now), "");
}

TEST_F(Times, AreReadInEveryFormThatTheErrorShows) {
  const struct {
    const char* text;
    const char* instant;
  } cases[] = {
      {"now", "2026-03-01T12:00:00Z"},
      {"+3d", "2026-03-04T12:00:00Z"},
      {"+2h", "2026-03-01T14:00:00Z"},
      {"+90m", "2026-03-01T13:30:00Z"},
      {"2026-12-04 18:00", "2026-12-04T16:00:00Z"},
      {"2026-12-04T18:00", "2026-12-04T16:00:00Z"},
      {"2026-12-04", "2026-12-03T22:00:00Z"},
      {"2026-12-04T18:00:00Z", "2026-12-04T18:00:00Z"},
      {"2026-12-04T18:00:00+01:00", "2026-12-04T17:00:00Z"},
  };
  for (const auto& c : cases) {
    const auto read = moment_from(c.text, now);
    ASSERT_TRUE(read) << c.text;
    EXPECT_EQ(base::to_rfc3339(*read), c.instant) << c.text;
  }
  for (const auto* wrong : {"", "soon", "+3", "+d", "+-3d", "2026-02-31 10:00", "2026-12-04 25:00", "12-04"})
    EXPECT_FALSE(moment_from(wrong, now)) << wrong;
}

}  // namespace
}  // namespace terminal
