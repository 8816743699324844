#include "features/submissions/rules_tries.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "features/submissions/rules.h"

namespace submissions {
namespace {

constexpr std::array kStates{TryState::waiting, TryState::running, TryState::passed, TryState::failed,
                             TryState::cancelled};

bool continues_a_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

base::json::value at(const evaluation::ScoreRow& row, std::size_t column) {
  if (column >= row.size() || !std::isfinite(row[column])) return nullptr;
  return row[column];
}

}  // namespace

std::string_view word_for(TryState state) {
  constexpr std::array<std::string_view, 5> words{"waiting", "running", "passed", "failed", "cancelled"};
  return words[static_cast<std::size_t>(state)];
}

bool has_ended(TryState state) {
  return state != TryState::waiting && state != TryState::running;
}

base::Result<TryState> try_state_from(std::string_view word) {
  for (const auto state : kStates)
    if (word_for(state) == word) return state;
  return base::internal(fmt::format("\"{}\" is no state of a try", word));
}

std::optional<base::Error> why_not_cancelled(const Try& asked) {
  if (!has_ended(asked.state)) return std::nullopt;
  return base::Error{
      base::ErrorKind::conflict,
      fmt::format("this try is {} already: there is nothing left to cancel", word_for(asked.state))};
}

Reason reason_of_try(const evaluation::Failure& failure) {
  auto reason = reason_of_trial(failure);
  if (failure.kind != evaluation::FailureKind::machine) return reason;
  reason.message.clear();  // what it says is of this machine
  reason.next_step =
      "nothing is wrong with your code as far as we know: try it again, and tell an organiser where it goes "
      "on";
  return reason;
}

std::string capped(std::string_view output, std::size_t most) {
  constexpr std::size_t kRoomForWords = 64;
  if (output.size() <= most) return std::string(output);
  const auto half = most > kRoomForWords ? (most - kRoomForWords) / 2 : 0;
  auto head = half, tail = output.size() - half;
  while (head > 0 && continues_a_character(output[head])) --head;
  while (tail < output.size() && continues_a_character(output[tail])) ++tail;
  return fmt::format("{}\n[{} bytes of output are not shown]\n{}", output.substr(0, head), tail - head,
                     output.substr(tail));
}

base::json::object scores_of_try(const evaluation::Evaluation& evaluation) {
  base::json::object scores;
  if (evaluation.folds.empty()) return scores;
  const auto& fold = evaluation.folds.front();
  for (std::size_t i = 0; i < evaluation.columns.size(); ++i)
    scores[evaluation.columns[i].name] = {{"train", at(fold.train, i)}, {"valid", at(fold.valid, i)}};
  return scores;
}

}  // namespace submissions
