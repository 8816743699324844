// The options of a participant's commands.
#include "features/events/commands.h"

#include <CLI/CLI.hpp>

#include "features/events/commands_board.h"
#include "features/events/commands_start.h"

namespace events {

using terminal::Exit;

void add_events(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<PlainOptions>();
  auto* command = parent.add_subcommand("events", "List the events of the server");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora events");
  command->callback([options, &exit] { exit = list_events(*options); });
}

void add_start(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<StartOptions>();
  auto* command =
      parent.add_subcommand("start", "Download an event's starter kit into a folder that knows its event");
  command->add_option("EVENT", options->event, "Its name, as agora events lists it")->required();
  command->add_option("FOLDER", options->folder, "A new folder (default: the event's name)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora start variable-stars-2026");
  command->callback([options, &exit] { exit = start_event(*options); });
}

void add_join(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<PlainOptions>();
  auto* command = parent.add_subcommand("join", "Take part in an event");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora join variable-stars-2026");
  command->callback([options, &exit] { exit = join_event(*options); });
}

void add_leave(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<PlainOptions>();
  auto* command =
      parent.add_subcommand("leave", "Take part in an event no longer: before your first submission");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora leave variable-stars-2026");
  command->callback([options, &exit] { exit = leave_event(*options); });
}

void add_board(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<BoardOptions>();
  auto* command = parent.add_subcommand("board", "Show an event's board; * marks your team");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_flag("--watch", options->watches, "Stay, and draw it anew when a score comes; Ctrl-C ends it");
  command->add_option("--of", options->of, "Each team's best, or all submissions")
      ->capture_default_str()
      ->check(CLI::IsMember({"best", "all"}));
  command->add_option("--sort", options->sort,
                      "A score, train_time or created_at; with - before it, downward");
  command->add_option("--limit", options->limit, "How many rows; 0 for all")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options->json,
                    "Print one JSON object; with --watch one a line, at each change");
  command->footer(
      "Examples:\n  agora board --watch\n  agora board variable-stars-2026 --of all --sort=-accuracy");
  command->callback([options, &exit] { exit = show_board(*options); });
}

}  // namespace events
