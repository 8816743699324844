#include "features/events/commands_acts.h"

#include <fmt/format.h>

#include "base/files.h"
#include "features/events/commands_show.h"
#include "features/events/commands_there.h"
#include "machine/terminal/values.h"

namespace events {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

void print_state(const json::value& event) {
  fmt::print("{} · {}\n", text_of(event, "slug"), state_text(event, base::now()));
}

Exit tell_state(const json::value& event, bool as_json) {
  if (as_json)
    terminal::print_json(event);
  else
    print_state(event);
  return Exit::done;
}

base::Result<std::string> time_from(const std::string& text) {
  const auto instant = terminal::moment_from(text, base::now());
  if (!instant) return base::Failure(instant.error());
  return base::to_rfc3339(*instant);
}

}  // namespace

Exit act_on_event(const std::string& act, const ActOptions& options) {
  json::object body;
  if (!options.closes.empty()) {
    const auto closes = time_from(options.closes);
    if (!closes) {
      terminal::report_failure(closes.error(), options.json);
      return Exit::usage;
    }
    body["closes_at"] = *closes;
  }
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  auto& client = there->connection.client;
  auto event = act == "open" ? client.post(there->path + "/open", body)
                             : there->connection.act(there->path + "/" + act);
  if (event && text_of(*event, "slug").empty()) event = client.get(there->path);
  if (!event) return terminal::report(event.error(), options.json, there->connection.server.url);
  return tell_state(*event, options.json);
}

Exit show_event(const ActOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  const auto event = there->connection.client.get(there->path);
  if (!event) return terminal::report(event.error(), options.json, there->connection.server.url);
  if (options.json)
    terminal::print_json(*event);
  else
    fmt::print("{}", event_text(*event, base::now()));
  return Exit::done;
}

namespace {

base::Result<json::value> all_people(web::Client& client, const std::string& path) {
  auto all = client.get(path + "?limit=200");
  while (all && !text_of(*all, "next").empty()) {
    auto page =
        client.get(fmt::format("{}?limit=200&after={}", path, terminal::encoded(text_of(*all, "next"))));
    if (!page) return page;
    auto& items = all->at("items").as_array();
    const auto& more = terminal::items_of(*page, "items");
    items.insert(items.end(), more.begin(), more.end());
    all->as_object()["next"] = page->at("next");
  }
  return all;
}

}  // namespace

Exit show_people(const ActOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  const auto people = all_people(there->connection.client, there->path + "/people");
  if (!people) return terminal::report(people.error(), options.json, there->connection.server.url);
  if (options.json) {
    terminal::print_json(*people);
    return Exit::done;
  }
  std::vector<std::vector<std::string>> rows{{"person", "name", "team", "role", "joined"}};
  for (const auto& person : terminal::items_of(*people, "items"))
    rows.push_back({text_of(person, "handle"), text_of(person, "name"),
                    text_of(person, "team.name", text_of(person, "team")), text_of(person, "role"),
                    terminal::since_text(text_of(person, "joined_at"), base::now())});
  fmt::print("{}", rows.size() == 1 ? "nobody takes part yet\n" : terminal::table_text(rows));
  return Exit::done;
}

namespace {

base::Result<json::object> wishes_of(const ChangeOptions& options) {
  json::object body;
  if (options.title) body["title"] = *options.title;
  if (options.summary) body["summary"] = *options.summary;
  for (const auto& [name, text] :
       {std::pair("opens_at", options.opens), std::pair("closes_at", options.closes)}) {
    if (!text) continue;
    const auto time = time_from(*text);
    if (!time) return base::Failure(time.error());
    body[name] = *time;
  }
  if (options.per_day) body["per_day"] = *options.per_day;
  if (options.failures_per_day) body["failures_per_day"] = *options.failures_per_day;
  if (options.is_trusted) body["is_trusted"] = *options.is_trusted;
  if (!options.statement.empty()) {
    auto text = base::read_file(options.statement, 1u << 20);
    if (!text) return base::Failure(text.error());
    body["statement"] = std::move(*text);
  }
  if (body.empty()) return base::invalid("nothing to change: agora event change --help lists what can be");
  return body;
}

}  // namespace

Exit change_event(const ChangeOptions& options) {
  const auto body = wishes_of(options);
  if (!body) {
    terminal::report_failure(body.error(), options.json);
    return Exit::usage;
  }
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  const auto& url = there->connection.server.url;
  auto& client = there->connection.client;
  // Its present version, so that another organiser's change meanwhile is not lost.
  const auto present = client.send("GET", there->path);
  if (!present) return terminal::report(present.error(), options.json, url);
  if (present->status >= 400) return terminal::report(web::error_of(*present), options.json, url);
  const auto event = client.patch(there->path, *body, present->headers.get("ETag"));
  if (!event) return terminal::report(event.error(), options.json, url);
  return tell_state(*event, options.json);
}

}  // namespace events
