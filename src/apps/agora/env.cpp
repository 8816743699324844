// agora env create, list, show, check: locked Python environments.
#include <memory>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "apps/agora/env_text.h"
#include "apps/agora/environment_progress.h"
#include "base/config.h"
#include "base/files.h"
#include "judge/cells/cells.h"
#include "judge/environments/smoke.h"

namespace agora {

namespace {

using environments::Environment;

struct CreateOptions {
  std::string name;
  std::string requirements;
  std::string from;
  std::string modules;
  std::string prefix;
  std::vector<std::string> extras;
  std::string python;
  bool whole_log = false;
  bool as_json = false;
};

int sources_given(const CreateOptions& options) {
  int given = 0;
  for (const auto* source : {&options.requirements, &options.from, &options.modules, &options.prefix})
    given += source->empty() ? 0 : 1;
  return given;
}

base::Result<environments::Recipe> recipe_of(const CreateOptions& options) {
  using environments::SourceKind;
  if (!options.modules.empty() || !options.prefix.empty()) {
    if (!options.python.empty())
      return base::invalid("--python is for what is installed: this stands there already");
    const bool is_prefix = options.modules.empty();
    return environments::Recipe{.name = options.name,
                                .text = is_prefix ? options.prefix : options.modules,
                                .source = is_prefix ? "--prefix" : "--modules",
                                .kind = is_prefix ? SourceKind::prefix : SourceKind::modules};
  }
  const bool by_name = options.requirements.empty();
  const auto& file = by_name ? options.from : options.requirements;
  auto kind = by_name ? environments::kind_of_file(file) : environments::SourceKind::requirements;
  if (!kind) return tl::unexpected(kind.error());
  if (!options.extras.empty() && *kind != environments::SourceKind::pyproject)
    return base::invalid(fmt::format("--extra is for a pyproject.toml, and {} is none", file));
  auto text = base::read_file(file, 1u << 20);
  if (!text && text.error().kind == base::ErrorKind::not_found)
    return base::not_found(
        by_name
            ? fmt::format("there is no file {}", file)
            : fmt::format("there is no file {}: --requirements names a text with one package a line", file));
  if (!text) return tl::unexpected(text.error());
  return environments::Recipe{options.name, *text, file, options.python, *kind, options.extras};
}

base::Result<Environment> create(const CreateOptions& options) {
  if (options.name == environments::kDefault && sources_given(options) == 0) {
    if (options.python.empty() || options.python == "3.11") return ensure_environment(options.name);
    return base::invalid("the default environment is made for Python 3.11: choose another name");
  }
  auto recipe = recipe_of(options);
  if (!recipe) return tl::unexpected(recipe.error());
  recipe->make_wheel = cells::wheels_in_cells();
  const Watching watching(options.whole_log);
  auto made = environments::create(base::agora_home(), *recipe, watching.progress(), watching.said());
  if (!made) return made;
  if (auto tested = environments::smoke_test(*made, {}, watching.progress(), watching.said()); !tested)
    fmt::print(stderr, "note: {}\n", tested.error().message);
  return made;
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

// Its files, its interpreter, and what they do.
Exit check(const std::string& name, bool whole_log, bool as_json) {
  const auto environment = ensure_environment(name);
  if (!environment) return report_failure(environment.error(), as_json);
  const Watching watching(whole_log);
  watching.progress()({"reading every file"});
  if (const auto why = environments::why_broken(*environment)) return report_failure(*why, as_json);
  const auto smoke = environments::smoke_test(*environment, {}, watching.progress(), watching.said());
  if (!smoke) return report_failure(smoke.error(), as_json);
  watching.end();
  show_result(environment, as_json);
  return smoke->passed() ? Exit::done : Exit::failed;
}

Exit show(const std::string& name, bool as_json) {
  return show_result(ensure_environment(name), as_json);
}

}  // namespace

void add_env_create(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("create", "Make a locked environment from a file of packages");
  auto options = std::make_shared<CreateOptions>();
  command->add_option("name", options->name, "What to call it")->required();
  command->add_option("--requirements", options->requirements, "One package a line, as in numpy==1.24.4");
  command->add_option("--from", options->from,
                      "requirements.txt, pyproject.toml or environment.yml: its name says which");
  command->add_option("--modules", options->modules,
                      "Modules of this site, as in python/3.11,gcc/12: used as they stand");
  command->add_option("--prefix", options->prefix,
                      "A virtual environment's or conda's folder: used as it stands");
  command->add_option("--extra", options->extras,
                      "Of a pyproject.toml's optional dependencies; may be repeated");
  command->add_option("--python", options->python, "The Python to make it for, as in 3.11");
  command->add_flag("--log", options->whole_log, "Print all that the installer says");
  command->add_flag("--json", options->as_json, "Print one JSON object");
  command->footer(
      "Packages come from the package index as wheels. Where it has none that fits, its source is built in "
      "a\n"
      "sandbox that reaches the package index and nothing else of the network.\n\n"
      "Example:\n  agora env create spectra --from environment.yml\n"
      "  agora env create spectra --requirements requirements.txt\n"
      "  agora env create spectra --prefix /opt/conda/envs/spectra");
  command->callback([options, &exit] {
    const int given = sources_given(*options);
    if (given == 0 && options->name != environments::kDefault)
      throw CLI::RequiredError("--from FILE (requirements.txt, pyproject.toml or environment.yml)");
    if (given > 1)
      throw CLI::ValidationError("--from, --requirements, --modules and --prefix: one of them is enough");
    exit = show_result(create(*options), options->as_json);
  });
}

void add_env_check(CLI::App& parent, Exit& exit) {
  auto* command =
      parent.add_subcommand("check", "Read an environment's files again and import all that it holds");
  auto name = std::make_shared<std::string>();
  auto whole_log = std::make_shared<bool>(false);
  auto as_json = std::make_shared<bool>(false);
  command->add_option("name", *name, "Its name, or its hash; default is made where it is absent")->required();
  command->add_flag("--log", *whole_log, "Print each package as it is tested");
  command->add_flag("--json", *as_json, "Print one JSON object");
  command->footer("Example:\n  agora env check default");
  command->callback([name, whole_log, as_json, &exit] { exit = check(*name, *whole_log, *as_json); });
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
