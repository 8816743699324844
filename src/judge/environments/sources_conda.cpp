// environment.yml: conda's names and conditions in the package index's words, and what has none.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "judge/environments/rules.h"
#include "judge/environments/sources.h"
#include "judge/environments/text.h"

namespace environments {
namespace {

int line_of(const YAML::Node& node) {
  return node.Mark().line + 1;
}

base::Failure wrong(const Recipe& recipe, int line, std::string_view why) {
  return base::invalid(fmt::format("{}, line {}: {}", recipe.source, line, why));
}

struct Reading {
  const Recipe& recipe;
  Asked asked{};

  void leave_out(const YAML::Node& node, std::string what, std::string why) {
    asked.left_out.push_back({line_of(node), std::move(what), std::move(why)});
  }
  void add(const YAML::Node& node, const std::string& requirement) {
    asked.requirements += requirement + "\n";
    asked.lines.push_back(line_of(node));
  }
};

std::string index_name(const std::string& conda) {
  for (const auto& row : conda_names())
    if (row.conda == conda) return std::string(row.index);
  return conda;
}

// Any patch of a minor version: which one this machine has is its own affair.
void take_python(Reading& reading, const YAML::Node& node, const CondaSpec& spec) {
  const auto version = version_from_conda(spec.version);
  if (!version)
    return reading.leave_out(node, "python " + spec.version, "no one condition on a version: give --python");
  const auto parts = split(*version, '.');
  const bool is_exact = version->starts_with("==") && parts.size() > 2 && parts[2] != "*";
  reading.asked.python = is_exact ? fmt::format("{}.{}.*", parts[0], parts[1]) : *version;
  if (is_exact)
    reading.leave_out(node, "python's exact version " + version->substr(2),
                      fmt::format("any {}.{} of this machine is taken", parts[0].substr(2), parts[1]));
}

void take_conda(Reading& reading, const YAML::Node& node) {
  const auto text = node.as<std::string>();
  const auto spec = conda_spec_from(text);
  if (!spec) return reading.leave_out(node, text, "this cannot be read: write a name and a version");
  if (!spec->channel.empty())
    reading.leave_out(node, fmt::format("the channel {} of {}", spec->channel, spec->name),
                      "packages come from the package index");
  if (!spec->build.empty())
    reading.leave_out(node, fmt::format("the build string {} of {}", spec->build, spec->name),
                      "builds are conda's: the wheel of that version is taken");
  if (spec->name == "python") return take_python(reading, node, *spec);
  if (auto why = why_no_python_package(spec->name)) return reading.leave_out(node, text, *why);
  const auto version = version_from_conda(spec->version);
  if (!version)
    reading.leave_out(node, fmt::format("the version {} of {}", spec->version, spec->name),
                      "this condition has no counterpart: any version is taken");
  reading.add(node, index_name(spec->name) + version.value_or(""));
}

void take_pip(Reading& reading, const YAML::Node& list) {
  for (const auto& node : list) {
    const auto text = node.IsScalar() ? std::string(trimmed(node.as<std::string>())) : std::string();
    const auto why =
        text.empty() ? std::optional<std::string>("this is no line of text") : why_bad_requirement(text);
    if (why)
      reading.leave_out(node, fmt::format("pip: {}", text), *why);
    else
      reading.add(node, text);
  }
}

base::Result<void> take_dependencies(Reading& reading, const YAML::Node& list) {
  if (!list.IsSequence())
    return wrong(reading.recipe, line_of(list), "dependencies is no list: write \"- numpy=1.24\" lines");
  for (const auto& node : list) {
    if (node.IsScalar()) {
      take_conda(reading, node);
    } else if (node.IsMap() && node.size() == 1 && node["pip"] && !node["pip"].IsMap()) {
      take_pip(reading, node["pip"]);
    } else {
      return wrong(reading.recipe, line_of(node), "this is neither a package nor \"pip:\" with a list");
    }
  }
  return {};
}

// What stands beside the dependencies. A name and a prefix say where conda would put it, which is no loss.
void leave_out_others(Reading& reading, const YAML::Node& document) {
  for (const auto& entry : document) {
    const auto key = entry.first.as<std::string>();
    if (key == "dependencies" || key == "name" || key == "prefix") continue;
    if (key == "channels") {
      for (const auto& channel : entry.second)
        reading.leave_out(channel,
                          fmt::format("the channel {}", channel.IsScalar() ? channel.as<std::string>() : "?"),
                          "packages come from the package index");
    } else {
      reading.leave_out(
          entry.first, key,
          key == "variables" ? "an environment sets no variables: a kit does" : "this has no counterpart");
    }
  }
  std::stable_sort(reading.asked.left_out.begin(), reading.asked.left_out.end(),
                   [](const LeftOut& a, const LeftOut& b) { return a.line < b.line; });
}

base::Result<Asked> read(const Recipe& recipe, const YAML::Node& document) {
  if (!document.IsMap() || !document["dependencies"])
    return base::invalid(
        fmt::format("{} has no \"dependencies:\": it is no environment.yml of conda", recipe.source));
  Reading reading{recipe};
  if (auto taken = take_dependencies(reading, document["dependencies"]); !taken)
    return tl::unexpected(taken.error());
  leave_out_others(reading, document);
  if (reading.asked.requirements.empty())
    return wrong(recipe, line_of(document["dependencies"]),
                 "nothing in it is a package of the package index");
  return std::move(reading.asked);
}

bool is_plain(std::string_view text, std::string_view beside) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || beside.find(c) != std::string_view::npos;
  });
}

}  // namespace

