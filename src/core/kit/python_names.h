// What importing a Python module would bind at its top level, read from its tokens alone. Knows nothing of
// values: a name that only running code can make is not seen, and `open_ended` says where that may be.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kit/python_tokens.h"

namespace kit::python {

struct Parameters {
  std::vector<std::string_view> by_position;     // those before `*`, in order
  std::vector<std::string_view> by_name;         // those that a call may name
  std::vector<std::string_view> needed;          // those without a default
  std::vector<std::string_view> needed_by_name;  // keyword-only ones without a default
  bool any_position = false;                     // *args
  bool any_name = false;                         // **kwargs
};

struct Binding {
  int line = 1;
  std::optional<Parameters> parameters;  // of an undecorated def
  std::optional<std::string> text;       // where the value is one plain string
  bool is_empty_list = false;
  bool is_placeholder = false;  // `...`
};

struct Read {
  int line = 1;
  std::string_view call;  // "read_csv"
};

struct Module {
  std::map<std::string_view, Binding> names;
  bool open_ended = false;  // a star import, exec, globals() or __getattr__ may bind more
  std::vector<Read> reads;  // calls that open files while the module is imported
};

// `tokens` come from tokenize() without a mistake.
Module look_at(std::span<const Token> tokens);

}  // namespace kit::python
