#include "features/events/commands_start.h"

#include <fmt/format.h>

#include "base/archive.h"
#include "base/files.h"
#include "features/events/commands_show.h"
#include "features/events/commands_there.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace events {
namespace fs = std::filesystem;
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;

Exit list_events(const PlainOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  auto events = connection->list("/events");
  if (!events) return terminal::report(events.error(), options.json, connection->server.url);
  if (options.json)
    terminal::print_json({{"items", std::move(*events)}});
  else if (events->empty())
    fmt::print("there are no events at {} yet\n", connection->server.url);
  else
    fmt::print("{}", list_text(*events, base::now()));
  return Exit::done;
}

namespace {

base::Result<void> fetch_kit(terminal::Connection& connection, const std::string& slug,
                             const fs::path& folder) {
  std::error_code failed;
  if (fs::exists(folder, failed) && (!fs::is_directory(folder, failed) || !fs::is_empty(folder, failed)))
    return base::conflict(fmt::format("{} is there already: name another folder, agora start {} FOLDER",
                                      folder.string(), slug));
  const auto temporary = base::TemporaryFolder::make("agora-start");
  if (!temporary) return base::Failure(temporary.error());
  const auto archive = temporary->path() / "starter-kit.zip";
  if (auto came = connection.download("/events/" + terminal::encoded(slug) + "/starter-kit", archive, slug);
      !came)
    return came;
  fs::create_directories(folder, failed);
  if (failed) return base::invalid(fmt::format("{} cannot be made: {}", folder.string(), failed.message()));
  if (auto unpacked = base::unpack(archive, folder, {.most_bytes = 64ull << 30}); !unpacked)
    return base::Failure(unpacked.error());
  return terminal::write_place({folder, connection.server.url, slug});
}

void print_steps(const json::value& event, const fs::path& folder) {
  fmt::print("{} is in {}\n\n", text_of(event, "title"), folder.string());
  std::vector<std::pair<std::string, std::string>> steps{
      {"  cd " + folder.string(), ""},
      {"  agora try", "trains and scores submissions/starting_kit here, in sealed cells"}};
  if (!terminal::is_true(event, "mine.is_participant")) steps.emplace_back("  agora join", "to take part");
  steps.emplace_back("  agora submit submissions/starting_kit --wait", "sends it");
  steps.emplace_back("  agora board --watch", "shows where it stands");
  fmt::print("next:\n{}", terminal::facts_text(steps));
}

}  // namespace

Exit start_event(const StartOptions& options) {
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const auto event = connection->client.get("/events/" + terminal::encoded(options.event));
  if (!event) return terminal::report(event.error(), options.json, url);
  const auto slug = text_of(*event, "slug");
  const fs::path folder = options.folder.empty() ? slug : options.folder;
  // A slug comes from the server: it must not lead elsewhere.
  if (options.folder.empty() &&
      (slug.empty() || slug.starts_with('.') || slug.find('/') != std::string::npos))
    return terminal::report_failure({base::ErrorKind::invalid, "name a folder: agora start EVENT FOLDER", {}},
                                    options.json);
  if (auto fetched = fetch_kit(*connection, slug, folder); !fetched)
    return terminal::report(fetched.error(), options.json, url);
  if (options.json)
    terminal::print_json({{"event", slug}, {"server", url}, {"folder", folder.string()}});
  else
    print_steps(*event, folder);
  return Exit::done;
}

Exit join_event(const PlainOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  const auto joined = there->connection.act(there->path + "/join");
  if (!joined) return terminal::report(joined.error(), options.json, there->connection.server.url);
  if (options.json) {
    terminal::print_json(*joined);
    return Exit::done;
  }
  fmt::print("you take part in {} as {}\n", there->target.event, text_of(*joined, "team.name"));
  const auto& [event, place] = there->target;
  if (!place || place->event != event) terminal::print_next(fmt::format("agora start {}", event));
  return Exit::done;
}

Exit leave_event(const PlainOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  const auto left = there->connection.act(there->path + "/leave");
  if (!left) return terminal::report(left.error(), options.json, there->connection.server.url);
  if (options.json)
    terminal::print_json({{"event", there->target.event}, {"is_participant", false}});
  else
    fmt::print("you take part in {} no longer\n", there->target.event);
  return Exit::done;
}

}  // namespace events
