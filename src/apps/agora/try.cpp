// `agora try`: a submission of a starter kit, trained and scored here before it is sent.
#include <filesystem>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "apps/agora/kit_run.h"
#include "machine/terminal/servers.h"

namespace agora {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::string path;
  KitRunOptions run;
};

// The nearest folder at or above `from` with a problem.py, else the one that knows its event.
base::Result<fs::path> kit_above(const fs::path& from) {
  std::error_code failed;
  for (auto folder = fs::weakly_canonical(from, failed); !folder.empty(); folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / "problem.py", failed)) return folder;
    if (folder == folder.parent_path()) break;
  }
  const auto place = terminal::find_place(from);
  if (!place) return base::Failure(place.error());
  if (*place) return (*place)->folder;
  return base::not_found(fmt::format(
      "{} is in no starter kit, which has a problem.py: agora start EVENT makes one, in a folder of its own",
      from == "." ? fs::current_path().string() : from.string()));
}

Exit run(Options options) {
  std::error_code failed;
  const bool is_folder = !options.path.empty() && fs::is_directory(options.path, failed);
  auto kit = kit_above(is_folder ? fs::path(options.path) : fs::path("."));
  if (!kit && is_folder) kit = kit_above(".");
  if (!kit) {
    report_failure(kit.error(), options.run.json);
    return Exit::usage;
  }
  options.run.kit = kit->string();
  const bool is_kit = is_folder && fs::equivalent(options.path, *kit, failed);
  if (!options.path.empty() && !is_kit) options.run.submission = options.path;
  return run_kit(options.run);
}

}  // namespace

void add_try(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command =
      parent.add_subcommand("try", "Train and score a submission here, in sealed cells, on public data");
  command->add_option("PATH", options->path,
                      "The submission's folder, or its name below submissions/ (default: starting_kit)");
  command->add_flag("--quick", options->run.quick, "Less data, fewer folds, where the kit knows how");
  command->add_flag("--output", options->run.output, "Show what the submission printed, on standard error");
  command->add_flag("--json", options->run.json, "Print one JSON object");
  command->footer(
      "Exit code 1 where it fails. The event's server trains and scores on data of its own.\n\n"
      "Example:\n  agora try submissions/my_model");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace agora
