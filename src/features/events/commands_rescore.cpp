// A kit that differs in its score types takes the place of an event's: everything is scored again, untrained.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"
#include "features/events/commands_create.h"
#include "features/events/commands_show.h"
#include "machine/terminal/values.h"

namespace events {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

bool is_refused(const json::value& event) {
  return text_of(event, "next_problem.state") == "refused";
}

// The event once the server has applied the kit, or refused it.
base::Result<json::value> checked(terminal::Connection& connection, json::value event) {
  const base::Stopwatch since_start;
  terminal::ProgressLine line;
  const auto path = "/events/" + terminal::encoded(text_of(event, "id"));
  while (terminal::member(event, "next_problem") != nullptr && !is_refused(event)) {
    line.draw(fmt::format("{}  the server checks the kit ... {:.0f} s", text_of(event, "slug"),
                          since_start.seconds()));
    std::this_thread::sleep_for(std::chrono::milliseconds(since_start.seconds() < 10 ? 250 : 1000));
    auto now = connection.client.get(path);
    if (!now) return now;
    event = std::move(*now);
  }
  return event;
}

void print_scores(const json::value& event) {
  std::vector<std::string> names;
  for (const auto& column : terminal::items_of(event, "score_columns"))
    names.push_back(text_of(column, "name"));
  if (!names.empty()) names.front() += " (official)";
  fmt::print("{} is scored again: {}\n", text_of(event, "slug"), fmt::join(names, ", "));
}

// `problem` is the kit that was sent; an event that waits for none and has another did not take it.
Exit tell(const json::value& event, const std::string& problem, const RescoreOptions& options) {
  const auto* next = terminal::member(event, "next_problem");
  const bool failed = is_refused(event) || (next == nullptr && text_of(event, "problem.id") != problem);
  if (options.json) {
    terminal::print_json(event);
    return failed ? Exit::failed : Exit::done;
  }
  const auto slug = text_of(event, "slug");
  if (failed) {
    if (next != nullptr) fmt::print("{}", kit::to_text(findings_of(*next)));
    fmt::print(stderr, "error: the server refuses the kit: {} keeps the scores that it has\n", slug);
    terminal::print_next(
        "send the kit that was scored, with nothing changed but the score types in problem.py");
    return Exit::failed;
  }
  if (next != nullptr) {
    fmt::print("{}: the server checks the kit, then scores everything again\n", slug);
    return Exit::done;
  }
  print_scores(event);
  terminal::print_next(fmt::format("agora board {}", slug));
  return Exit::done;
}

base::Result<json::value> send(terminal::Connection& connection, const RescoreOptions& options) {
  const auto path = "/events/" + terminal::encoded(options.event);
  if (auto event = connection.client.get(path); !event) return event;  // before a kit is sent in vain
  auto kit = send_kit(connection, options.kit);
  if (!kit) return base::Failure(kit.error());
  return connection.create(path + "/rescore", json::value{{"kit_upload", *kit}});
}

}  // namespace

Exit rescore_event(const RescoreOptions& options) {
  if (const auto why_not = why_not_sent(options.kit, options.json)) return *why_not;
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  auto event = send(*connection, options);
  if (!event) return terminal::report(event.error(), options.json, url);
  const auto problem = text_of(*event, "next_problem.id");
  if (options.waits) event = checked(*connection, std::move(*event));
  if (!event) return terminal::report(event.error(), options.json, url);
  return tell(*event, problem, options);
}

}  // namespace events
