#include "features/people/commands_login.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/config.h"
#include "features/people/commands_session.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace people {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

struct Credentials {
  std::string email, password, name;
};

base::Result<std::string> given_or_asked(const std::string& given, std::string_view question,
                                         std::string_view option) {
  if (!given.empty()) return given;
  return terminal::ask(question, option);
}

base::Result<std::string> new_password() {
  auto first = terminal::ask_secret("A password (at least 8 characters)", "--password-stdin");
  if (!first) return first;
  const auto second = terminal::ask_secret("The same again", "--password-stdin");
  if (!second) return second;
  if (*first != *second) return base::invalid("the two passwords differ: try again");
  return first;
}

base::Result<std::string> password_for(const LoginOptions& options) {
  if (options.password_on_stdin) return terminal::read_first_line();
  if (options.signs_up || !options.reset_code.empty()) return new_password();
  return terminal::ask_secret("Password", "--password-stdin");
}

base::Result<Credentials> credentials_for(const LoginOptions& options) {
  Credentials all;
  auto email = given_or_asked(options.email, "Email", "--email");
  if (!email) return base::Failure(email.error());
  all.email = *email;
  if (options.signs_up) {
    auto name = given_or_asked(options.name, "Your name", "--name");
    if (!name) return base::Failure(name.error());
    all.name = *name;
  }
  auto password = password_for(options);
  if (!password) return base::Failure(password.error());
  all.password = *password;
  return all;
}

// The new person, as the server sees them.
base::Result<json::value> sign_up(web::Client& client, const LoginOptions& options, const Credentials& all) {
  json::object body{{"email", all.email}, {"name", all.name}, {"password", all.password}};
  if (!options.invitation.empty()) body["invitation"] = options.invitation;
  return client.post("/sign-up", body);
}

std::string token_name() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return fmt::format("agora on {}", *host == '\0' ? "a computer" : host);
}

// What commands need of a person: organisers of single events are not told by their platform roles.
std::vector<std::string> scopes_for(const LoginOptions& options, const json::value& me) {
  if (!options.scopes.empty()) return options.scopes;
  std::vector<std::string> scopes{"read", "submit", "organise"};
  for (const auto& role : terminal::items_of(me, "roles"))
    if (role.is_string() && role.get_string() == "administrator") scopes.emplace_back("admin");
  return scopes;
}

struct Made {
  json::value me;
  json::value token;
};

base::Result<Made> make_token(web::Client& client, const std::string& url, const LoginOptions& options,
                              const Credentials& all) {
  PasswordSession session(client, url);
  if (auto signed_in = session.sign_in(all.email, all.password); !signed_in)
    return base::Failure(signed_in.error());
  auto me = session.send("GET", "/me");
  if (!me) return base::Failure(me.error());
  const auto scopes = scopes_for(options, *me);
  auto token = session.send("POST", "/me/tokens",
                            json::object{{"name", token_name()},
                                         {"scopes", json::array(scopes.begin(), scopes.end())},
                                         {"expires_in_days", options.days}});
  if (!token) return base::Failure(token.error());
  return Made{std::move(*me), std::move(*token)};
}

std::string person_text(const json::value& me) {
  return fmt::format("{} ({})", text_of(me, "person.name"), text_of(me, "person.handle"));
}

// The token of an earlier login here: nobody else has it, so it ends with its successor's start.
void end_old_token(const std::filesystem::path& file, const std::string& url) {
  const auto kept = terminal::read_servers(file);
  if (!kept) return;
  for (const auto& server : *kept) {
    if (server.url != url || server.token_id.empty()) continue;
    if (auto old = terminal::connect(server))
      (void)old->client.remove("/me/tokens/" + terminal::encoded(server.token_id));
  }
}

Exit keep(const std::string& url, const std::string& token, const Made& made, const LoginOptions& options) {
  const auto file = terminal::servers_file(base::process_environment());
  const auto id = text_of(made.token, "id");
  if (!id.empty()) end_old_token(file, url);
  if (auto kept = terminal::remember(file, {url, token, id, text_of(made.me, "person.handle"), {}}); !kept)
    return terminal::report_failure(kept.error(), options.json);
  const auto expires = text_of(made.token, "expires_at");
  if (options.json) {
    terminal::print_json({{"server", url},
                          {"person", *base::find_member(made.me, "person")},
                          {"expires_at", expires.empty() ? json::value() : json::value(expires)}});
    return Exit::done;
  }
  fmt::print("logged in to {} as {}\n", url, person_text(made.me));
  if (!expires.empty())
    fmt::print("the login ends {}; it is kept in {}\n", terminal::moment_text(expires, base::now()),
               file.string());
  return Exit::done;
}

Exit log_in_with_token(const std::string& url, const LoginOptions& options) {
  auto connection = terminal::connect(terminal::Server{.url = url, .token = options.token});
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  auto me = connection->client.get("/me");
  if (!me) return terminal::report(me.error(), options.json, url);
  if (terminal::member(*me, "person") == nullptr)
    return terminal::report_failure(
        {base::ErrorKind::unauthenticated, "the server does not know this token", {}}, options.json);
  return keep(url, options.token, {std::move(*me), {}}, options);
}

Exit log_in_with_password(const std::string& url, const LoginOptions& options) {
  auto connection = terminal::connect(terminal::Server{.url = url});
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  auto& client = connection->client;
  if (auto health = client.get("/health"); !health)  // before anything is asked of the person
    return terminal::report(health.error(), options.json, url);
  const auto all = credentials_for(options);
  if (!all) return terminal::report_failure(all.error(), options.json);
  if (!options.reset_code.empty()) {
    const auto reset = client.post("/password-resets/" + terminal::encoded(options.reset_code),
                                   json::object{{"password", all->password}});
    if (!reset) return terminal::report(reset.error(), options.json);
  }
  if (options.signs_up) {
    const auto person = sign_up(client, options, *all);
    if (!person) return terminal::report(person.error(), options.json);
    if (text_of(*person, "standing") == "pending") {
      if (options.json)
        terminal::print_json({{"server", url}, {"person", *person}});
      else
        fmt::print("signed up at {}: an administrator approves new people; then say agora login {}\n", url,
                   url);
      return Exit::done;
    }
  }
  const auto made = make_token(client, url, options, *all);
  if (!made) return terminal::report(made.error(), options.json);
  return keep(url, text_of(made->token, "token"), *made, options);
}

base::Result<std::string> address_for(const LoginOptions& options) {
  if (!options.url.empty()) return terminal::address_of(options.url);
  const auto environment = base::process_environment();
  const auto kept = terminal::read_servers(terminal::servers_file(environment));
  if (!kept) return base::Failure(kept.error());
  auto chosen = terminal::choose_server(*kept, {}, {});
  if (!chosen) return base::invalid("to which server? Say agora login URL");
  return chosen->url;
}

}  // namespace

Exit log_in(const LoginOptions& options) {
  const auto url = address_for(options);
  if (!url) {
    terminal::report_failure(url.error(), options.json);
    return Exit::usage;
  }
  if (terminal::is_open_to_eavesdroppers(*url))
    fmt::print(stderr, "note: {} is not encrypted: what you send can be read on the way; prefer https\n",
               *url);
  return options.token.empty() ? log_in_with_password(*url, options) : log_in_with_token(*url, options);
}

}  // namespace people
