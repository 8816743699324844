// The options of login, logout and whoami, and what the short ones of them do.
#include "features/people/commands.h"

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/config.h"
#include "features/people/commands_login.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace people {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;

void add_login(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<LoginOptions>();
  auto* command =
      parent.add_subcommand("login", "Log in to a server, or sign up there; later commands go to it");
  command->add_option("URL", options->url, "The server's address (default: the current one's)");
  command->add_flag("--sign-up", options->signs_up, "Make an account first");
  command->add_option("--invitation", options->invitation, "Sign up with the code of an invitation");
  command->add_option("--reset", options->reset_code, "Choose a new password, with an administrator's code");
  command->add_option("--name", options->name, "Your name, for --sign-up");
  command->add_option("--email", options->email, "Your email address (asked for otherwise)");
  command->add_flag("--password-stdin", options->password_on_stdin,
                    "Read the password from the first line of standard input");
  command->add_option("--token", options->token, "Keep a token that was made elsewhere; nothing is asked");
  command->add_option("--scopes", options->scopes, "What the login may do: read, submit, organise, admin")
      ->delimiter(',')
      ->check(CLI::IsMember({"read", "submit", "organise", "admin", "worker"}));
  command->add_option("--days", options->days, "How long it lasts")
      ->capture_default_str()
      ->check(CLI::Range(1, 366));
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer(
      "The login is a token of its own, kept in servers.json below $XDG_CONFIG_HOME/agora.\n"
      "$AGORA_SERVER and $AGORA_TOKEN win over it.\n\n"
      "Examples:\n  agora login https://agora.example.org\n"
      "  agora login https://agora.example.org --invitation CODE --name \"Ada Lovelace\"");
  command->callback([options, &exit] {
    if (!options->invitation.empty()) options->signs_up = true;
    exit = log_in(*options);
  });
}

namespace {

struct Options {
  std::string url;
  bool json = false;
};

base::Result<terminal::Server> kept_server(const std::filesystem::path& file, const std::string& given) {
  const auto kept = terminal::read_servers(file);
  if (!kept) return base::Failure(kept.error());
  if (given.empty()) {
    if (kept->empty()) return base::not_found("you are logged in to no server");
    return kept->back();
  }
  const auto url = terminal::address_of(given);
  if (!url) return base::Failure(url.error());
  for (const auto& server : *kept)
    if (server.url == *url) return server;
  return base::not_found(fmt::format("you are not logged in to {}", *url));
}

Exit log_out(const Options& options) {
  const auto file = terminal::servers_file(base::process_environment());
  const auto server = kept_server(file, options.url);
  if (!server) return terminal::report_failure(server.error(), options.json);
  base::Result<json::value> ended;
  if (!server->token_id.empty()) {
    auto connection = terminal::connect(*server);
    if (!connection) return terminal::report_failure(connection.error(), options.json);
    ended = connection->client.remove("/me/tokens/" + terminal::encoded(server->token_id));
  }
  if (auto forgotten = terminal::forget(file, server->url); !forgotten)
    return terminal::report_failure(forgotten.error(), options.json);
  const bool is_over = ended || ended.error().kind == base::ErrorKind::not_found ||
                       ended.error().kind == base::ErrorKind::unauthenticated;
  if (options.json)
    terminal::print_json({{"server", server->url}, {"ended", is_over && !server->token_id.empty()}});
  else
    fmt::print("logged out of {}\n", server->url);
  if (!is_over)
    fmt::print(stderr, "note: the token is forgotten here, but the server could not be told to end it: {}\n",
               terminal::plain(ended.error().message));
  return Exit::done;
}

std::string listed(const json::array& words) {
  std::vector<std::string> all;
  for (const auto& word : words) all.push_back(text_of(word, ""));
  return fmt::format("{}", fmt::join(all, ", "));
}

Exit show_me(const Options& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  auto me = connection->client.get("/me");
  if (!me) return terminal::report(me.error(), options.json, url);
  if (options.json) {
    if (me->is_object()) me->get_object()["server"] = url;
    terminal::print_json(*me);
    return Exit::done;
  }
  fmt::print("{} ({})\n", text_of(*me, "person.name"), text_of(*me, "person.handle"));
  std::vector<std::pair<std::string, std::string>> facts{{"server", url},
                                                         {"email", text_of(*me, "person.email")}};
  if (const auto roles = listed(terminal::items_of(*me, "roles")); !roles.empty())
    facts.emplace_back("roles", roles);
  if (const auto scopes = listed(terminal::items_of(*me, "scopes")); !scopes.empty())
    facts.emplace_back("scopes", scopes);
  fmt::print("{}", terminal::facts_text(facts));
  return Exit::done;
}

}  // namespace

void add_logout(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("logout", "End a login, here and on the server");
  command->add_option("URL", options->url, "The server's address (default: the current one's)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora logout");
  command->callback([options, &exit] { exit = log_out(*options); });
}

void add_whoami(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("whoami", "Show the server and whom it takes you for");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example:\n  agora whoami");
  command->callback([options, &exit] { exit = show_me(*options); });
}

}  // namespace people
