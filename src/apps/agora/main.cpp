// Dispatches to the commands of the open list; nothing else happens here.
#include <csignal>
#include <exception>
#include <map>

#include <fmt/format.h>
#include <sys/resource.h>

#include "apps/agora/command.h"

namespace agora {

void add_version(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("version", "Print the version");
  command->footer("Example:\n  agora version");
  command->callback([&exit] {
    fmt::print("agora {}\n", AGORA_VERSION);
    exit = Exit::done;
  });
}

namespace {

void add_commands(CLI::App& app, Exit& exit) {
  std::map<std::string_view, CLI::App*> groups;
  for (const auto& command : commands()) {
    if (command.group.empty()) {
      command.add(app, exit);
      continue;
    }
    auto*& group = groups[command.group];
    if (group == nullptr) {
      group = app.add_subcommand(std::string(command.group), std::string(command.group_summary));
      group->require_subcommand(1);
    }
    command.add(*group, exit);
  }
}

// CLI11 calls a command that it does not know a missing one.
void report_missing(CLI::App& app, const CLI::RequiredError& wrong) {
  const auto strange = app.remaining(true);
  if (strange.empty() || strange.front().starts_with("-")) {
    app.exit(wrong);
    return;
  }
  std::string chosen = "agora";
  for (const auto* group : app.get_subcommands()) chosen += " " + group->get_name();
  fmt::print(stderr, "error: '{}' is no command: {} --help lists those that there are\n", strange.front(),
             chosen);
}

int run(int count, char** words) {
  CLI::App app("Agora, the data science platform of a research center", "agora");
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.require_subcommand(1);
  Exit exit = Exit::done;
  add_commands(app, exit);
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::RequiredError& wrong) {
    report_missing(app, wrong);
    return static_cast<int>(Exit::usage);
  } catch (const CLI::ParseError& wrong) {
    app.exit(wrong);
    return static_cast<int>(Exit::usage);
  }
  return static_cast<int>(exit);
}

// A problem with many folds holds a memory for each: take as many descriptors as the machine allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace
}  // namespace agora

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);
  agora::raise_descriptor_limit();
  try {
    return agora::run(count, words);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "error: {}\n", failure.what());
    return static_cast<int>(agora::Exit::machine);
  }
}
