// A preview of Markdown: line by line the marks at its beginning, then those within.
#include <algorithm>

#include "features/agora/rules.h"

namespace forum {
namespace {

constexpr std::string_view kMarks = R"(!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~)";  // what a \ may stand before

bool is_word(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_indent(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

bool is_fence(std::string_view line) {
  return line.starts_with("```") || line.starts_with("~~~");
}

// "---" or "* * *": a rule across the page, or the line below a heading.
bool is_rule(std::string_view line) {
  return line.size() >= 3 && std::string_view("-*_=").find(line.front()) != std::string_view::npos &&
         line.find_first_not_of(std::string{line.front(), ' ', '\t', '\r'}) == std::string_view::npos;
}

// Of headings, quotes and lists.
std::string_view without_marks(std::string_view line) {
  for (;;) {
    line = without_indent(line);
    if (line.starts_with('>')) {
      line.remove_prefix(1);
      continue;
    }
    const auto mark = line.substr(0, line.find(' '));
    const bool is_heading = !mark.empty() && mark.size() <= 6 && mark.find_first_not_of('#') == mark.npos;
    const bool is_item = mark == "-" || mark == "*" || mark == "+";
    if (!is_heading && !is_item) return line;
    line.remove_prefix(mark.size());
  }
}

// One pass over a line, from left to right, until there are `enough` bytes: a mark without its end is looked
// for to the line's.
class Inline {
 public:
  Inline(std::string_view line, std::size_t enough) : line_(line), enough_(enough) {}

  std::string read() {
    while (at_ < line_.size() && said_.size() <= enough_) step();
    return std::move(said_);
  }

 private:
  void step() {
    const char c = line_[at_];
    if (c == '\\' && at_ + 1 < line_.size() && kMarks.find(line_[at_ + 1]) != std::string_view::npos) {
      said_ += line_[at_ + 1];
      at_ += 2;
    } else if (c == '`' || c == '$') {
      read_verbatim(c);
    } else if (c == '[' || line_.substr(at_, 2) == "![") {
      read_link();
    } else if (c == '*' || c == '_' || line_.substr(at_, 2) == "~~") {
      read_emphasis(c);
    } else {
      said_ += c;
      ++at_;
    }
  }

  // Code without its quotes; a formula with them.
  void read_verbatim(char quote) {
    const auto first = std::min(line_.find_first_not_of(quote, at_), line_.size());
    const auto mark = line_.substr(at_, first - at_);
    const auto end = line_.find(mark, first);
    const auto inside = line_.substr(first, end == std::string_view::npos ? 0 : end - first);
    const bool is_closed = end != std::string_view::npos;
    if (!is_closed || quote == '$') said_ += mark;
    said_ += inside;
    if (is_closed && quote == '$') said_ += mark;
    at_ = is_closed ? end + mark.size() : first;
  }

  // [words](address) and ![words](address) are their words.
  void read_link() {
    const auto open = line_[at_] == '!' ? at_ + 1 : at_;
    const auto close = line_.find("](", open);
    const auto end = close == std::string_view::npos ? close : line_.find(')', close);
    if (end == std::string_view::npos) {
      said_ += line_.substr(at_, open + 1 - at_);
      at_ = open + 1;
      return;
    }
    said_ += Inline(line_.substr(open + 1, close - open - 1), enough_).read();
    at_ = end + 1;
  }

  // A run of marks beside a word on one side alone; "2 * 3" and "snake_case" hold none.
  void read_emphasis(char mark) {
    const auto end = std::min(line_.find_first_not_of(mark, at_), line_.size());
    const char before = at_ == 0 ? ' ' : line_[at_ - 1], after = end == line_.size() ? ' ' : line_[end];
    const bool is_text = (is_space(before) && is_space(after)) || (is_word(before) && is_word(after));
    if (is_text) said_ += line_.substr(at_, end - at_);
    at_ = end;
  }

  std::string_view line_;
  std::size_t enough_, at_ = 0;
  std::string said_;
};

void add_words(std::string& all, std::string_view text) {
  bool apart = !all.empty();
  for (const char c : text) {
    if (is_space(c)) {
      apart = !all.empty();
      continue;
    }
    if (apart) all += ' ';
    apart = false;
    all += c;
  }
}

std::string cut(std::string text, std::size_t most) {
  std::size_t characters = 0, last = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    if (++characters == most) last = at;
  }
  if (characters > most) text.replace(last, std::string::npos, "…");
  return text;
}

}  // namespace

std::string preview_of(std::string_view markdown, std::size_t most) {
  const auto enough = 4 * most;  // bytes: so many hold more than `most` characters
  std::string all;
  bool in_code = false;
  while (!markdown.empty() && all.size() <= enough) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    const auto line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (is_fence(without_indent(line)))
      in_code = !in_code;
    else if (in_code)
      add_words(all, line);
    else if (!is_rule(without_indent(line)))
      add_words(all, Inline(without_marks(line), enough).read());
  }
  return cut(std::move(all), most);
}

}  // namespace forum
