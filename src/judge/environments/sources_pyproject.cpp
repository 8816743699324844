// pyproject.toml: [project] dependencies, optional-dependencies by extra, requires-python.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "judge/environments/rules.h"
#include "judge/environments/sources.h"

namespace environments {
namespace {

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

base::Failure wrong(const Recipe& recipe, int line, std::string_view why) {
  return base::invalid(fmt::format("{}, line {}: {}", recipe.source, line, why));
}

// What pyproject.toml may say beside [project] that others would install, and what to do instead.
struct Elsewhere {
  std::string_view path;
  std::string_view why;
};
constexpr std::array kElsewhere{
    Elsewhere{"tool.poetry.dependencies",
              "Poetry's own table: write the packages under [project] dependencies"},
    Elsewhere{"tool.pdm.dev-dependencies", "PDM's own table: write what is needed under [project]"},
    Elsewhere{"tool.uv.sources", "packages come from the package index, not from another place"},
    Elsewhere{"tool.conda-lock", "conda's channels and packages: use an environment.yml for those"},
    Elsewhere{"tool.pixi", "Pixi's own table: write the packages under [project] dependencies"},
    Elsewhere{"dependency-groups",
              "groups are for developing: what is needed to run belongs under [project]"},
};

base::Result<void> add_all(const Recipe& recipe, const toml::node& list, Asked& asked) {
  const auto* all = list.as_array();
  if (all == nullptr) return wrong(recipe, line_of(list), "this is no list of packages");
  for (const auto& item : *all) {
    const auto text = item.value<std::string>();
    if (!text || text->find('\n') != std::string::npos)
      return wrong(recipe, line_of(item), "a package is one line of text, as in \"numpy>=1.24\"");
    if (const auto why = why_bad_requirement(*text)) return wrong(recipe, line_of(item), *why);
    asked.requirements += *text + "\n";
    asked.lines.push_back(line_of(item));
  }
  return {};
}

base::Result<void> refuse_dynamic(const Recipe& recipe, const toml::table& project) {
  const auto* dynamic = project.get_as<toml::array>("dynamic");
  if (dynamic == nullptr) return {};
  for (const auto& item : *dynamic)
    if (const auto name = item.value<std::string>();
        name && (*name == "dependencies" || *name == "optional-dependencies"))
      return wrong(recipe, line_of(item),
                   fmt::format("the {} are found by running the project's own code, which is not done here: "
                               "write them under [project]",
                               *name));
  return {};
}

std::string names_of(const toml::table* table) {
  std::string names;
  if (table == nullptr) return "none";
  for (const auto& [key, value] : *table) names += fmt::format("{}{}", names.empty() ? "" : ", ", key.str());
  return names.empty() ? "none" : names;
}

base::Result<void> add_extras(const Recipe& recipe, const toml::table& project, Asked& asked) {
  const auto* optional = project.get_as<toml::table>("optional-dependencies");
  for (const auto& extra : recipe.extras) {
    const auto* list = optional == nullptr ? nullptr : optional->get(extra);
    if (list == nullptr)
      return wrong(recipe, line_of(project),
                   fmt::format("[project] has no extra \"{}\"; those it has: {}", extra, names_of(optional)));
    if (auto added = add_all(recipe, *list, asked); !added) return added;
  }
  if (optional == nullptr) return {};
  for (const auto& [key, value] : *optional)
    if (std::find(recipe.extras.begin(), recipe.extras.end(), key.str()) == recipe.extras.end())
      asked.left_out.push_back(
          {line_of(value), fmt::format("the extra \"{}\"", key.str()), "it was not asked for"});
  return {};
}

void add_left_out(const toml::table& document, const toml::table& project, Asked& asked) {
  if (const auto name = project["name"].value<std::string>())
    asked.left_out.push_back(
        {line_of(*project.get("name")), fmt::format("the project itself, {}", *name),
         "its packages are installed, its own code is not: build a wheel of it and ask for that"});
  for (const auto& row : kElsewhere)
    if (const auto node = document.at_path(row.path))
      asked.left_out.push_back({line_of(*node.node()), fmt::format("[{}]", row.path), std::string(row.why)});
  std::stable_sort(asked.left_out.begin(), asked.left_out.end(),
                   [](const LeftOut& a, const LeftOut& b) { return a.line < b.line; });
}

base::Result<Asked> read(const Recipe& recipe, const toml::table& document) {
  const auto* project = document.get_as<toml::table>("project");
  if (project == nullptr)
    return base::invalid(
        fmt::format("{} has no table [project]: its dependencies are what an environment is "
                    "made from",
                    recipe.source));
  Asked asked;
  if (auto refused = refuse_dynamic(recipe, *project); !refused) return tl::unexpected(refused.error());
  if (const auto* list = project->get("dependencies"))
    if (auto added = add_all(recipe, *list, asked); !added) return tl::unexpected(added.error());
  if (auto added = add_extras(recipe, *project, asked); !added) return tl::unexpected(added.error());
  if (asked.requirements.empty())
    return wrong(recipe, line_of(*project), "[project] names no package: list them under dependencies");
  asked.python = (*project)["requires-python"].value_or(std::string());
  add_left_out(document, *project, asked);
  return asked;
}

}  // namespace

base::Result<Asked> read_pyproject(const Recipe& recipe) {
  try {
    return read(recipe, toml::parse(recipe.text));
  } catch (const toml::parse_error& error) {
    return wrong(recipe, static_cast<int>(error.source().begin.line), error.description());
  }
}

}  // namespace environments
