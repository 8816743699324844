#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/kit/lints.h"

namespace kit {
namespace {

// Levenshtein's edit distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({swap, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view word_for(Weight weight) {
  static constexpr std::array<std::string_view, 3> kWords{"error", "warning", "note"};
  return kWords[static_cast<std::size_t>(weight)];
}

std::string_view word_for(Form form) {
  static constexpr std::array<std::string_view, 3> kWords{"native", "ramp", "codabench"};
  return kWords[static_cast<std::size_t>(form)];
}

std::string to_text(const Finding& finding) {
  const std::string_view file = finding.file.empty() ? "the kit" : std::string_view(finding.file);
  const auto place = finding.line > 0 ? fmt::format("{}:{}", file, finding.line) : std::string(file);
  const auto next = finding.next.empty() ? "" : fmt::format(" ({})", finding.next);
  return fmt::format("{}: {}: {}{}", place, word_for(finding.weight), finding.message, next);
}

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (i > 0 && findings[i].weight != findings[i - 1].weight) text += '\n';
    text += to_text(findings[i]) + '\n';
  }
  return text;
}

void add(Findings& findings, Weight weight, std::string_view file, int line, std::string message,
         std::string next) {
  findings.push_back({weight, std::string(file), line, std::move(message), std::move(next)});
}

bool has_error(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.weight == Weight::error; });
}

const Entry* find_entry(const Tree& tree, std::string_view path) {
  const auto found =
      std::find_if(tree.entries.begin(), tree.entries.end(), [&](const Entry& e) { return e.path == path; });
  return found == tree.entries.end() ? nullptr : &*found;
}

bool holds_below(const Tree& tree, std::string_view folder) {
  const auto prefix = std::string(folder) + "/";
  return std::any_of(tree.entries.begin(), tree.entries.end(), [&](const Entry& e) {
    return e.path.starts_with(prefix) && e.path.size() > prefix.size();
  });
}

std::string listed(const std::vector<std::string_view>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string_view closest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t least = word.size() / 3 + 1;
  for (const auto candidate : known) {
    const auto steps = distance(word.substr(0, 64), candidate);
    if (steps > least || (steps == least && !best.empty())) continue;
    best = candidate;
    least = steps;
  }
  return best;
}

}  // namespace kit
