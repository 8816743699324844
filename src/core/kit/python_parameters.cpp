#include "core/kit/python_parameters.h"

namespace kit::python {

int bracket_step(const Token& token) {
  if (token.kind != TokenKind::op || token.text.size() != 1) return 0;
  const char c = token.text.front();
  return c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
}

std::size_t find_outside(std::span<const Token> tokens, std::string_view what) {
  int depth = 0;
  int lambdas = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (depth == 0 && lambdas == 0 && token.is(what)) return i;
    depth += bracket_step(token);
    if (depth == 0 && token.is("lambda")) ++lambdas;
    if (depth == 0 && lambdas > 0 && token.is(":")) --lambdas;
  }
  return tokens.size();
}

std::vector<std::span<const Token>> split_outside(std::span<const Token> tokens, std::string_view separator) {
  std::vector<std::span<const Token>> pieces;
  for (;;) {
    const auto at = find_outside(tokens, separator);
    pieces.push_back(tokens.first(at));
    if (at == tokens.size()) return pieces;
    tokens = tokens.subspan(at + 1);
  }
}

Parameters read_parameters(std::span<const Token> tokens) {
  Parameters all;
  bool after_star = false;
  for (const auto piece : split_outside(tokens, ",")) {
    if (piece.empty()) continue;
    if (piece[0].is("/")) {
      all.by_name.clear();  // those before the slash are positional only
    } else if (piece[0].is("**")) {
      all.any_name = true;
    } else if (piece[0].is("*")) {
      after_star = true;
      all.any_position = piece.size() > 1;
    } else if (piece[0].kind == TokenKind::name) {
      const auto name = piece[0].text;
      const bool has_default = find_outside(piece, "=") != piece.size();
      all.by_name.push_back(name);
      if (!after_star) all.by_position.push_back(name);
      if (!has_default) all.needed.push_back(name);
      if (!has_default && after_star) all.needed_by_name.push_back(name);
    }
  }
  return all;
}

}  // namespace kit::python
