#include "base/result.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

namespace base {

Failure invalid(std::string message) {
  return Failure(Error{ErrorKind::invalid, std::move(message)});
}
Failure not_found(std::string message) {
  return Failure(Error{ErrorKind::not_found, std::move(message)});
}
Failure conflict(std::string message) {
  return Failure(Error{ErrorKind::conflict, std::move(message)});
}
Failure too_large(std::string message) {
  return Failure(Error{ErrorKind::too_large, std::move(message)});
}

Failure unavailable(std::string message, std::string detail) {
  return Failure(Error{ErrorKind::unavailable, std::move(message), std::move(detail)});
}

Failure internal(std::string message, std::string detail) {
  return Failure(Error{ErrorKind::internal, std::move(message), std::move(detail)});
}

std::string errno_text(std::string_view call, std::string_view object, int error_number) {
  std::array<char, 256> buffer{};
  const char* text = strerror_r(error_number, buffer.data(), buffer.size());
  return fmt::format("{} {}: {} ({})", call, object, text, error_number);
}

Failure system_failure(std::string_view call, std::string_view object, int error_number) {
  const auto kind = error_number == ENOENT ? ErrorKind::not_found : ErrorKind::internal;
  return Failure(Error{kind, errno_text(call, object, error_number)});
}

std::string_view word_for(ErrorKind kind) {
  static constexpr std::array<std::string_view, 8> kWords{"invalid",     "unauthenticated", "forbidden",
                                                          "not_found",   "conflict",        "too_large",
                                                          "unavailable", "internal"};
  return kWords[static_cast<std::size_t>(kind)];
}

}  // namespace base
