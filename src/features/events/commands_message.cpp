// `agora event message`: tells something to all who take part.
#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "features/events/commands.h"
#include "features/events/commands_there.h"
#include "machine/terminal/values.h"

namespace events {
namespace json = base::json;
using terminal::Exit;
namespace {

struct MessageOptions {
  std::string event;
  std::string title;
  std::string text;  // "-": what stands on standard input
  bool json = false;
};

Exit send_message(const MessageOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  auto text = options.text;
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto message = there->connection.create(there->path + "/messages",
                                                json::object{{"title", options.title}, {"text", text}});
  if (!message) return terminal::report(message.error(), options.json, there->connection.server.url);
  if (options.json)
    terminal::print_json(*message);
  else
    fmt::print("all who take part in {} are told: {}\n", there->target.event,
               terminal::text_of(*message, "title"));
  return Exit::done;
}

}  // namespace

void add_event_message(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<MessageOptions>();
  auto* command = parent.add_subcommand("message", "Tell something to all who take part in an event");
  command->add_option("EVENT", options->event, "Its name")->required();
  command->add_option("--title", options->title, "What it is about, in one line")->required();
  command->add_option("TEXT", options->text, "The message, in Markdown; - reads it from standard input")
      ->required();
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "Examples:\n  agora event message variable-stars-2026 --title \"One more day\" \"It closes on "
      "Friday.\"\n"
      "  agora event message variable-stars-2026 --title \"The data is mended\" - < message.md");
  command->callback([options, &exit] { exit = send_message(*options); });
}

}  // namespace events
