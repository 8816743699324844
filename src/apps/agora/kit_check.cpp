// `agora kit check`: what is wrong with a kit, or leaks in it, with file, line and next step.
#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/agora/command.h"
#include "apps/agora/environment_progress.h"
#include "apps/agora/fold_progress.h"
#include "apps/agora/kit_opening.h"

namespace agora {
namespace {
namespace json = base::json;
using kit::Weight;

struct Options {
  std::string kit;
  std::optional<std::string> data;
  bool json = false;
};

// All that is said in the end.
struct Verdict {
  std::string name;
  std::string form;  // empty where the folder is no kit
  evaluation::KitCheck check;
};

std::size_t count_of(const Verdict& verdict, Weight weight) {
  return static_cast<std::size_t>(
      std::count_if(verdict.check.findings.begin(), verdict.check.findings.end(),
                    [&](const auto& finding) { return finding.weight == weight; }));
}

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

void print_verdict(const Verdict& verdict) {
  const auto& findings = verdict.check.findings;
  if (!findings.empty()) fmt::print("{}\n", kit::to_text(findings));
  const auto form = verdict.form.empty() ? "" : fmt::format(" ({})", verdict.form);
  const auto errors = count_of(verdict, Weight::error);
  if (findings.empty())
    fmt::print("{}{}: nothing found\n", verdict.name, form);
  else
    fmt::print("{}{}: {}, {}, {}\n", verdict.name, form, counted(errors, "error"),
               counted(count_of(verdict, Weight::warning), "warning"),
               counted(count_of(verdict, Weight::note), "note"));
  fmt::print("checked: {}\n", fmt::join(verdict.check.checked, ", "));
}

json::value to_json(const Verdict& verdict) {
  json::array findings;
  for (const auto& finding : verdict.check.findings)
    findings.push_back({{"weight", kit::word_for(finding.weight)},
                        {"file", finding.file},
                        {"line", finding.line},
                        {"message", finding.message},
                        {"next", finding.next}});
  json::array checked(verdict.check.checked.begin(), verdict.check.checked.end());
  return {{"kit", verdict.name},
          {"form", verdict.form.empty() ? json::value(nullptr) : json::value(verdict.form)},
          {"findings", std::move(findings)},
          {"checked", std::move(checked)},
          {"unseeded", verdict.check.unseeded},
          {"mask_dependent", verdict.check.mask_dependent}};
}

Exit tell(Verdict& verdict, const Options& options) {
  std::stable_sort(verdict.check.findings.begin(), verdict.check.findings.end(),
                   [](const auto& a, const auto& b) { return a.weight < b.weight; });
  if (options.json)
    print_json(to_json(verdict));
  else
    print_verdict(verdict);
  return count_of(verdict, Weight::error) == 0 ? Exit::done : Exit::failed;
}

evaluation::Watch watch_for(const std::string& name) {
  return [name](std::string_view stage) -> std::unique_ptr<evaluation::Observer> {
    if (!draws_progress()) return std::make_unique<evaluation::Observer>();
    return std::make_unique<FoldProgress>(fmt::format("{} · {}", name, stage));
  };
}

// The first baseline, or the starting kit.
base::Result<evaluation::Submission> submission_to_run(const OpenedKit& kit) {
  return find_submission(kit, kit.facts.baselines.empty() ? "starting_kit" : kit.facts.baselines.front());
}

base::Result<evaluation::KitCheck> check_in_cells(const OpenedKit& kit, const Options& options) {
  const auto submission = submission_to_run(kit);
  if (!submission) return tl::unexpected(submission.error());
  const auto environment = ensure_environment(kit.facts.environment);
  if (!environment) return tl::unexpected(environment.error());
  auto judge = evaluation::Judge::start(*environment, {.is_lasting = false});
  if (!judge) return tl::unexpected(judge.error());
  const evaluation::ProblemSource source{
      .kit = kit.folder,
      .data = options.data ? std::optional(std::filesystem::path(*options.data)) : std::nullopt,
      .facts = kit.facts};
  auto check = evaluation::check_kit(**judge, source, *submission, watch_for(kit.name));
  if (check.broken) return base::unavailable(check.broken->message);
  return check;
}

Exit run(const Options& options) {
  const auto tree = evaluation::read_tree(options.kit);
  if (!tree) {
    report_failure(tree.error(), options.json);
    return Exit::usage;
  }
  auto reading = kit::read_kit(*tree);
  const auto folder = std::filesystem::canonical(options.kit);
  Verdict verdict;
  verdict.name = folder.filename().string();
  verdict.check.findings = std::move(reading.findings);
  verdict.check.checked.emplace_back("text");
  if (reading.kit) verdict.form = std::string(kit::word_for(reading.kit->form));
  const bool broken = count_of(verdict, Weight::error) > 0;
  if (!reading.kit || broken || reading.kit->form != kit::Form::ramp) return tell(verdict, options);
  const OpenedKit opened{folder, verdict.name, std::move(*reading.kit), {}};
  auto check = check_in_cells(opened, options);
  if (!check) return report_failure(check.error(), options.json);
  auto& all = verdict.check;
  all.findings.insert(all.findings.end(), check->findings.begin(), check->findings.end());
  all.checked.insert(all.checked.end(), check->checked.begin(), check->checked.end());
  all.unseeded = check->unseeded;
  all.mask_dependent = check->mask_dependent;
  return tell(verdict, options);
}

}  // namespace

void add_kit_check(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("check", "Lint a kit, look for leaks, run its baseline under masks");
  command->add_option("KIT", options->kit, "The kit's folder")->required();
  command
      ->add_option("--data", options->data,
                   "The hidden data: a folder that takes the place of data/, which is public")
      ->check(CLI::ExistingDirectory);
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Exit code 1 where there is an error.\n\nExample:\n  agora kit check kits/breast_cancer");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace agora
