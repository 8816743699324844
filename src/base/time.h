// Instants and their text. Rules take `now` as an argument; only the outermost shells ask the clock.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Seconds = std::chrono::duration<double>;

Instant now();

std::string to_rfc3339(Instant instant);  // UTC, "2026-03-01T12:00:00Z", microseconds when not zero
Result<Instant> instant_from_rfc3339(std::string_view text);  // fails with `invalid`

// Wall time since construction, from the monotonic clock.
class Stopwatch {
 public:
  double seconds() const;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace base
