#include "judge/environments/sources.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "judge/environments/rules.h"
#include "judge/environments/text.h"

namespace environments {
namespace {

struct KindRow {
  SourceKind kind;
  std::string_view word;
  base::Result<Asked> (*read)(const Recipe&);
};

// A site's modules and a prefix are there already: nothing is read from a text (adopting.h).
constexpr std::array kKinds{
    KindRow{SourceKind::requirements, "requirements", read_requirements},
    KindRow{SourceKind::pyproject, "pyproject", read_pyproject},
    KindRow{SourceKind::conda, "conda", read_conda},
    KindRow{SourceKind::modules, "modules", nullptr},
    KindRow{SourceKind::prefix, "prefix", nullptr},
};

using Version = std::vector<int>;

std::optional<Version> version_from(std::string_view text) {
  Version version;
  for (const auto& part : split(text, '.')) {
    int number = 0;
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (failed != std::errc() || end == part.data()) return std::nullopt;
    version.push_back(number);
  }
  return version;
}

// As Python's versions compare: 3.11 is 3.11.0.
int compared(Version a, Version b) {
  const auto size = std::max(a.size(), b.size());
  a.resize(size);
  b.resize(size);
  return a < b ? -1 : a == b ? 0 : 1;
}

bool begins_with(const Version& version, const Version& start) {
  return version.size() >= start.size() && std::equal(start.begin(), start.end(), version.begin());
}

bool meets_one(const Version& python, std::string_view condition) {
  const auto at = std::min(condition.find_first_not_of("=<>!~"), condition.size());
  const auto sign = condition.substr(0, at);
  auto number = trimmed(condition.substr(at));
  const bool is_family = number.ends_with(".*");
  if (is_family) number.remove_suffix(2);
  const auto wanted = version_from(number);
  if (!wanted) return false;
  const auto order = compared(python, *wanted);
  if (sign == "==" || sign == "===") return is_family ? begins_with(python, *wanted) : order == 0;
  if (sign == "!=") return is_family ? !begins_with(python, *wanted) : order != 0;
  if (sign == ">=") return order >= 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  if (sign == "<") return order < 0;
  if (sign != "~=" || wanted->size() < 2) return false;
  return order >= 0 && begins_with(python, Version(wanted->begin(), wanted->end() - 1));
}

}  // namespace

std::string_view word_for(SourceKind kind) {
  for (const auto& row : kKinds)
    if (row.kind == kind) return row.word;
  return "";
}

bool stands_by_itself(SourceKind kind) {
  return kind == SourceKind::modules || kind == SourceKind::prefix;
}

std::optional<SourceKind> source_kind_from(std::string_view word) {
  for (const auto& row : kKinds)
    if (row.word == word) return row.kind;
  return std::nullopt;
}

base::Result<SourceKind> kind_of_file(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  if (name == "pyproject.toml") return SourceKind::pyproject;
  if (name.ends_with(".yml") || name.ends_with(".yaml")) return SourceKind::conda;
  if (name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".lock"))
    return SourceKind::requirements;
  return base::invalid(
      fmt::format("{} is none of the files that an environment is made from: requirements.txt (or another "
                  "*.txt), pyproject.toml, environment.yml (or another *.yml)",
                  path));
}

bool meets(std::string_view python, std::string_view conditions) {
  const auto version = version_from(python);
  if (!version) return false;
  for (const auto& part : split(conditions, ',')) {
    const auto condition = trimmed(part);
    if (!condition.empty() && !meets_one(*version, condition)) return false;
  }
  return true;
}

base::Result<Asked> read_requirements(const Recipe& recipe) {
  if (auto why = why_bad_requirements(recipe.text, recipe.source)) return tl::unexpected(*why);
  Asked asked;
  asked.requirements = recipe.text;
  const auto count = std::count(recipe.text.begin(), recipe.text.end(), '\n') + 1;
  for (int line = 1; line <= count; ++line) asked.lines.push_back(line);
  return asked;
}

base::Result<Asked> read_source(const Recipe& recipe) {
  for (const auto& row : kKinds)
    if (row.kind == recipe.kind && row.read != nullptr) return row.read(recipe);
  return base::invalid(fmt::format("an environment of {} is not made from a text", word_for(recipe.kind)));
}

}  // namespace environments
