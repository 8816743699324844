// `agora admin env`: the center's environments, from anywhere.
#include "features/compute/commands.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "base/files.h"
#include "judge/environments/environments.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace compute {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};

struct Options {
  std::string name, from, python;
  std::vector<std::string> extras;
  bool waits = false;
  bool json = false;
};

std::string path_of(std::string_view name) {
  return "/environments/" + terminal::encoded(name);
}

std::string test_of(const json::value& environment) {
  const auto* smoke = base::find_member(environment, "smoke");
  if (smoke == nullptr || !smoke->is_object()) return "-";
  return smoke->at("passed").as_bool() ? "passed"
                                       : fmt::format("{} failed", smoke->at("failed").to_number<int>());
}

std::string uses_of(const json::value& environment) {
  std::string uses;
  for (const auto& use : terminal::items_of(environment, "uses"))
    uses += (uses.empty() ? "" : ", ") + text_of(use, "slug");
  return uses;
}

Exit list(terminal::Connection& connection, const Options& options) {
  const auto all = connection.list("/environments");
  if (!all) return terminal::report(all.error(), options.json, connection.server.url);
  if (options.json) {
    terminal::print_json({{"environments", *all}});
    return Exit::done;
  }
  std::vector<std::vector<std::string>> rows{{"name", "state", "python", "test", "used by"}};
  for (const auto& one : *all)
    rows.push_back(
        {text_of(one, "name"), text_of(one, "state"), text_of(one, "python"), test_of(one), uses_of(one)});
  if (all->empty())
    fmt::print("no environment yet: `agora admin env create` asks for one\n");
  else
    fmt::print("{}", terminal::table_text(rows));
  return Exit::done;
}

base::Result<json::object> body_of(const Options& options) {
  const auto kind = environments::kind_of_file(options.from);
  if (!kind) return tl::unexpected(kind.error());
  const auto text = base::read_file(options.from, 1u << 20);
  if (!text) return tl::unexpected(text.error());
  json::array extras;
  for (const auto& extra : options.extras) extras.emplace_back(extra);
  json::object body{{"name", options.name},
                    {"kind", environments::word_for(*kind)},
                    {"text", *text},
                    {"source", std::filesystem::path(options.from).filename().string()},
                    {"extras", std::move(extras)}};
  if (!options.python.empty()) body["python"] = options.python;
  return body;
}

base::Result<json::value> awaited(terminal::Connection& connection, json::value environment) {
  while (text_of(environment, "state") == "building") {
    std::this_thread::sleep_for(kBetweenLooks);
    auto again = connection.client.get(path_of(text_of(environment, "name")));
    if (!again) return again;
    environment = std::move(*again);
  }
  return environment;
}

Exit create(terminal::Connection& connection, const Options& options) {
  const auto& url = connection.server.url;
  const auto body = body_of(options);
  if (!body) return terminal::report_failure(body.error(), options.json);
  auto made = connection.create("/environments", *body);
  if (made && options.waits) made = awaited(connection, std::move(*made));
  if (!made) return terminal::report(made.error(), options.json, url);
  const auto state = text_of(*made, "state");
  if (options.json)
    terminal::print_json(*made);
  else if (state == "failed")
    fmt::print("{} failed: {}\n", options.name, text_of(*made, "why"));
  else
    fmt::print("{} is {}: {}/environments/{}\n", options.name, state, url, options.name);
  return state == "failed" ? Exit::failed : Exit::done;
}

Exit remove(terminal::Connection& connection, const Options& options) {
  const auto gone = connection.client.remove(path_of(options.name));
  if (!gone) return terminal::report(gone.error(), options.json, connection.server.url);
  if (options.json)
    terminal::print_json({{"removed", options.name}});
  else
    fmt::print("{} is removed\n", options.name);
  return Exit::done;
}

CLI::App* add(CLI::App& parent, Exit& exit, const char* name, const char* summary, const char* example,
              const std::shared_ptr<Options>& options, Exit (*run)(terminal::Connection&, const Options&)) {
  auto* command = parent.add_subcommand(name, summary);
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(fmt::format("Example:\n  agora admin env {}", example));
  command->callback([options, run, &exit] {
    auto connection = terminal::connect();
    exit =
        connection ? run(*connection, *options) : terminal::report_failure(connection.error(), options->json);
  });
  return command;
}

}  // namespace

void add_admin_env(CLI::App& parent, Exit& exit) {
  auto* env = parent.add_subcommand("env", "Environments of the center");
  env->require_subcommand(1);
  add(*env, exit, "list", "List them, newest first", "list", std::make_shared<Options>(), list);
  const auto options = std::make_shared<Options>();
  auto* made = add(*env, exit, "create", "Ask the center for one",
                   "create spectra --from environment.yml --wait", options, create);
  made->add_option("NAME", options->name, "What to call it")->required();
  made->add_option("--from", options->from, "requirements.txt, pyproject.toml or environment.yml")
      ->required();
  made->add_option("--extra", options->extras,
                   "Of a pyproject.toml's optional dependencies; may be repeated");
  made->add_option("--python", options->python, "The Python to make it for, as in 3.11");
  made->add_flag("--wait", options->waits, "Until it is ready or has failed");
  const auto old = std::make_shared<Options>();
  add(*env, exit, "remove", "Take one away that nothing uses", "remove spectra", old, remove)
      ->add_option("NAME", old->name, "Its name")
      ->required();
}

}  // namespace compute
