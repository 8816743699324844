#include "features/agora/rules.h"

#include <gtest/gtest.h>

namespace forum {
namespace {

TEST(Posts, AreRefusedWithTheFieldNamed) {
  const struct {
    const char* what;
    std::string title, text, says;
  } cases[] = {
      {"good", "One more day", "It closes on *Friday*.\n\n- and\ttabs", ""},
      {"as long as it may be", std::string(200, 'x'), std::string(20'000, 'x'), ""},
      {"characters and not bytes", std::string(kMostTitle - 1, 'x') + "é", "x", ""},
      {"no title", " \t", "x", "title: say"},
      {"no text", "x", "\n \n", "text: there is nothing"},
      {"a long title", std::string(201, 'x'), "x", "title: it has 201 characters"},
      {"a long text", "x", std::string(20'001, 'x'), "text: it has 20001 characters"},
      {"two lines of title", "one\ntwo", "x", "title: it is one line"},
      {"an escape in a title", "\x1b[2J", "x", "title: it is one line"},
      {"an escape in a text", "x", "\x1b[2J", "text: it holds control"},
      {"a zero byte", "x", std::string("a\0b", 3), "text: it holds control"},
  };
  for (const auto& c : cases) {
    const auto refusal = why_no_post(c.title, c.text);
    EXPECT_EQ(refusal.has_value(), !c.says.empty()) << c.what;
    if (!refusal) continue;
    EXPECT_EQ(refusal->kind, base::ErrorKind::invalid) << c.what;
    EXPECT_TRUE(refusal->message.starts_with(c.says)) << c.what << ": " << refusal->message;
  }
}

TEST(Previews, HoldTheWordsWithoutTheMarks) {
  const struct {
    const char* what;
    const char* markdown;
    const char* plain;
  } cases[] = {
      {"nothing", "", ""},
      {"words", "Hello you", "Hello you"},
      {"lines become one", "one\r\ntwo\n\n  three  ", "one two three"},
      {"headings", "# News\n## Of today\nText", "News Of today Text"},
      {"no heading", "#hashtag", "#hashtag"},
      {"a heading underlined", "News\n====\nText", "News Text"},
      {"a rule", "one\n\n---\n* * *\ntwo", "one two"},
      {"quotes and lists", "> - one\n> - two\n1. three\n+ four", "one two 1. three four"},
      {"emphasis", "**bold** and *thin* and __bold__, ~~gone~~ ***both***.",
       "bold and thin and bold, gone both."},
      {"no emphasis", "2 * 3, snake_case_name, a*b*c, ~5", "2 * 3, snake_case_name, a*b*c, ~5"},
      {"code", "say `agora start *x*` or ``a ` b``", "say agora start *x* or a ` b"},
      {"code without its end", "a ` b *c*", "a ` b c"},
      {"a block of code", "```python\nx = *y*\n```\nso", "x = *y* so"},
      {"formulas", "where $x_1 * x_2$ is *small*", "where $x_1 * x_2$ is small"},
      {"a price", "it costs 5 $ a day", "it costs 5 $ a day"},
      {"links", "see [the *page*](https://example.org/a_b) and ![a picture](x.png)!",
       "see the page and a picture!"},
      {"no link", "an [index] and [open", "an [index] and [open"},
      {"escapes", R"(not \*thin\*, one \\ and a\b)", R"(not *thin*, one \ and a\b)"},
      {"umlauts", "*über* Straße_", "über Straße"},
  };
  for (const auto& c : cases) EXPECT_EQ(preview_of(c.markdown), c.plain) << c.what;
}

TEST(Previews, AreCutAtACharacter) {
  EXPECT_EQ(preview_of("12345", 5), "12345");
  EXPECT_EQ(preview_of("123456", 5), "1234…");
  EXPECT_EQ(preview_of("ääääää", 5), "ääää…");
  EXPECT_EQ(preview_of("😀😀😀😀😀😀", 5), "😀😀😀😀…");
  std::string words;
  for (int i = 0; i < 5000; ++i) words += "*ab* ";
  const auto preview = preview_of(words);
  EXPECT_EQ(preview.size(), 199 + std::string_view("…").size());
  EXPECT_TRUE(preview.starts_with("ab ab ")) << preview;
}

TEST(Previews, TakeNoLongForWhatIsMadeToBeSlow) {
  for (const auto* piece : {"[", "[]", "`a", "*a", "\\", "> ", "# ", "``` \n", "$", "~~"}) {
    std::string text;
    while (text.size() < kMostText) text += piece;
    EXPECT_LE(preview_of(text).size(), 4 * kMostPreview) << piece;
  }
}

}  // namespace
}  // namespace forum
