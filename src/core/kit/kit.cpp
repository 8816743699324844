#include "core/kit/kit.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "core/kit/lints.h"

namespace kit {
namespace {

std::optional<Form> form_of(const Tree& tree) {
  if (find_entry(tree, "competition.yaml") != nullptr) return Form::codabench;
  if (find_entry(tree, "problem.py") != nullptr) return Form::ramp;
  if (find_entry(tree, "kit.toml") != nullptr) return Form::native;
  return std::nullopt;
}

// A kit one folder further down, as a zip of a folder leaves it.
void refuse_formless(const Tree& tree, Findings& findings) {
  for (const auto& entry : tree.entries) {
    const auto slash = entry.path.find('/');
    if (slash == std::string::npos || entry.path.find('/', slash + 1) != std::string::npos) continue;
    const auto name = std::string_view(entry.path).substr(slash + 1);
    if (name != "problem.py" && name != "kit.toml" && name != "competition.yaml") continue;
    return add(findings, Weight::error, "", 0,
               fmt::format("the kit lies one folder deeper, at {}", entry.path),
               fmt::format("give the folder {}", entry.path.substr(0, slash)));
  }
  add(findings, Weight::error, "", 0, "this folder is no kit",
      "a RAMP kit has problem.py at its root, a native kit kit.toml, a Codabench bundle competition.yaml");
}

// A text that was not handed over cannot be linted: it was too large, or it could not be read.
bool has_text(const Tree& tree, std::string_view file, Findings& findings) {
  if (tree.texts.find(file) != tree.texts.end()) return true;
  add(findings, Weight::error, file, 0, "its text cannot be read",
      "keep it a plain text file of moderate size");
  return false;
}

void note_later(Form form, Findings& findings) {
  const bool bundle = form == Form::codabench;
  add(findings, Weight::note, bundle ? "competition.yaml" : "kit.toml", 0,
      fmt::format("{} are recognised, and run with a later release",
                  bundle ? "Codabench bundles" : "native kits (kit.toml without problem.py)"),
      "this release runs RAMP kits: those with a problem.py");
}

void read_ramp(Kit& kit, const Tree& tree, Findings& findings) {
  const auto title = has_text(tree, "problem.py", findings)
                         ? lint_problem(tree.texts.find("problem.py")->second, findings)
                         : std::string();
  if (kit.title.empty()) kit.title = title;
}

}  // namespace

Reading read_kit(const Tree& tree) {
  Reading reading;
  const auto form = form_of(tree);
  if (!form) {
    refuse_formless(tree, reading.findings);
    return reading;
  }
  Kit kit;
  kit.form = *form;
  list_submissions(kit, tree);
  if (*form != Form::ramp) note_later(*form, reading.findings);
  if (*form != Form::codabench && find_entry(tree, "kit.toml") != nullptr &&
      has_text(tree, "kit.toml", reading.findings))
    read_toml(kit, tree, *form == Form::ramp ? OtherKeys::refused : OtherKeys::left_for_later,
              reading.findings);
  if (*form == Form::ramp) read_ramp(kit, tree, reading.findings);
  lint_tree(kit, tree, reading.findings);
  if (kit.statement == "statement.md" && find_entry(tree, kit.statement) == nullptr) kit.statement.clear();
  std::stable_sort(reading.findings.begin(), reading.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.weight, a.file, a.line) < std::tie(b.weight, b.file, b.line);
  });
  if (!has_error(reading.findings)) reading.kit = std::move(kit);
  return reading;
}

}  // namespace kit
