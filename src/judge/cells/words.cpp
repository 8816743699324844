#include "judge/cells/words.h"

#include <array>
#include <cmath>
#include <csignal>

#include <fmt/format.h>

namespace cells {
namespace {

// Whole where it is whole or large: "512", "2.1".
std::string short_number(double value) {
  return value >= 100 || value == std::floor(value) ? fmt::format("{:.0f}", value)
                                                    : fmt::format("{:.1f}", value);
}

std::string words_for_signal(int number) {
  if (number == SIGSEGV) return "crashed (signal 11, an access to memory that is not there)";
  return fmt::format("was ended by signal {}", number);
}

}  // namespace

std::string words_for_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{} {}", short_number(value), kUnits[unit]);
}

std::string words_for_seconds(double seconds) {
  if (seconds >= 120) return short_number(seconds / 60) + " min";
  return short_number(seconds) + " s";
}

std::string words_for_crowd(const sandbox::Limits& limits) {
  return fmt::format("started more than {} processes and threads", limits.processes);
}

std::string words_for_end(const sandbox::Outcome& outcome, const sandbox::Limits& limits) {
  using sandbox::End;
  switch (outcome.end) {
    case End::memory:
      return fmt::format("used more than its {} of memory", words_for_bytes(limits.memory_bytes));
    case End::time:
      return fmt::format("ran longer than {}", words_for_seconds(limits.wall_seconds));
    case End::processor:
      return fmt::format("used more than {} of processor time: {:g} cores for as long as it may run",
                         words_for_seconds(limits.cores * limits.wall_seconds), limits.cores);
    case End::processes:
      return words_for_crowd(limits);
    case End::output:
      return fmt::format("printed more than {}", words_for_bytes(limits.output_bytes));
    case End::cancelled:
      return "was cancelled";
    case End::signalled:
      return words_for_signal(outcome.code);
    case End::finished:
      return fmt::format("ended itself with code {}", outcome.code);
    case End::lost:
      break;
  }
  return "was lost with the process that it came from";
}

}  // namespace cells
