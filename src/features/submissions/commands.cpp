// The options of this room's commands.
#include "features/submissions/commands.h"

#include <CLI/CLI.hpp>

#include "features/submissions/commands_list.h"
#include "features/submissions/commands_submit.h"

namespace submissions {

using terminal::Exit;

void add_submit(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<SubmitOptions>();
  auto* command =
      parent.add_subcommand("submit", "Send a folder's files to an event, to be trained and scored");
  command
      ->add_option("PATH", options->words,
                   "[EVENT] PATH: the folder, or its name below submissions/; EVENT is known in a folder of "
                   "agora start")
      ->required()
      ->expected(1, 2);
  command->add_option("--name", options->name, "What boards call it (default: the folder's name)");
  command->add_flag("--wait", options->waits, "Stay until it is scored; exit code 1 where it fails");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Examples:\n  agora submit submissions/starting_kit --wait\n"
      "  agora submit variable-stars-2026 my_model --name \"gradient boosting\"");
  command->callback([options, &exit] { exit = submit(*options); });
}

void add_submissions(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<ListOptions>();
  auto* command =
      parent.add_subcommand("submissions", "List submissions: your team's, or all for an organiser");
  command->add_option("EVENT", options->event,
                      "Of this event (default: the folder's, else yours in all events)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora submissions");
  command->callback([options, &exit] { exit = list(*options); });
}

namespace {

void add_one(CLI::App& command, OneOptions& options, bool required) {
  auto* id = command.add_option("ID", options.id,
                                required ? "Its id, or its number in the event"
                                         : "Its id, or its number in the event (default: your newest)");
  if (required) id->required();
  command.add_option("--event", options.event, "The event that a number belongs to (default: the folder's)");
  command.add_flag("--json", options.json, "Print one JSON object");
}

}  // namespace

void add_logs(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<OneOptions>();
  auto* command = parent.add_subcommand("logs", "Show what a submission printed, and where it failed");
  add_one(*command, *options, false);
  command->footer("Examples:\n  agora logs\n  agora logs 3");
  command->callback([options, &exit] { exit = show_log(*options); });
}

void add_cancel(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<OneOptions>();
  auto* command = parent.add_subcommand("cancel", "Stop a submission that waits or runs");
  add_one(*command, *options, true);
  command->footer("Example:\n  agora cancel 3");
  command->callback([options, &exit] { exit = cancel(*options); });
}

void add_rerun(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<OneOptions>();
  auto* command = parent.add_subcommand(
      "rerun", "Run an ended submission of your event again from the beginning; its team is not charged");
  command
      ->add_option("ID", options->id, "Its id (agora submissions EVENT shows it), or the number of your own")
      ->required();
  command->add_option("--event", options->event,
                      "The event that a number belongs to (default: the folder's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora rerun 01J9ZQ6W4T1V8N3M5K7R2B0XCK");
  command->callback([options, &exit] { exit = rerun(*options); });
}

}  // namespace submissions
