// Cuts the text of a Python 3.11 file into tokens, without Python. Knows no grammar beyond lines, blocks and
// brackets: what passes here may still be refused by Python, what fails here is always refused by it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kit::python {

enum class TokenKind { name, number, string, op, newline, indent, dedent };

struct Token {
  TokenKind kind = TokenKind::op;
  std::string_view text;  // a string keeps its prefix and quotes; a view into the tokenized text
  int line = 1;           // where it begins

  bool is(std::string_view what) const { return text == what && kind != TokenKind::string; }
};

struct Mistake {
  int line = 1;  // where it began, which for an open bracket or string is not where Python notices
  std::string message;
  std::string next;
};

struct Tokens {
  std::vector<Token> tokens;       // up to the mistake, where there is one
  std::optional<Mistake> mistake;  // the first one: after it the rest would be noise
  int last_line = 1;
};

// Linear in the text. The text must outlive the tokens.
Tokens tokenize(std::string_view text);

// The value of a plain string literal (escapes resolved); absent for f-strings and bytes.
std::optional<std::string> literal_value(const Token& token);

// What stands between the quotes, whatever the prefix, escapes as written.
std::string_view between_quotes(const Token& token);

// The line of the first byte that is no UTF-8.
std::optional<int> line_that_is_not_utf8(std::string_view text);

}  // namespace kit::python
