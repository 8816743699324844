// `agora kit run`: one submission on one kit, in the same cells as the server.
#include "apps/agora/kit_run.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "apps/agora/environment_progress.h"
#include "apps/agora/fold_progress.h"
#include "apps/agora/kit_opening.h"

namespace agora {
namespace {

// A score as its metric shows it; NaN in words.
std::string shown(double value, int precision) {
  return std::isnan(value) ? "nan" : fmt::format("{:.{}f}", value, precision);
}

using Step = evaluation::ScoreRow evaluation::FoldScores::*;

std::vector<std::pair<std::string, Step>> steps_of(const evaluation::Evaluation& evaluation) {
  std::vector<std::pair<std::string, Step>> steps{{"train", &evaluation::FoldScores::train},
                                                  {"valid", &evaluation::FoldScores::valid}};
  if (evaluation.has_test) steps.emplace_back("test", &evaluation::FoldScores::test);
  return steps;
}

std::string mean_text(const evaluation::Evaluation& evaluation, Step step, std::size_t column) {
  double mean = 0;
  double variance = 0;
  const auto count = static_cast<double>(evaluation.folds.size());
  for (const auto& fold : evaluation.folds) mean += (fold.*step)[column] / count;
  for (const auto& fold : evaluation.folds) variance += std::pow((fold.*step)[column] - mean, 2) / count;
  const int precision = evaluation.columns[column].precision;
  return fmt::format("{} ± {}", shown(mean, precision), shown(std::sqrt(variance), precision + 1));
}

void print_column(const evaluation::Evaluation& evaluation, std::size_t column) {
  const auto& facts = evaluation.columns[column];
  fmt::print("\n{} ({}{} is better)\n", facts.name, column == 0 ? "official, " : "",
             facts.is_lower_the_better ? "lower" : "higher");
  const auto steps = steps_of(evaluation);
  std::vector<std::vector<std::string>> rows{{"fold"}};
  for (const auto& step : steps) rows[0].push_back(step.first);
  for (std::size_t fold = 0; fold < evaluation.folds.size(); ++fold) {
    rows.push_back({std::to_string(fold)});
    for (const auto& step : steps)
      rows.back().push_back(shown((evaluation.folds[fold].*step.second)[column], facts.precision));
  }
  rows.push_back({"mean ± std"});
  for (const auto& step : steps) rows.back().push_back(mean_text(evaluation, step.second, column));
  rows.push_back({"bagged", "", shown(evaluation.bagged_valid[column], facts.precision)});
  if (evaluation.has_test) rows.back().push_back(shown(evaluation.bagged_test[column], facts.precision));
  fmt::print("{}", table_text(rows));
}

void print_scores(const evaluation::Evaluation& evaluation, const OpenedKit& kit,
                  const std::string& submission) {
  fmt::print("{} · {} · {} folds in {:.1f} s\n", kit.name, submission, evaluation.folds.size(),
             evaluation.seconds.total);
  for (std::size_t column = 0; column < evaluation.columns.size(); ++column) print_column(evaluation, column);
}

void print_failure(const evaluation::Failure& failure) {
  const auto line = failure.line > 0 ? fmt::format(", line {}", failure.line) : "";
  const auto place = failure.file.empty() ? "" : fmt::format(" ({}{})", failure.file, line);
  const auto fold = failure.fold ? fmt::format(", fold {}", *failure.fold) : "";
  const auto what = failure.exception_class.empty() || failure.exception_class == failure.message
                        ? failure.message
                        : fmt::format("{}: {}", failure.exception_class, failure.message);
  fmt::print(stderr, "error: {} in {}{}{}\n  {}\n", evaluation::word_for(failure.kind),
             evaluation::word_for(failure.phase), fold, place, what);
  if (!failure.traceback.empty())
    fmt::print(stderr, "\n{}",
               failure.traceback.back() == '\n' ? failure.traceback : failure.traceback + "\n");
  fmt::print(stderr, "\nnext: {}\n", evaluation::next_step(failure));
}

Exit report(const evaluation::Failure& failure, bool json) {
  if (json)
    print_json(evaluation::to_json(failure));
  else
    print_failure(failure);
  return failure.kind == evaluation::FailureKind::machine ? Exit::machine : Exit::failed;
}

// A kit that cannot run is told as an evaluation's failure is, so that a reader of JSON meets one form.
Exit report_kit(const base::Error& error, bool json) {
  evaluation::Failure failure;
  failure.kind = evaluation::FailureKind::kit;
  failure.message = error.message;
  if (json)
    print_json(evaluation::to_json(failure));
  else
    fmt::print(stderr, "error: {}\n", error.message);
  return error.kind == base::ErrorKind::not_found ? Exit::usage : Exit::failed;
}

evaluation::Evaluation evaluate(evaluation::Judge& judge, const evaluation::ProblemSource& source,
                                const evaluation::Submission& submission, const KitRunOptions& options,
                                evaluation::Observer& observer) {
  auto problem = judge.prepare(source, observer);
  if (!problem) {
    evaluation::Evaluation failed;
    failed.failure = problem.error();
    return failed;
  }
  return judge.evaluate(*problem, submission, observer, {.parallel = options.jobs});
}

}  // namespace

Exit run_kit(const KitRunOptions& options) {
  const base::Stopwatch watch;
  const auto kit = open_kit(options.kit);
  if (!kit) return report_kit(kit.error(), options.json);
  const auto submission = find_submission(*kit, options.submission);
  if (!submission) return report_kit(submission.error(), options.json);
  const auto environment = ensure_environment(kit->facts.environment);
  if (!environment) return report_failure(environment.error(), options.json);
  auto judge = evaluation::Judge::start(*environment, {.is_lasting = false});
  if (!judge) return report_failure(judge.error(), options.json);
  const evaluation::ProblemSource source{
      .kit = kit->folder,
      .data = options.data ? std::optional(std::filesystem::path(*options.data)) : std::nullopt,
      .facts = kit->facts,
      .quick = options.quick,
      .seed = options.seed};
  evaluation::Evaluation evaluation;
  if (draws_progress()) {
    FoldProgress progress(fmt::format("{} · {}", kit->name, submission->name));
    evaluation = evaluate(**judge, source, *submission, options, progress);
  } else {
    evaluation::Observer silent;
    evaluation = evaluate(**judge, source, *submission, options, silent);
  }
  evaluation.seconds.total = watch.seconds();
  if (options.output && !evaluation.output.empty()) fmt::print(stderr, "{}", evaluation.output);
  if (evaluation.failure) return report(*evaluation.failure, options.json);
  if (options.save) {
    if (auto saved = evaluation::save(evaluation, kit->name, submission->name, *options.save); !saved)
      return report_failure(saved.error(), options.json);
  }
  if (options.json)
    print_json(evaluation::to_json(evaluation, kit->name, submission->name));
  else
    print_scores(evaluation, *kit, submission->name);
  return Exit::done;
}

void add_kit_run(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<KitRunOptions>();
  auto* command = parent.add_subcommand("run", "Train and score a submission in sealed cells");
  command->add_option("KIT", options->kit, "The kit's folder")->required();
  command->add_option("--submission", options->submission, "A name below submissions/, or a folder")
      ->capture_default_str();
  command->add_option("--data", options->data, "A folder that takes the place of the kit's data/")
      ->check(CLI::ExistingDirectory);
  command->add_option("--seed", options->seed, "Seeds Python's and NumPy's generators in every cell")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Folds at once (default: the cores)")
      ->check(CLI::Range(0, 1024));
  command->add_option("--save", options->save, "A new folder for the predictions, the scores and the record");
  command->add_flag("--quick", options->quick,
                    "Set RAMP_TEST_MODE: less data, fewer folds, where the kit knows how");
  command->add_flag("--output", options->output, "Show what the submission printed, on standard error");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora kit run kits/breast_cancer --submission starting_kit");
  command->callback([options, &exit] { exit = run_kit(*options); });
}

}  // namespace agora