base::Result<Asked> read_conda(const Recipe& recipe) {
  try {
    return read(recipe, YAML::Load(recipe.text));
  } catch (const YAML::Exception& error) {
    return wrong(recipe, error.mark.line + 1, error.msg);
  }
}

std::optional<CondaSpec> conda_spec_from(std::string_view text) {
  CondaSpec spec;
  auto rest = trimmed(text);
  if (const auto colons = rest.find("::"); colons != std::string_view::npos) {
    spec.channel = rest.substr(0, colons);
    rest.remove_prefix(colons + 2);
  }
  const auto end = std::min(rest.find_first_of(" =<>!~["), rest.size());
  for (const char c : rest.substr(0, end))
    spec.name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (spec.name.empty() || !is_plain(spec.name, "-_.")) return std::nullopt;
  rest = trimmed(rest.substr(end));
  if (rest.starts_with('[')) return std::nullopt;
  // "=1.2=py311_0", "==1.2=py311_0" and "1.2 py311_0": the last word is the build, and the version is exact.
  const auto number = std::min(rest.find_first_not_of('='), rest.size());
  const auto second = number > 0 ? rest.find('=', number) : std::string_view::npos;
  if (second != std::string_view::npos && rest.find(',') == std::string_view::npos) {
    spec.build = trimmed(rest.substr(second + 1));
    spec.version = fmt::format("=={}", trimmed(rest.substr(number, second - number)));
  } else if (const auto space = rest.rfind(' ');
             space != std::string_view::npos && std::isdigit(static_cast<unsigned char>(rest[0])) != 0) {
    spec.version = fmt::format("=={}", trimmed(rest.substr(0, space)));
    spec.build = rest.substr(space + 1);
  } else {
    spec.version = rest;
  }
  if (spec.build == "*") spec.build.clear();
  std::erase(spec.version, ' ');
  return spec;
}

std::optional<std::string> version_from_conda(std::string_view text) {
  std::string version;
  for (const auto& part : split(text, ',')) {
    const auto condition = trimmed(part);
    if (condition.empty() || condition == "*") continue;
    const auto at = std::min(condition.find_first_not_of("=<>!~"), condition.size());
    const auto sign = condition.substr(0, at);
    auto number = std::string(condition.substr(at));
    if (number.empty() || !is_plain(number, ".*+!-_")) return std::nullopt;
    const bool is_open = number.ends_with('*');
    if (is_open) number.pop_back();
    if (number.ends_with('.')) number.pop_back();
    if (number.empty() || number.find('*') != std::string::npos) return std::nullopt;
    const bool is_family = is_open || sign == "=";
    const bool counts_down = sign == ">" || sign == ">=" || sign == "<" || sign == "<=";
    version += fmt::format("{}{}{}{}", version.empty() ? "" : ",", sign.empty() || sign == "=" ? "==" : sign,
                           number, is_family && !counts_down && sign != "~=" ? ".*" : "");
  }
  return version;
}

}  // namespace environments
