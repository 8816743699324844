#pragma once
#include "core/kit/python_names.h"

namespace kit::python {

// `tokens` are those between the brackets of a def.
Parameters read_parameters(std::span<const Token> tokens);

// +1 for an opening bracket, -1 for a closing one, else 0.
int bracket_step(const Token& token);

// The first token outside all brackets that is `what`; size() where there is none. The ':' of a lambda and
// what stands between `lambda` and it do not count.
std::size_t find_outside(std::span<const Token> tokens, std::string_view what);

// The pieces between the separators that stand outside all brackets and lambdas.
std::vector<std::span<const Token>> split_outside(std::span<const Token> tokens, std::string_view separator);

}  // namespace kit::python
