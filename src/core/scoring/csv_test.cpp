#include <gtest/gtest.h>

#include "core/scoring/scoring.h"

namespace {

using scoring::Header;

TEST(Csv, ReadsNumbersWithAndWithoutAHeader) {
  for (const char* text : {"1\n-2.5\n3e2\n", "score\n1\n-2.5\n3e2", "\xEF\xBB\xBFy\r\n1\r\n-2.5\r\n3e2\r\n",
                           "\"a \"\"b\"\"\"\n1\n-2.5\n\n300\n", " +1 \n-2.5\n300\n"}) {
    const auto column = scoring::column_from_csv(text);
    ASSERT_TRUE(column) << text << column.error().message;
    EXPECT_EQ(column->values.values, (std::vector<double>{1, -2.5, 300})) << text;
    EXPECT_TRUE(column->labels.empty());
    EXPECT_EQ(column->rows(), 3);
  }
}

TEST(Csv, ReadsLabelsAndTakesTheFirstLineAsOneUnlessItIsAUsualName) {
  const auto bare = scoring::column_from_csv("cat\ndog\ncat\n");
  const auto named = scoring::column_from_csv("label\ncat\ndog\ncat\n");
  const auto told = scoring::column_from_csv("species\ncat\ndog\ncat\n", Header::present);
  const auto kept = scoring::column_from_csv("class\nclass\n", Header::absent);
  ASSERT_TRUE(bare && named && told && kept);
  const std::vector<std::string> expected{"cat", "dog", "cat"};
  EXPECT_EQ(bare->labels, expected);
  EXPECT_EQ(named->labels, expected);
  EXPECT_EQ(told->labels, expected);
  EXPECT_EQ(kept->labels.size(), 2u);
}

TEST(Csv, SetsTheUsageColumnApart) {
  const auto column = scoring::column_from_csv("y,Usage\n1,Public\n2,Private\n");
  ASSERT_TRUE(column) << column.error().message;
  EXPECT_EQ(column->values.values, (std::vector<double>{1, 2}));
  EXPECT_EQ(column->values.columns, 0);
  EXPECT_EQ(column->usage, (std::vector<std::string>{"public", "private"}));
}

TEST(Csv, ReadsSeveralColumnsOfNumbers) {
  const auto column = scoring::column_from_csv("a,b\n0.25,0.75\n1,0\n");
  ASSERT_TRUE(column) << column.error().message;
  EXPECT_EQ(column->values.columns, 2);
  EXPECT_EQ(column->values.values, (std::vector<double>{0.25, 0.75, 1, 0}));
}

TEST(Csv, RefusesNamingTheLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no line"},
      {"\n\n", "no line"},
      {"y,usage\n", "a header and no values"},
      {"1,2\n3\n", "line 2"},
      {"a,b\n1,2\nx,3\n", "line 1"},
      {"label\n\"cat\ndog\n", "line 2: a quote"},
      {"label\n\"cat\"s\n", "line 2: text follows"},
      {"y,usage\n1,public\n2,both\n", "line 3"},
      {"usage\npublic\n", "no column beside usage"},
      {"y,usage\n1,public\n,public\n", "line 3: a value is missing"},
      {"y\n1\n\nnan\n", "line 4: the value is nan"},
  };
  for (const auto& [text, message] : cases) {
    const auto column = scoring::column_from_csv(text);
    ASSERT_FALSE(column) << text;
    EXPECT_NE(column.error().message.find(message), std::string::npos)
        << text << ": " << column.error().message;
  }
}

}  // namespace
