// A connection to the server of a command: what web::Client does, and how people see it.
#include <thread>

#include <fmt/format.h>

#include "base/config.h"
#include "base/ids.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace terminal {
namespace json = base::json;

std::string encoded(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain_one =
        (std::isalnum(code) != 0 && code < 128) || c == '-' || c == '_' || c == '.' || c == '~';
    safe += plain_one ? std::string(1, c) : fmt::format("%{:02X}", code);
  }
  return safe;
}

base::Result<Connection> connect(const Server& server) {
  web::ClientSettings settings;
  settings.token = server.token;
  auto client = web::Client::make(server.url + "/api/v1", std::move(settings));
  if (!client) return base::Failure(client.error());
  return Connection{server, std::move(*client)};
}

base::Result<Connection> connect(const std::optional<Place>& place) {
  const auto environment = base::process_environment();
  const auto kept = read_servers(servers_file(environment));
  if (!kept) return base::Failure(kept.error());
  const auto server = choose_server(*kept, place, environment);
  if (!server) return base::Failure(server.error());
  return connect(*server);
}

namespace {

// The server's own refusals carry the request's id; without one it was out of reach.
bool is_out_of_reach(const base::Error& error) {
  return error.kind == base::ErrorKind::unavailable && !error.detail.starts_with("request ");
}

}  // namespace

Exit report(const base::Error& error, bool as_json, std::string_view url) {
  const auto exit = report_failure(error, as_json);
  if (as_json || url.empty()) return exit;
  if (error.kind == base::ErrorKind::unauthenticated)
    print_next(fmt::format("agora login {}", url));
  else if (is_out_of_reach(error))
    print_next(
        fmt::format("see whether {} opens in a browser; if not, check your network, the address (agora "
                    "login URL), and ask whoever runs the server",
                    url));
  return exit;
}

base::Result<json::value> Connection::act(std::string_view path) {
  web::Headers headers;
  headers.add("Accept", "application/json");
  const auto answer = client.send("POST", path, {}, headers);
  if (!answer) return base::Failure(answer.error());
  if (answer->status >= 400) return base::Failure(web::error_of(*answer));
  if (answer->body.empty()) return json::value();
  auto value = base::parse_json(answer->body);
  if (!value) return base::unavailable("the answer is no JSON: is this the address of an Agora server?");
  return value;
}

base::Result<json::value> Connection::create(std::string_view path, const json::value& body) {
  const auto key = base::to_text(base::make_ulid(base::now()));
  for (int tries = 1;; ++tries) {
    auto answer = client.post(path, body, key);
    if (answer || !is_out_of_reach(answer.error()) || tries == 3) return answer;
    std::this_thread::sleep_for(std::chrono::milliseconds(300 * tries));
  }
}

base::Result<json::array> Connection::list(std::string path, std::size_t most) {
  json::array items;
  path += path.find('?') == std::string::npos ? "?" : "&";
  std::string after;
  while (true) {
    auto page = client.get(path + "limit=200" + (after.empty() ? "" : "&after=" + encoded(after)));
    if (!page) return base::Failure(page.error());
    for (const auto& item : items_of(*page, "items")) items.push_back(item);
    const auto next = text_of(*page, "next");
    if (next.empty() || next == after || items.size() >= most) return items;
    after = next;
  }
}

base::Result<void> Connection::download(std::string_view path, const std::filesystem::path& target,
                                        std::string_view what) {
  ProgressLine line;
  return client.download(path, target, [&](std::uint64_t done, std::uint64_t all) {
    line.draw(fmt::format("{}  {}", what, bar_text(done, all)));
  });
}

base::Result<std::string> Connection::upload(const std::filesystem::path& file, std::string_view what) {
  ProgressLine line;
  auto place = client.upload("/uploads", file, {{"filename", file.filename().string()}},
                             [&](std::uint64_t done, std::uint64_t all) {
                               line.draw(fmt::format("{}  {}", what, bar_text(done, all)));
                             });
  if (!place) return place;
  return place->substr(place->rfind('/') + 1);
}

base::Result<Target> target_event(const std::string& given, const std::filesystem::path& from) {
  Target target;
  auto place = find_place(from);
  if (place && !*place && from != ".") place = find_place(".");
  if (!place) return base::Failure(place.error());
  target.place = std::move(*place);
  target.event = given.empty() && target.place ? target.place->event : given;
  if (target.event.empty())
    return base::invalid(
        "which event? Give its name (agora events lists them), or go to a folder that agora start made");
  return target;
}

}  // namespace terminal
