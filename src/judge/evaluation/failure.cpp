#include "judge/evaluation/failure.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"

namespace evaluation {
namespace {

constexpr std::array<std::string_view, 5> kPhases{"trial", "prepare", "fit", "predict", "score"};
constexpr std::array<std::string_view, 11> kKinds{"syntax", "exception", "time",   "memory",
                                                  "output", "processes", "shape",  "dtype",
                                                  "nan",    "kit",       "machine"};

// Takes the next length-prefixed text off the front; nothing when the bytes lie about their length.
std::optional<std::string> take_text(std::string_view& bytes) {
  std::uint32_t length = 0;
  if (bytes.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, bytes.data(), sizeof length);
  bytes.remove_prefix(sizeof length);
  if (length > bytes.size()) return std::nullopt;
  std::string text(bytes.substr(0, length));
  bytes.remove_prefix(length);
  return text;
}

// Only kinds that a cell may claim for itself; a cell cannot claim, say, a machine failure.
FailureKind claimed_kind(std::string_view word, Phase phase) {
  if (phase == Phase::prepare || phase == Phase::score) return FailureKind::kit;
  for (const auto kind : {FailureKind::syntax, FailureKind::memory, FailureKind::processes,
                          FailureKind::shape, FailureKind::dtype, FailureKind::output}) {
    if (word_for(kind) == word) return kind;
  }
  return FailureKind::exception;
}

std::string size_text(std::uint64_t bytes) {
  constexpr double kGigabyte = 1e9;
  return bytes >= 100'000'000 ? fmt::format("{:.1f} GB", static_cast<double>(bytes) / kGigabyte)
                              : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Failure plain(FailureKind kind, Phase phase, std::string message) {
  Failure failure;
  failure.kind = kind;
  failure.phase = phase;
  failure.message = std::move(message);
  return failure;
}

// Names of the signals that a crash in native code ends with.
std::string signal_text(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::optional<Failure> over_a_limit(const sandbox::Outcome& outcome, Phase phase,
                                    const sandbox::Limits& limits, double phase_seconds) {
  const auto word = word_for(phase);
  switch (outcome.end) {
    case sandbox::End::time:
      return plain(FailureKind::time, phase,
                   fmt::format("{} ran longer than {:g} s, the limit", word, phase_seconds));
    case sandbox::End::processor:
      return plain(FailureKind::time, phase,
                   fmt::format("{} used {:g} s of processor time, the limit is {:g} s ({:g} s on {:g} cores)",
                               word, std::round(outcome.cpu_seconds * 10) / 10, phase_seconds * limits.cores,
                               phase_seconds, limits.cores));
    case sandbox::End::memory:
      return plain(FailureKind::memory, phase,
                   fmt::format("{} used {}, the limit is {}", word,
                               size_text(std::max(outcome.peak_memory_bytes, limits.memory_bytes)),
                               size_text(limits.memory_bytes)));
    case sandbox::End::processes:
      return plain(
          FailureKind::processes, phase,
          fmt::format("{} started more than {} processes and threads, the limit", word, limits.processes));
    case sandbox::End::output:
      return plain(FailureKind::output, phase,
                   fmt::format("{} printed more than {}, the limit", word, size_text(limits.output_bytes)));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view word_for(Phase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}
std::string_view word_for(FailureKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<Failure> failure_from(std::string_view bytes, Phase phase) {
  if (!bytes.starts_with("AGF1")) return std::nullopt;
  bytes.remove_prefix(4);
  std::array<std::string, 6> texts;  // kind, class, message, traceback, file, line
  for (auto& text : texts) {
    auto taken = take_text(bytes);
    if (!taken) return std::nullopt;
    text = base::readable(*taken);
  }
  Failure failure;
  failure.kind = claimed_kind(texts[0], phase);
  failure.phase = phase;
  failure.exception_class = texts[1];
  failure.message = texts[2].empty() ? texts[1] : texts[2];
  failure.traceback = texts[3];
  failure.file = texts[4];
  std::from_chars(texts[5].data(), texts[5].data() + texts[5].size(), failure.line);
  return failure;
}

Failure failure_of(const sandbox::Outcome& outcome, const std::optional<Failure>& said, Phase phase,
                   const sandbox::Limits& limits, double phase_seconds) {
  if (auto limit = over_a_limit(outcome, phase, limits, phase_seconds)) return *limit;
  if (said) return *said;
  const auto own =
      phase == Phase::prepare || phase == Phase::score ? FailureKind::kit : FailureKind::exception;
  if (outcome.end == sandbox::End::signalled)
    return plain(own, phase,
                 fmt::format("the process died of {} during {}", signal_text(outcome.code), word_for(phase)));
  if (outcome.end == sandbox::End::finished)
    return plain(
        own, phase,
        fmt::format("the process ended itself with exit status {} during {}", outcome.code, word_for(phase)));
  return plain(FailureKind::machine, phase,
               fmt::format("the cell was {} during {}", sandbox::word_for(outcome.end), word_for(phase)));
}

Failure as_trial(Failure failure) {
  failure.phase = Phase::trial;
  return failure;
}

std::string next_step(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::syntax:
      return "correct the line that is named above";
    case FailureKind::exception:
      return "read the traceback from its last line up";
    case FailureKind::time:
      return "make it faster, or try on less data first (--quick)";
    case FailureKind::memory:
      return "hold less at once: smaller types, batches, fewer copies";
    case FailureKind::output:
      return "print less: one line an epoch is enough";
    case FailureKind::processes:
      return "use fewer workers (n_jobs) and never start processes in a loop";
    case FailureKind::shape:
      return "return one row of predictions for every row of X, with as many columns as the problem asks for";
    case FailureKind::dtype:
      return "convert the predictions, for instance with .astype(float)";
    case FailureKind::nan:
      return "replace NaN and infinite values before returning predictions";
    case FailureKind::kit:
      return "run `agora kit check` on the kit";
    case FailureKind::machine:
      return "run `agora doctor`";
  }
  return "";
}

Failure machine_failure(const base::Error& error, Phase phase) {
  return plain(FailureKind::machine, phase,
               error.detail.empty() ? error.message : error.message + " (" + error.detail + ")");
}

}  // namespace evaluation
