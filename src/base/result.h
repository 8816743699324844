// The one error type. Expected failure is a value, returned early; a broken promise of our own is an assert.
#pragma once
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace base {

enum class ErrorKind {
  invalid,
  unauthenticated,
  forbidden,
  not_found,
  conflict,
  too_large,
  unavailable,
  internal
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;   // for the person: what is wrong and what to change
  std::string detail{};  // for the log: paths, errno, SQL; stays on the server
};

template <class T>
using Result = tl::expected<T, Error>;  // a T or an Error

using Failure = tl::unexpected<Error>;

Failure invalid(std::string message);
Failure not_found(std::string message);
Failure conflict(std::string message);
Failure too_large(std::string message);
Failure unavailable(std::string message, std::string detail = {});
Failure internal(std::string message, std::string detail = {});

// "open kit.toml: No such file or directory (2)", for a failed system call.
std::string errno_text(std::string_view call, std::string_view object, int error_number);
Failure system_failure(std::string_view call, std::string_view object, int error_number);

std::string_view word_for(ErrorKind kind);  // "invalid", "not_found", ...

}  // namespace base
