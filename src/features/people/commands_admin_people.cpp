// People and invitations, as administrators handle them.
#include <fmt/format.h>

#include "features/people/commands_admin.h"
#include "machine/terminal/values.h"

namespace people {
namespace json = base::json;
using terminal::encoded;
using terminal::Exit;
using terminal::text_of;

Exit tell_list(const json::array& items, const std::vector<std::vector<std::string>>& rows,
               std::string_view nothing, bool as_json) {
  if (as_json)
    terminal::print_json({{"items", items}});
  else
    fmt::print("{}", items.empty() ? std::string(nothing) + "\n" : terminal::table_text(rows));
  return Exit::done;
}

Exit list_people(const PeopleOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  std::string path = "/people?query=" + encoded(options.query);
  if (!options.standing.empty()) path += "&standing=" + encoded(options.standing);
  const auto people = connection->list(path);
  if (!people) return terminal::report(people.error(), options.json, connection->server.url);
  std::vector<std::vector<std::string>> rows{{"person", "name", "email", "standing", "since"}};
  for (const auto& person : *people)
    rows.push_back({text_of(person, "handle"), text_of(person, "name"), text_of(person, "email"),
                    text_of(person, "standing"),
                    terminal::since_text(text_of(person, "created_at"), base::now())});
  return tell_list(*people, rows, "nobody", options.json);
}

Exit act_on_people(const std::string& act, const PersonOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  json::array done;
  for (const auto& name : options.people) {
    auto person = connection->act(fmt::format("/people/{}/{}", encoded(name), act));
    if (!person) return terminal::report(person.error(), options.json, connection->server.url);
    if (!options.json)
      fmt::print("{} ({}) is {}\n", text_of(*person, "name", name), text_of(*person, "handle", name),
                 text_of(*person, "standing", "changed"));
    done.push_back(std::move(*person));
  }
  if (options.json) terminal::print_json({{"items", std::move(done)}});
  return Exit::done;
}

Exit reset_password(const PersonOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const auto& name = options.people.front();
  const auto reset = connection->act(fmt::format("/people/{}/password-reset", encoded(name)));
  if (!reset) return terminal::report(reset.error(), options.json, url);
  if (options.json) {
    terminal::print_json(*reset);
    return Exit::done;
  }
  fmt::print("{}\n", text_of(*reset, "code"));
  fmt::print(stderr, "it ends {}; give it to {}, who says\n  agora login {} --reset {}\n",
             terminal::moment_text(text_of(*reset, "expires_at"), base::now()), name, url,
             text_of(*reset, "code"));
  return Exit::done;
}

Exit invite(const InviteOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  json::object body{{"expires_in_days", options.days}};
  if (!options.email.empty()) body["email"] = options.email;
  if (!options.role.empty()) body["role"] = options.role;
  const auto invitation = connection->create("/invitations", body);
  if (!invitation) return terminal::report(invitation.error(), options.json, url);
  if (options.json) {
    terminal::print_json(*invitation);
    return Exit::done;
  }
  const auto code = text_of(*invitation, "code");
  fmt::print("{}\n", code);
  fmt::print(stderr, "it ends {}; whom you invite says\n  agora login {} --invitation {}\n",
             terminal::moment_text(text_of(*invitation, "expires_at"), base::now()), url, code);
  return Exit::done;
}

Exit list_invitations(const ListOrEndOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  if (!options.end.empty()) {
    const auto ended = connection->client.remove("/invitations/" + encoded(options.end));
    if (!ended) return terminal::report(ended.error(), options.json, url);
  }
  const auto items = connection->list("/invitations");
  if (!items) return terminal::report(items.error(), options.json, url);
  std::vector<std::vector<std::string>> rows{{"id", "email", "role", "ends"}};
  for (const auto& item : *items)
    rows.push_back({text_of(item, "id"), text_of(item, "email"), text_of(item, "role"),
                    terminal::since_text(text_of(item, "expires_at"), base::now())});
  return tell_list(*items, rows, "no invitations are open", options.json);
}

}  // namespace people
