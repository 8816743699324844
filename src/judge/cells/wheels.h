// What a build's log comes to, for the one who asked for an environment.
#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "judge/cells/cells.h"

namespace cells {

// What a build says, as whole lines that are safe to show.
class BuildLines {
 public:
  explicit BuildLines(const environments::OnLine& said) : said_(said) {}
  void hear(Stream stream, std::string_view text);
  void end();                                                    // what has no end of line yet
  const std::deque<std::string>& last() const { return last_; }  // of both streams

 private:
  void say(std::string& line);
  const environments::OnLine& said_;
  std::string output_, errors_;
  std::deque<std::string> last_;
};

// The line that says why uv's build failed: the compiler's first error, the last line of the package's own
// (its first, where that is but a link to more), or what kept uv from running it. Empty where nothing was
// said.
std::string what_went_wrong(const std::deque<std::string>& lines);

}  // namespace cells
