#include "judge/evaluation/check.h"

#include <algorithm>

#include <fmt/format.h>

namespace evaluation {

kit::Finding finding_of(const Failure& failure, std::string_view when, std::string_view otherwise_file) {
  kit::Finding finding;
  finding.file = failure.file.empty() ? std::string(otherwise_file) : failure.file;
  finding.line = failure.line;
  const auto fold = failure.fold ? fmt::format(", fold {}", *failure.fold) : std::string();
  const auto what = failure.exception_class.empty() || failure.exception_class == failure.message
                        ? failure.message
                        : fmt::format("{}: {}", failure.exception_class, failure.message);
  finding.message =
      fmt::format("{}: {} in {}{}: {}", when, word_for(failure.kind), word_for(failure.phase), fold, what);
  std::replace(finding.message.begin(), finding.message.end(), '\n', ' ');
  finding.next = failure.kind == FailureKind::kit ? "correct the line that is named, or what it reads"
                                                  : next_step(failure);
  return finding;
}

KitCheck check_kit(Judge& judge, const ProblemSource& source, const Submission& submission,
                   const Watch& watch) {
  KitCheck check;
  auto data = [&] {
    const auto observer = watch("reading the data");
    observer->entered(Phase::prepare);
    return judge.check_data(source);
  }();
  if (!data) {
    if (data.error().kind == FailureKind::machine)
      check.broken = data.error();
    else
      check.findings.push_back(finding_of(data.error(), "the check of the data ended early", "problem.py"));
    return check;
  }
  check.findings = std::move(data->findings);
  check.checked = std::move(data->checked);
  if (data->can_run) check_runs(judge, source, submission, data->best_score, watch, check);
  return check;
}

}  // namespace evaluation
