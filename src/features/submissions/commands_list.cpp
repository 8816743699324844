#include "features/submissions/commands_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "features/submissions/commands_show.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace submissions {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

// The event given, or the folder's; none is no mistake here.
base::Result<terminal::Target> event_if_any(const std::string& given) {
  auto place = terminal::find_place(".");
  if (!place) return base::Failure(place.error());
  terminal::Target target{given, std::move(*place)};
  if (given.empty() && target.place) target.event = target.place->event;
  return target;
}

bool has_several_teams(const json::array& items) {
  return std::any_of(items.begin(), items.end(), [&](const json::value& item) {
    return text_of(item, "team.id") != text_of(items.front(), "team.id");
  });
}

void print_list(const json::array& items, const json::value& event, bool with_event) {
  const auto columns = columns_of(event, {});
  const bool with_team = has_several_teams(items);
  std::vector<std::vector<std::string>> rows{list_head(columns, with_event, with_team)};
  for (const auto& item : items) rows.push_back(list_row(item, columns, with_event, with_team, base::now()));
  fmt::print("{}", terminal::table_text(rows));
}

}  // namespace

Exit list(const ListOptions& options) {
  const auto target = event_if_any(options.event);
  if (!target) return terminal::report_failure(target.error(), options.json);
  auto connection = terminal::connect(target->place);
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const bool of_event = !target->event.empty();
  json::value event;
  if (of_event) {
    auto found = connection->client.get("/events/" + terminal::encoded(target->event));
    if (!found) return terminal::report(found.error(), options.json, url);
    event = std::move(*found);
  }
  auto items = connection->list(of_event ? "/events/" + terminal::encoded(target->event) + "/submissions"
                                         : "/me/submissions");
  if (!items) return terminal::report(items.error(), options.json, url);
  if (options.json)
    terminal::print_json({{"items", std::move(*items)}});
  else if (items->empty())
    fmt::print("no submissions yet: agora submit sends the first\n");
  else
    print_list(*items, event, !of_event);
  return Exit::done;
}

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Of one's own: the one with this number in the event, or the newest.
base::Result<std::string> own_id(terminal::Connection& connection, const std::string& number,
                                 const std::string& event) {
  if (!number.empty() && event.empty())
    return base::invalid(fmt::format(
        "of which event is submission {}? Give --event, or its id (agora submissions shows it)", number));
  const auto items = connection.list("/me/submissions", number.empty() && event.empty() ? 1 : 10000);
  if (!items) return base::Failure(items.error());
  for (const auto& item : *items) {
    const bool of_event =
        event.empty() || text_of(item, "event.slug") == event || text_of(item, "event.id") == event;
    if (of_event && (number.empty() || text_of(item, "number") == number)) return text_of(item, "id");
  }
  return base::not_found(number.empty() ? "you have no submissions yet: agora submit sends the first"
                                        : fmt::format("you have no submission {} in {}", number, event));
}

base::Result<std::string> id_for(terminal::Connection& connection, const OneOptions& options,
                                 const std::string& event) {
  std::string_view given = options.id;
  if (given.starts_with('#')) given.remove_prefix(1);
  if (given.empty() || is_number(given)) return own_id(connection, std::string(given), event);
  if (!base::ulid_from(given))
    return base::invalid(
        fmt::format("{} is no submission: give its id or its number (agora submissions shows both)",
                    terminal::plain(options.id)));
  return std::string(given);
}

struct One {
  terminal::Connection connection;
  std::string id;
};

base::Result<One> find_one(const OneOptions& options) {
  const auto target = event_if_any(options.event);
  if (!target) return base::Failure(target.error());
  auto connection = terminal::connect(target->place);
  if (!connection) return base::Failure(connection.error());
  auto id = id_for(*connection, options, target->event);
  if (!id) return base::Failure(id.error());
  return One{std::move(*connection), std::move(*id)};
}

std::string lines_of(const json::value& log, std::string_view name) {
  const auto* text = terminal::member(log, name);
  if (text == nullptr || !text->is_string() || text->get_string().empty()) return "";
  auto lines = terminal::plain_lines(std::string_view(text->get_string()));
  if (!lines.ends_with('\n')) lines += '\n';
  return lines;
}

void print_part(const json::value& log, const std::string& part, std::string_view title) {
  if (terminal::member(log, part) == nullptr) return;
  const auto text = lines_of(log, part + ".output") + lines_of(log, part + ".traceback");
  fmt::print("== {} ==\n{}", title, text.empty() ? "(nothing was printed)\n" : text);
}

}  // namespace

Exit show_log(const OneOptions& options) {
  auto one = find_one(options);
  if (!one) return terminal::report(one.error(), options.json);
  const auto log = one->connection.client.get("/submissions/" + terminal::encoded(one->id) + "/log");
  if (!log) return terminal::report(log.error(), options.json, one->connection.server.url);
  if (options.json) {
    terminal::print_json(*log);
    return Exit::done;
  }
  print_part(*log, "trial", "trial, on public data");
  print_part(*log, "hidden", "on hidden data");
  if (terminal::member(*log, "trial") == nullptr && terminal::member(*log, "hidden") == nullptr)
    fmt::print("there is no log yet\n");
  return Exit::done;
}

Exit cancel(const OneOptions& options) {
  auto one = find_one(options);
  if (!one) return terminal::report(one.error(), options.json);
  const auto submission = one->connection.act("/submissions/" + terminal::encoded(one->id) + "/cancel");
  if (!submission) return terminal::report(submission.error(), options.json, one->connection.server.url);
  if (options.json)
    terminal::print_json(*submission);
  else if (has_ended(*submission))
    fmt::print("{} is {}\n", label_of(*submission), text_of(*submission, "state"));
  else
    fmt::print("{} is being stopped\n", label_of(*submission));
  return Exit::done;
}

Exit rerun(const OneOptions& options) {
  auto one = find_one(options);
  if (!one) return terminal::report(one.error(), options.json);
  const auto submission = one->connection.act("/submissions/" + terminal::encoded(one->id) + "/rerun");
  if (!submission) return terminal::report(submission.error(), options.json, one->connection.server.url);
  if (options.json)
    terminal::print_json(*submission);
  else
    fmt::print("{} runs again from the beginning; its team is not charged\n", label_of(*submission));
  return Exit::done;
}

}  // namespace submissions
