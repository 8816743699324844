#include "base/text.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Text, ReadableTextKeepsWordsAndDropsOrdersToTheTerminal) {
  const std::string gone = "\xEF\xBF\xBD";
  const struct {
    std::string bytes, text;
  } cases[] = {
      {"plain\n\ttext", "plain\n\ttext"},
      {"é € 𝄞", "é € 𝄞"},
      {"\x1b[2J", gone + "[2J"},
      {"\r\x07\x7f", gone + gone + gone},
      {std::string("\0", 1), gone},
      {"\xC2\x9B", gone},
      {"\xC2\xA0", "\xC2\xA0"},
      {"\xC0\x80", gone + gone},
      {"\xED\xA0\x80", gone + gone + gone},
      {"\xF4\x90\x80\x80", gone + gone + gone + gone},
      {"\xE2\x82", gone + gone},
      {"\xFF", gone},
  };
  for (const auto& c : cases) EXPECT_EQ(readable(c.bytes), c.text);
}

}  // namespace
}  // namespace base
