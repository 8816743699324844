// `agora notifications`: what one was told.
#include "features/agora/commands.h"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "features/agora/commands_show.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace forum {
namespace json = base::json;
using terminal::Exit;
namespace {

struct Options {
  bool unread = false;
  bool read = false;
  int limit = 20;
  bool json = false;
};

base::Result<json::value> inbox_at(web::Client& client, const Options& options) {
  auto inbox = client.get(fmt::format("/me/notifications?limit={}&unread={}", options.limit, options.unread));
  if (!inbox || !options.read || terminal::items_of(*inbox, "items").empty()) return inbox;
  json::array ids;
  for (const auto& item : terminal::items_of(*inbox, "items")) ids.push_back(item.at("id"));
  auto marked = client.post("/me/notifications/read", json::object{{"ids", std::move(ids)}});
  if (!marked) return marked;
  inbox->as_object()["unread"] = marked->at("unread");
  return inbox;
}

Exit show(const Options& options) {
  const auto place = terminal::find_place(".");
  if (!place) return terminal::report_failure(place.error(), options.json);
  auto connection = terminal::connect(*place);
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const auto inbox = inbox_at(connection->client, options);
  if (!inbox) return terminal::report(inbox.error(), options.json, url);
  if (options.json) {
    terminal::print_json(*inbox);
    return Exit::done;
  }
  const auto none =
      options.unread ? "you have read all that you were told\n" : "nobody has told you anything yet\n";
  const auto text = inbox_text(*inbox, url, base::now());
  fmt::print("{}", text.empty() ? none : text);
  if (!options.read && terminal::number_of(*inbox, "unread").value_or(0) > 0)
    terminal::print_next("agora notifications --read");
  return Exit::done;
}

}  // namespace

void add_notifications(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("notifications", "Show what you were told, newest first");
  command->add_flag("--unread", options->unread, "Only what you have not read");
  command->add_flag("--read", options->read, "Mark what is shown as read");
  command->add_option("--limit", options->limit, "How many")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora notifications --unread --read");
  command->callback([options, &exit] { exit = show(*options); });
}

}  // namespace forum
