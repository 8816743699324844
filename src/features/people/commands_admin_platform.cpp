// Roles, tokens, settings and the audit log.
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "features/people/commands_admin.h"
#include "features/people/commands_session.h"
#include "machine/terminal/values.h"

namespace people {
namespace json = base::json;
using terminal::encoded;
using terminal::Exit;
using terminal::text_of;
namespace {

// What the roles are on: the platform, or one event.
base::Result<json::object> object_of(terminal::Connection& connection, const RoleOptions& options) {
  if (options.event.empty()) return json::object{{"kind", "platform"}, {"id", "platform"}};
  const auto event = connection.client.get("/events/" + encoded(options.event));
  if (!event) return base::Failure(event.error());
  return json::object{{"kind", "event"}, {"id", text_of(*event, "id")}};
}

base::Result<json::array> grants_on(terminal::Connection& connection, const json::object& object) {
  return connection.list(fmt::format("/grants?object_kind={}&object_id={}", encoded(text_of(object, "kind")),
                                     encoded(text_of(object, "id"))));
}

base::Result<void> give(terminal::Connection& connection, const RoleOptions& options,
                        const json::object& object, const std::string& person) {
  json::object body{
      {"subject", {{"kind", "person"}, {"id", person}}}, {"object", object}, {"role", options.give}};
  if (!options.until.empty()) {
    const auto until = terminal::moment_from(options.until, base::now());
    if (!until) return base::Failure(until.error());
    body["expires_at"] = base::to_rfc3339(*until);
  }
  const auto given = connection.create("/grants", body);
  if (!given) return base::Failure(given.error());
  return {};
}

base::Result<void> take(terminal::Connection& connection, const RoleOptions& options,
                        const json::object& object, const std::string& person) {
  const auto grants = grants_on(connection, object);
  if (!grants) return base::Failure(grants.error());
  for (const auto& grant : *grants) {
    if (text_of(grant, "subject.id") != person || text_of(grant, "role") != options.take) continue;
    const auto taken = connection.client.remove("/grants/" + encoded(text_of(grant, "id")));
    if (!taken) return base::Failure(taken.error());
    return {};
  }
  return base::not_found(
      fmt::format("{} does not have the role {} of their own here", options.person, options.take));
}

// Handles, asked for once each. Whom the server does not name keeps their id.
class Handles {
 public:
  explicit Handles(web::Client& client) : client_(client) {}
  std::string of(const std::string& id) {
    if (id.empty()) return "";
    const auto known = handles_.find(id);
    if (known != handles_.end()) return known->second;
    const auto person = client_.get("/people/" + encoded(id));
    return handles_[id] = person ? text_of(*person, "handle", id) : id;
  }

