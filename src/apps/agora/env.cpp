// agora env create, list, show: locked Python environments.
#include <memory>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "apps/agora/environment_progress.h"
#include "base/config.h"
#include "base/files.h"
#include "judge/environments/environments.h"

namespace agora {

namespace {

using environments::Environment;

base::json::value to_json(const Environment& environment) {
  base::json::array packages;
  for (const auto& package : environment.packages)
    packages.push_back({{"name", package.name}, {"version", package.version}});
  return {{"name", environment.name},
          {"lock", environment.lock},
          {"python", environment.python.string()},
          {"packages", std::move(packages)}};
}

void print_environment(const Environment& environment) {
  fmt::print("{}  Python {}, {}\n{}\n\n", environment.name, environment.python_version, environment.platform,
             environment.python.string());
  std::vector<std::vector<std::string>> rows{{"package", "version"}};
  for (const auto& package : environment.packages) rows.push_back({package.name, package.version});
  fmt::print("{}", table_text(rows));
}

Exit show_result(const base::Result<Environment>& environment, bool as_json) {
  if (!environment) return report_failure(environment.error(), as_json);
  if (as_json)
    print_json(to_json(*environment));
  else
    print_environment(*environment);
  return Exit::done;
}

struct CreateOptions {
  std::string name;
  std::string requirements;
  std::string python;
  bool as_json = false;
};

base::Result<Environment> create(const CreateOptions& options) {
  if (options.name == environments::kDefault && options.requirements.empty()) {
    if (options.python.empty() || options.python == "3.11") return ensure_environment(options.name);
    return base::invalid("the default environment is made for Python 3.11: choose another name");
  }
  auto text = base::read_file(options.requirements, 1u << 20);
  if (!text && text.error().kind == base::ErrorKind::not_found)
    return base::not_found(fmt::format(
        "there is no file {}: --requirements names a text with one package a line", options.requirements));
  if (!text) return tl::unexpected(text.error());
  StepLine line;
  return environments::create(base::agora_home(), {options.name, *text, options.requirements, options.python},
                              [&](const auto& step) { line.draw(step); });
}

Exit list_all(bool as_json) {
  const auto all = environments::list(base::agora_home());
  if (!all) return report_failure(all.error(), as_json);
  base::json::array found;
  std::vector<std::vector<std::string>> rows{{"name", "packages", "python", "hash"}};
  for (const auto& one : *all) {
    rows.push_back({one.name, std::to_string(one.packages.size()), one.python_version, one.hash});
    found.push_back({{"name", one.name},
                     {"hash", one.hash},
                     {"python", one.python.string()},
                     {"packages", one.packages.size()}});
  }
  if (as_json)
    print_json({{"environments", std::move(found)}});
  else if (all->empty())
    fmt::print("no environment yet: `agora env show default` makes the default one\n");
  else
    fmt::print("{}", table_text(rows));
  return Exit::done;
}

Exit show(const std::string& name, bool as_json) {
  return show_result(ensure_environment(name), as_json);
}

}  // namespace

void add_env_create(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("create", "Make a locked environment from a requirements file");
  auto options = std::make_shared<CreateOptions>();
  command->add_option("name", options->name, "What to call it")->required();
  command->add_option("--requirements", options->requirements, "One package a line, as in numpy==1.24.4");
  command->add_option("--python", options->python, "The Python to make it for, as in 3.11");
  command->add_flag("--json", options->as_json, "Print one JSON object");
  command->footer("Example:\n  agora env create spectra --requirements requirements.txt");
  command->callback([options, &exit] {
    if (options->requirements.empty() && options->name != environments::kDefault)
      throw CLI::RequiredError("--requirements FILE (a text with one package a line)");
    exit = show_result(create(*options), options->as_json);
  });
}

void add_env_list(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("list", "List the environments");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print one JSON object");
  command->footer("Example:\n  agora env list");
  command->callback([as_json, &exit] { exit = list_all(*as_json); });
}

void add_env_show(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("show", "Show an environment's interpreter and packages");
  auto name = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  command->add_option("name", *name, "Its name, or its hash; default is made where it is absent")->required();
  command->add_flag("--json", *as_json, "Print one JSON object");
  command->footer("Example:\n  agora env show default");
  command->callback([name, as_json, &exit] { exit = show(*name, *as_json); });
}

}  // namespace agora
