#include "core/kit/python_tokens.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kit::python {
namespace {

constexpr std::size_t kMostBrackets = 200;  // CPython's own two limits
constexpr std::size_t kMostIndents = 100;

constexpr std::array<std::string_view, 25> kLongOperators{
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=",
    "->",  "+=",  "-=",  "*=",  "/=",  "%=", "&=", "|=", "^=", ":=", "@=", "<>"};

// Look like quotes, minus or space, come from word processors and web pages, and are none to Python.
constexpr std::array<std::string_view, 9> kLookalikes{"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C",
                                                      "\xE2\x80\x9D", "\xE2\x80\x93", "\xE2\x80\x94",
                                                      "\xC2\xA0",     "\xE2\x80\x8B", "\xE2\x88\x92"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_end_of_line(char c) {
  return c == '\n' || c == '\r';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

// Words that begin a line only where it opens a block.
bool opens_block(std::string_view word) {
  static constexpr std::array<std::string_view, 11> kWords{
      "class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while", "with"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_string_prefix(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  static constexpr std::array<std::string_view, 8> kPrefixes{"r", "b", "u", "f", "br", "rb", "fr", "rf"};
  return std::find(kPrefixes.begin(), kPrefixes.end(), lower) != kPrefixes.end();
}

char closing(char open) {
  return open == '(' ? ')' : open == '[' ? ']' : '}';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size() && !result_.mistake) {
      if (line_starts_ && brackets_.empty())
        read_indent();
      else
        read_token();
    }
    if (!result_.mistake) finish();
    result_.last_line = count_lines();
    return std::move(result_);
  }

 private:
  struct Bracket {
    char open;
    int line;
  };
  struct Indent {  // a tab counts once as up to 8 columns, once as 1: only where both agree it is consistent
    int column;
    int narrow;
  };

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void fail(int line, std::string message, std::string next) {
    if (!result_.mistake) result_.mistake = Mistake{line, std::move(message), std::move(next)};
  }

  void emit(TokenKind kind, std::size_t begin) {
    result_.tokens.push_back({kind, text_.substr(begin, at_ - begin), line_});
  }

  void skip_end_of_line() {
    at_ += peek() == '\r' && peek(1) == '\n' ? 2 : 1;
    ++line_;
  }

  void skip_comment() {
    while (at_ < text_.size() && !is_end_of_line(text_[at_])) {
      if (text_[at_] == '\0') return fail_on_null();
      ++at_;
    }
  }

  void fail_on_null() { fail(line_, "a null byte", "save the file as plain UTF-8 text"); }

  void read_indent() {
    Indent here{0, 0};
    for (; is_blank(peek()); ++at_) {
      if (peek() == ' ') here = {here.column + 1, here.narrow + 1};
      if (peek() == '\t') here = {(here.column / 8 + 1) * 8, here.narrow + 1};
      if (peek() == '\f') here = {0, 0};
    }
    if (peek() == '#') skip_comment();
    if (at_ >= text_.size() || result_.mistake) return;
    if (is_end_of_line(peek())) return skip_end_of_line();
    line_starts_ = false;
    indent_to(here);
  }

  void indent_to(Indent here) {
    const bool deeper = here.column > indents_.back().column;
    if (block_line_ != 0 && !deeper)
      return fail(block_line_, "the block that this line opens is empty", "indent its body, or write `pass`");
    if (deeper) {
      if (here.narrow <= indents_.back().narrow) return fail_on_tabs();
      if (block_line_ == 0) return fail_on_no_block();
      if (indents_.size() >= kMostIndents) return fail(line_, "blocks nested too deeply", "use functions");
      indents_.push_back(here);
      emit(TokenKind::indent, at_);
    }
    block_line_ = 0;
    bool tabs_left = false;
    for (; here.column < indents_.back().column; indents_.pop_back()) {
      tabs_left |= indents_.back().narrow != indents_.back().column;
      emit(TokenKind::dedent, at_);
    }
    if (here.column != indents_.back().column) {
      if (tabs_left != (here.narrow != here.column)) return fail_on_tabs();
      return fail(line_, "this line's indentation matches no block above",
                  "align it with the block it is in");
    }
    if (here.narrow != indents_.back().narrow) fail_on_tabs();
  }

  // Most often the line above should have opened the block: Python too then names that line's end.
  void fail_on_no_block() {
    const auto& tokens = result_.tokens;
    if (tokens.size() > 1 && has_no_colon())
      return fail(tokens.back().line, "expected ':' at the end of this line, which begins a block",
                  "end the line with a colon");
    fail(line_, "this line is indented and no block begins above it", "align it with the line above");
  }

  // Whether the line above begins as one that opens a block and has no colon of its own, outside brackets.
  bool has_no_colon() const {
    const auto& tokens = result_.tokens;
    int depth = 0;
    auto first = tokens.size() - 1;  // the line's end
    for (; first > 0 && !begins_line(tokens[first - 1].kind); --first) {
      const auto& token = tokens[first - 1];
      if (token.is(")") || token.is("]") || token.is("}")) ++depth;
      if (token.is("(") || token.is("[") || token.is("{")) --depth;
      if (depth == 0 && token.is(":")) return false;
    }
    const bool is_async = tokens[first].is("async");
    return opens_block(tokens[is_async ? first + 1 : first].text);
  }

  static bool begins_line(TokenKind before) {
    return before == TokenKind::newline || before == TokenKind::indent || before == TokenKind::dedent;
  }

  void fail_on_tabs() { fail(line_, "tabs and spaces mix in the indentation", "indent with spaces only"); }

  void read_token() {
    const char c = peek();
    if (c == '\0') return fail_on_null();
    if (is_blank(c)) {
      ++at_;
    } else if (is_end_of_line(c)) {
      end_line();
    } else if (c == '#') {
      skip_comment();
    } else if (c == '\\') {
      continue_line();
    } else if (c == '"' || c == '\'') {
      read_string(at_);
    } else if (is_name_start(c)) {
      read_name();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      read_number();
    } else {
      read_operator();
    }
  }

  void end_line() {
    if (brackets_.empty()) {
      line_starts_ = true;
      const bool has_tokens = !result_.tokens.empty() && result_.tokens.back().kind != TokenKind::newline;
      if (has_tokens) {
        if (result_.tokens.back().is(":")) block_line_ = result_.tokens.back().line;
        emit(TokenKind::newline, at_);
      }
    }
    if (at_ < text_.size()) skip_end_of_line();
  }

  void continue_line() {
    ++at_;
    if (at_ >= text_.size() || !is_end_of_line(peek()))
      return fail(line_, "a backslash that no line end follows",
                  "put it at the very end of the line, or drop it");
    skip_end_of_line();
    if (at_ >= text_.size()) fail(line_ - 1, "a backslash continues the last line", "drop it");
  }

  void read_name() {
    const auto begin = at_;
    for (const auto fake : kLookalikes)
      if (text_.substr(at_).starts_with(fake))
        return fail(line_, fmt::format("the character {} is no Python outside a string", quoted(fake)),
                    "type the plain ASCII character in its place");
    while (is_name_part(peek())) ++at_;
    const bool before_quote = peek() == '"' || peek() == '\'';
    if (before_quote && is_string_prefix(text_.substr(begin, at_ - begin))) return read_string(begin);
    emit(TokenKind::name, begin);
  }

  static std::string quoted(std::string_view fake) {
    if (fake == "\xC2\xA0") return "U+00A0 (no-break space)";
    if (fake == "\xE2\x80\x8B") return "U+200B (zero-width space)";
    return fmt::format("'{}'", fake);
  }

  void read_number() {
    const auto begin = at_;
    const bool hexadecimal = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    while (is_name_part(peek()) || peek() == '.') {
      const bool exponent = !hexadecimal && (peek() == 'e' || peek() == 'E');
      ++at_;
      if (exponent && (peek() == '+' || peek() == '-') && is_digit(peek(1))) ++at_;
    }
    emit(TokenKind::number, begin);
  }

  // `begin` is where the prefix stands, at_ the first quote. Python 3.11 has no quotes of the same kind
  // inside an f-string's braces, so that all strings end alike; a raw string's backslash still protects a
  // quote.
  void read_string(std::size_t begin) {
    const int first_line = line_;
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    for (; at_ < text_.size();) {
      const char c = peek();
      if (c == '\0') return fail_on_null();
      if (c == '\\') ++at_;
      if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
        at_ += triple ? 3 : 1;
        result_.tokens.push_back({TokenKind::string, text_.substr(begin, at_ - begin), first_line});
        return;
      }
      if (is_end_of_line(peek())) {
        if (!triple && c != '\\') break;
        skip_end_of_line();
      } else if (at_ < text_.size() && peek() != '\0') {
        ++at_;
      }
    }
    fail(first_line, "a string begins here and never ends",
         fmt::format("close it with {}", std::string(triple ? 3 : 1, quote)));
  }

  void read_operator() {
    const auto begin = at_;
    const char c = peek();
    if (c == '(' || c == '[' || c == '{') {
      if (brackets_.size() >= kMostBrackets)
        return fail(line_, "brackets nested too deeply", "split the line");
      brackets_.push_back({c, line_});
    } else if (c == ')' || c == ']' || c == '}') {
      if (!close_bracket(c)) return;
    } else {
      for (const auto op : kLongOperators) {
        if (!text_.substr(at_).starts_with(op)) continue;
        at_ += op.size();
        return emit(TokenKind::op, begin);
      }
      if (std::string_view("+-*/%@&|^~<>=.,:;").find(c) == std::string_view::npos)
        return fail(line_, fmt::format("{} is no Python", shown(c)), "remove it, or put it inside a string");
    }
    ++at_;
    emit(TokenKind::op, begin);
  }

  static std::string shown(char c) {
    const auto code = static_cast<unsigned char>(c);
    return code > 32 && code < 127 ? fmt::format("the character '{}'", c)
                                   : fmt::format("the control character {:#04x}", code);
  }

  bool close_bracket(char c) {
    if (brackets_.empty()) {
      fail(line_, fmt::format("'{}' closes a bracket that was never opened", c), "remove it");
      return false;
    }
    const auto open = brackets_.back();
    if (closing(open.open) != c) {
      fail(open.line, fmt::format("the '{}' opened here meets a '{}' at line {}", open.open, c, line_),
           fmt::format("close it with '{}'", closing(open.open)));
      return false;
    }
    brackets_.pop_back();
    return true;
  }

  void finish() {
    if (!brackets_.empty()) {
      const auto open = brackets_.back();
      return fail(open.line, fmt::format("the '{}' opened here is never closed", open.open),
                  fmt::format("close it with '{}'", closing(open.open)));
    }
    end_line();
    if (block_line_ != 0)
      return fail(block_line_, "the block that this line opens is empty", "indent its body, or write `pass`");
    for (; indents_.size() > 1; indents_.pop_back()) emit(TokenKind::dedent, at_);
  }

  int count_lines() const {
    int lines = 1;
    for (std::size_t i = 0; i + 1 < text_.size(); ++i)
      lines += text_[i] == '\n' || (text_[i] == '\r' && text_[i + 1] != '\n');
    return lines;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starts_ = true;
  int block_line_ = 0;  // the line that ended with ':' and waits for its block; 0: none
  std::vector<Bracket> brackets_;
  std::vector<Indent> indents_{{0, 0}};
  Tokens result_;
};

}  // namespace

Tokens tokenize(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace kit::python
