// The servers that the person logged in to, the event that a folder belongs to, and a connection to where a
// command is meant for. The Python client reads and writes the same files.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/terminal/terminal.h"
#include "machine/web/client.h"

namespace terminal {

// An entry of servers.json. `members` are those that another client wrote: they are kept.
struct Server {
  std::string url;
  std::string token{};
  std::string token_id{};
  std::string person{};  // a handle
  base::json::object members{};
};

using Environment = std::map<std::string, std::string>;

// $XDG_CONFIG_HOME/agora/servers.json, or below ~/.config. The current server is the last one.
std::filesystem::path servers_file(const Environment& environment);
// Empty where there is no file. Fails with `invalid`, naming the file.
base::Result<std::vector<Server>> read_servers(const std::filesystem::path& file);
// For the owner's eyes only (0600, in a folder of 0700).
base::Result<void> write_servers(const std::filesystem::path& file, const std::vector<Server>& servers);
// Makes it the current one, in place of what was kept of its URL.
base::Result<void> remember(const std::filesystem::path& file, Server server);
base::Result<void> forget(const std::filesystem::path& file, std::string_view url);

// The address without a slash at its end. Without a scheme it is https, or http on this machine. Fails with
// `invalid`.
base::Result<std::string> address_of(std::string_view text);
// Whether what is sent there can be read on the way.
bool is_open_to_eavesdroppers(std::string_view url);

// A folder that `agora start` made: .agora.toml in it names its server and event.
struct Place {
  std::filesystem::path folder;
  std::string server;
  std::string event;
};
// In `from` or the nearest folder above it. Fails with `invalid`, naming the file.
base::Result<std::optional<Place>> find_place(const std::filesystem::path& from);
base::Result<void> write_place(const Place& place);

// Where a command goes: $AGORA_SERVER, else the folder's server, else the current one; with $AGORA_TOKEN,
// else the token that is kept for it. Fails with `invalid` where there is none, or where $AGORA_TOKEN would
// go to a server that only a folder's file names.
base::Result<Server> choose_server(const std::vector<Server>& kept, const std::optional<Place>& place,
                                   const Environment& environment);

// The server of a command, spoken to below /api/v1.
struct Connection {
  Server server;
  web::Client client;

  // A POST without a body: an act, such as /events/iris/join.
  base::Result<base::json::value> act(std::string_view path);
  // A POST that creates, under a key of its own: sent again when the connection breaks, done once.
  base::Result<base::json::value> create(std::string_view path, const base::json::value& body);
  // All pages of a list, up to `most` items. `path` may hold a query.
  base::Result<base::json::array> list(std::string path, std::size_t most = 10000);
  // Into a file, with a bar on the terminal.
  base::Result<void> download(std::string_view path, const std::filesystem::path& target,
                              std::string_view what);
  // Returns the upload's id.
  base::Result<std::string> upload(const std::filesystem::path& file, std::string_view what);
};

base::Result<Connection> connect(const Server& server);
// To choose_server's choice, in the process's environment.
base::Result<Connection> connect(const std::optional<Place>& place = std::nullopt);

// As report_failure, and says what to check when the server is out of reach, or does not know the person.
Exit report(const base::Error& error, bool as_json, std::string_view url = {});

// The event that a command means: the one given, else the folder's.
struct Target {
  std::string event;
  std::optional<Place> place;
};
base::Result<Target> target_event(const std::string& given,
                                  const std::filesystem::path& from = std::filesystem::path("."));

// Safe in a path of a URL.
std::string encoded(std::string_view text);

}  // namespace terminal
