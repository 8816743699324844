// The options of an organiser's commands, below `agora event`.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "features/events/commands.h"
#include "features/events/commands_acts.h"
#include "features/events/commands_create.h"

namespace events {

using terminal::Exit;

void add_event_create(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<CreateOptions>();
  auto no_wait = std::make_shared<bool>(false);
  auto* command = parent.add_subcommand("create", "Make an event from a kit; the server checks it");
  command->add_option("KIT", options->kit, "The kit's folder: its own data/ is public")->required();
  command
      ->add_option(
          "--data", options->data,
          "HIDDEN: what the server trains and scores on, in place of data/; without it, a practice event")
      ->check(CLI::ExistingDirectory);
  command->add_option("--slug", options->slug, "Its name in addresses (default: from the title)");
  command->add_option("--title", options->title, "Its title (default: the kit's)");
  command->add_option("--opens", options->opens,
                      "When it opens: \"2026-12-04 18:00\" (your clock), +2h, now");
  command->add_option("--closes", options->closes, "When it closes");
  command->add_option("--per-day", options->per_day, "Submissions a team may have scored each day");
  command->add_option("--failures-per-day", options->failures_per_day,
                      "Failures on hidden data a team may have each day");
  command->add_flag("--trusted", options->is_trusted,
                    "Participants see what their code prints on hidden data; the event's page says so");
  command->add_flag("--no-wait", *no_wait, "Do not wait for the server's check");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Exit code 1 where the kit is refused.\n\n"
      "Example:\n  agora event create kits/variable_stars --data hidden --closes \"2026-12-04 18:00\"");
  command->callback([options, no_wait, &exit] {
    options->waits = !*no_wait;
    exit = create_event(*options);
  });
}

void add_event_kit(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<KitOptions>();
  auto no_wait = std::make_shared<bool>(false);
  auto* command = parent.add_subcommand(
      "kit", "Send a mended kit to an event whose kit was refused; the server checks it");
  command->add_option("EVENT", options->event, "Its name")->required();
  command->add_option("KIT", options->kit, "The kit's folder")->required();
  command->add_option("--data", options->data, "HIDDEN: another one; without it, what was sent before stays")
      ->check(CLI::ExistingDirectory);
  command->add_flag("--no-wait", *no_wait, "Do not wait for the server's check");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Exit code 1 where the kit is refused.\n\n"
      "Example:\n  agora event kit variable-stars-2026 kits/variable_stars");
  command->callback([options, no_wait, &exit] {
    options->waits = !*no_wait;
    exit = replace_kit(*options);
  });
}

namespace {

void add_act(CLI::App& parent, Exit& exit, const char* act, const char* summary) {
  auto options = std::make_shared<ActOptions>();
  auto* command = parent.add_subcommand(act, summary);
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  if (std::string_view(act) == "open") command->add_option("--closes", options->closes, "When it closes");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(fmt::format("Example:\n  agora event {} variable-stars-2026", act));
  command->callback([options, act, &exit] { exit = act_on_event(act, *options); });
}

}  // namespace

void add_event_acts(CLI::App& parent, Exit& exit) {
  add_act(parent, exit, "open", "Open an event now");
  add_act(parent, exit, "close", "Close an event now: nothing more can be submitted");
  add_act(parent, exit, "release", "Show the test scores of a closed event to everybody");
}

void add_event_rescore(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<RescoreOptions>();
  auto no_wait = std::make_shared<bool>(false);
  auto* command = parent.add_subcommand(
      "rescore", "Score everything again under a kit with other score types; nothing is trained again");
  command->add_option("EVENT", options->event, "Its name")->required();
  command
      ->add_option("KIT", options->kit, "The event's kit, in which nothing but the score types has changed")
      ->required();
  command->add_flag("--no-wait", *no_wait, "Do not wait for the server's check");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Exit code 1 where the kit is refused.\n\n"
      "Example:\n  agora event rescore variable-stars-2026 kits/variable_stars");
  command->callback([options, no_wait, &exit] {
    options->waits = !*no_wait;
    exit = rescore_event(*options);
  });
}

void add_event_change(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<ChangeOptions>();
  auto* command = parent.add_subcommand("change", "Change an event's texts, times or quotas");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_option("--title", options->title, "Its title");
  command->add_option("--summary", options->summary, "One line on it");
  command->add_option("--statement", options->statement, "A Markdown file: the problem, in full")
      ->check(CLI::ExistingFile);
  command->add_option("--opens", options->opens,
                      "When it opens: \"2026-12-04 18:00\" (your clock), +2h, now");
  command->add_option("--closes", options->closes, "When it closes");
  command->add_option("--per-day", options->per_day, "Submissions a team may have scored each day");
  command->add_option("--failures-per-day", options->failures_per_day,
                      "Failures on hidden data a team may have each day");
  command->add_option("--trusted", options->is_trusted, "true or false");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora event change variable-stars-2026 --closes +2h");
  command->callback([options, &exit] { exit = change_event(*options); });
}

void add_event_show(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<ActOptions>();
  auto* command = parent.add_subcommand("show", "Show an event: its state, rules and statement");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora event show variable-stars-2026");
  command->callback([options, &exit] { exit = show_event(*options); });
}

void add_event_people(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<ActOptions>();
  auto* command = parent.add_subcommand("people", "List who takes part");
  command->add_option("EVENT", options->event, "Its name (default: the folder's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora event people variable-stars-2026");
  command->callback([options, &exit] { exit = show_people(*options); });
}

}  // namespace events
