// What an author may know of a failure.
#include "features/submissions/rules.h"

namespace submissions {
namespace {

std::string next_step_of(const evaluation::Failure& failure) {
  using enum evaluation::FailureKind;
  if (failure.kind == machine)
    return "nothing is wrong with your code as far as we know, and nothing was charged: ask an organiser to "
           "run it "
           "again";
  if (failure.kind == kit && failure.phase == evaluation::Phase::prepare)
    return "the problem itself cannot be prepared, and nothing was charged: tell an organiser";
  if (failure.kind == kit)
    return "the problem's own code failed on it: check what your predictions look like, then tell an "
           "organiser";
  return evaluation::next_step(failure);
}

Reason reason_from(const evaluation::Failure& failure) {
  Reason reason;
  reason.kind = failure.kind;
  reason.phase = failure.phase;
  reason.fold = failure.fold;
  reason.exception_class = failure.exception_class;
  reason.file = failure.file;
  reason.line = failure.line;
  return reason;
}

}  // namespace

Reason reason_of_trial(const evaluation::Failure& failure) {
  auto reason = reason_from(failure);
  reason.phase = evaluation::Phase::trial;
  reason.fold = std::nullopt;
  reason.message = failure.message;
  reason.next_step = next_step_of(failure);
  return reason;
}

Reason reason_of_hidden(const evaluation::Failure& failure) {
  const auto shown = evaluation::without_secrets(failure);
  auto reason = reason_from(shown);
  reason.message = shown.message;  // without_secrets puts our words in the place of the code's
  reason.next_step = next_step_of(shown);
  if (failure.kind == evaluation::FailureKind::exception)
    reason.next_step =
        "look at the line that is named; the message stays hidden, since it could tell of hidden data";
  return reason;
}

Reason reason_of_machine(evaluation::Phase phase) {
  evaluation::Failure failure;
  failure.kind = evaluation::FailureKind::machine;
  failure.phase = phase;
  auto reason = reason_from(failure);
  reason.next_step = next_step_of(failure);
  return reason;
}

}  // namespace submissions