 private:
  web::Client& client_;
  std::map<std::string, std::string> handles_;
};

std::string subject_text(Handles& handles, const json::value& grant) {
  const auto kind = text_of(grant, "subject.kind");
  const auto id = text_of(grant, "subject.id");
  return kind == "person" ? handles.of(id) : fmt::format("{} {}", kind, id);
}

base::Result<json::array> change_and_list(terminal::Connection& connection, const RoleOptions& options) {
  const auto object = object_of(connection, options);
  if (!object) return base::Failure(object.error());
  std::string person;
  if (!options.person.empty()) {
    const auto found = connection.client.get("/people/" + encoded(options.person));
    if (!found) return base::Failure(found.error());
    person = text_of(*found, "id");
  }
  if (!options.give.empty())
    if (auto given = give(connection, options, *object, person); !given) return base::Failure(given.error());
  if (!options.take.empty())
    if (auto taken = take(connection, options, *object, person); !taken) return base::Failure(taken.error());
  auto grants = grants_on(connection, *object);
  if (!grants || person.empty()) return grants;
  json::array own;
  for (auto& grant : *grants)
    if (text_of(grant, "subject.id") == person) own.push_back(std::move(grant));
  return own;
}

}  // namespace

Exit roles(const RoleOptions& options) {
  if (options.person.empty() && (!options.give.empty() || !options.take.empty())) {
    terminal::report_failure(
        {base::ErrorKind::invalid, "whose role? Say agora admin roles PERSON --give ROLE", {}}, options.json);
    return Exit::usage;
  }
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto grants = change_and_list(*connection, options);
  if (!grants) return terminal::report(grants.error(), options.json, connection->server.url);
  std::vector<std::vector<std::string>> rows{{"who", "role", "ends"}};
  Handles handles(connection->client);
  if (!options.json)
    for (const auto& grant : *grants)
      rows.push_back({subject_text(handles, grant), text_of(grant, "role"),
                      terminal::since_text(text_of(grant, "expires_at"), base::now())});
  return tell_list(*grants, rows, "no roles", options.json);
}

namespace {

// A token makes no tokens and ends no others: the password is asked for once more.
base::Result<json::value> change_tokens(terminal::Connection& connection, const TokenOptions& options) {
  const auto me = connection.client.get("/me");
  if (!me) return me;
  const auto password =
      options.password_on_stdin
          ? terminal::read_first_line()
          : terminal::ask_secret("Your password at " + connection.server.url, "--password-stdin");
  if (!password) return base::Failure(password.error());
  auto stranger = terminal::connect(terminal::Server{.url = connection.server.url});
  if (!stranger) return base::Failure(stranger.error());
  PasswordSession session(stranger->client, connection.server.url);
  if (auto signed_in = session.sign_in(text_of(*me, "person.email"), *password); !signed_in)
    return base::Failure(signed_in.error());
  if (!options.end.empty()) return session.send("DELETE", "/me/tokens/" + encoded(options.end));
  return session.send("POST", "/me/tokens",
                      json::object{{"name", options.make},
                                   {"scopes", json::array(options.scopes.begin(), options.scopes.end())},
                                   {"expires_in_days", options.days}});
}

Exit tell_token(const json::value& token, bool as_json) {
  if (as_json) {
    terminal::print_json(token);
    return Exit::done;
  }
  fmt::print("{}\n", text_of(token, "token"));
  fmt::print(stderr, "it is shown this once, and ends {}\n",
             terminal::moment_text(text_of(token, "expires_at"), base::now()));
  return Exit::done;
}

std::string scopes_of(const json::value& token) {
  std::vector<std::string> scopes;
  for (const auto& scope : terminal::items_of(token, "scopes")) scopes.push_back(text_of(scope, ""));
  return fmt::format("{}", fmt::join(scopes, ", "));
}

}  // namespace

Exit tokens(const TokenOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  if (!options.make.empty() || !options.end.empty()) {
    const auto changed = change_tokens(*connection, options);
    if (!changed) return terminal::report(changed.error(), options.json);
    if (!options.make.empty()) return tell_token(*changed, options.json);
  }
  const auto items = connection->list("/me/tokens");
  if (!items) return terminal::report(items.error(), options.json, connection->server.url);
  std::vector<std::vector<std::string>> rows{{"id", "name", "scopes", "ends"}};
  for (const auto& item : *items)
    rows.push_back({text_of(item, "id"), text_of(item, "name"), scopes_of(item),
                    terminal::since_text(text_of(item, "expires_at"), base::now())});
  return tell_list(*items, rows, "you have no tokens", options.json);
}

Exit settings(const SettingOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  auto& client = connection->client;
  const auto answer = options.value ? client.patch("/settings", json::object{{options.name, *options.value}})
                                    : client.get("/settings");
  if (!answer) return terminal::report(answer.error(), options.json, connection->server.url);
  if (options.json) {
    terminal::print_json(*answer);
    return Exit::done;
  }
  std::vector<std::pair<std::string, std::string>> rows;
  if (answer->is_object())
    for (const auto& setting : answer->get_object())
      if (options.name.empty() || std::string_view(setting.key()) == options.name)
        rows.emplace_back(setting.key(), text_of(setting.value(), ""));
  if (rows.empty())
    return terminal::report_failure(
        {base::ErrorKind::not_found,
         fmt::format("there is no setting {}: agora admin settings lists them", options.name),
         {}},
        false);
  fmt::print("{}", terminal::facts_text(rows));
  return Exit::done;
}

namespace {

Exit verify_audit(terminal::Connection& connection, bool as_json) {
  const auto verdict = connection.client.get("/audit/verify");
  if (!verdict) return terminal::report(verdict.error(), as_json, connection.server.url);
  const bool intact = terminal::is_true(*verdict, "intact");
  if (as_json)
    terminal::print_json(*verdict);
  else if (intact)
    fmt::print("intact: {} entries\n", text_of(*verdict, "entries"));
  else
    fmt::print(stderr, "error: the chain breaks at entry {}: it, or one before it, was changed\n",
               text_of(*verdict, "first_broken"));
  return intact ? Exit::done : Exit::failed;
}

}  // namespace

Exit show_audit(const AuditOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  if (options.verifies) return verify_audit(*connection, options.json);
  std::string path = "/audit?sort=-seq";
  if (!options.what.empty()) path += "&what=" + encoded(options.what);
  if (!options.who.empty()) path += "&who=" + encoded(options.who);
  auto items = connection->list(path, static_cast<std::size_t>(options.limit));
  if (!items) return terminal::report(items.error(), options.json, connection->server.url);
  if (items->size() > static_cast<std::size_t>(options.limit))
    items->resize(static_cast<std::size_t>(options.limit));
  std::vector<std::vector<std::string>> rows{{"seq", "when", "who", "from", "what", "object"}};
  Handles handles(connection->client);
  for (const auto& item : *items)
    rows.push_back({text_of(item, "seq"), text_of(item, "at"),
                    options.json ? "" : handles.of(text_of(item, "who")), text_of(item, "from"),
                    text_of(item, "what"),
                    fmt::format("{} {}", text_of(item, "object.kind"), text_of(item, "object.id"))});
  return tell_list(*items, rows, "nothing was recorded", options.json);
}

}  // namespace people
