#include "machine/terminal/servers.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/config.h"
#include "base/files.h"
#include "machine/terminal/values.h"

namespace terminal {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

constexpr std::string_view kMark = ".agora.toml";

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::string text_in(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

// A basic string of TOML.
std::string toml_text(std::string_view text) {
  return base::to_text(json::value(json::string_view(text.data(), text.size())));
}

}  // namespace

fs::path servers_file(const Environment& environment) {
  const auto folder = variable(environment, "XDG_CONFIG_HOME");
  const auto root = folder.empty() ? fs::path(variable(environment, "HOME")) / ".config" : fs::path(folder);
  return root / "agora" / "servers.json";
}

base::Result<std::vector<Server>> read_servers(const fs::path& file) {
  const auto text = base::read_file(file);
  if (!text && text.error().kind == base::ErrorKind::not_found) return std::vector<Server>{};
  if (!text) return base::Failure(text.error());
  const auto broken = [&] {
    return base::invalid(fmt::format("{} cannot be read: remove it and log in again", file.string()));
  };
  const auto value = base::parse_json(*text);
  const auto* list = value ? base::find_member(*value, "servers") : nullptr;
  if (list == nullptr || !list->is_array()) return broken();
  std::vector<Server> servers;
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object() || text_in(entry.get_object(), "url").empty()) return broken();
    const auto& object = entry.get_object();
    servers.push_back({text_in(object, "url"), text_in(object, "token"), text_in(object, "token_id"),
                       text_in(object, "person"), object});
  }
  return servers;
}

base::Result<void> write_servers(const fs::path& file, const std::vector<Server>& servers) {
  json::array list;
  for (const auto& server : servers) {
    auto entry = server.members;
    const auto put = [&](const char* name, const std::string& text) {
      if (text.empty())
        entry.erase(name);
      else
        entry[name] = text;
    };
    put("url", server.url);
    put("token", server.token);
    put("token_id", server.token_id);
    put("person", server.person);
    list.push_back(std::move(entry));
  }
  std::error_code failed;
  fs::create_directories(file.parent_path().parent_path(), failed);
  if (fs::create_directory(file.parent_path(), failed))
    fs::permissions(file.parent_path(), fs::perms::owner_all, failed);
  return base::write_file(file, base::to_pretty_text(json::object{{"servers", std::move(list)}}) + "\n",
                          base::Readers::owner);
}

base::Result<void> remember(const fs::path& file, Server server) {
  auto servers = read_servers(file);
  if (!servers) return base::Failure(servers.error());
  std::erase_if(*servers, [&](const Server& kept) { return kept.url == server.url; });
  servers->push_back(std::move(server));
  return write_servers(file, *servers);
}

base::Result<void> forget(const fs::path& file, std::string_view url) {
  auto servers = read_servers(file);
  if (!servers) return base::Failure(servers.error());
  if (std::erase_if(*servers, [&](const Server& kept) { return kept.url == url; }) == 0) return {};
  return write_servers(file, *servers);
}

namespace {

std::string_view host_in(std::string_view url) {
  const auto mark = url.find("://");
  if (mark != std::string_view::npos) url.remove_prefix(mark + 3);
  url = url.substr(0, url.find('/'));
  if (url.starts_with('[')) return url.substr(0, url.find(']') + 1);
  return url.substr(0, url.find(':'));
}

bool is_this_machine(std::string_view host) {
  const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (is_number && host.starts_with("127.")) ||
         host.ends_with(".localhost");
}

}  // namespace

base::Result<std::string> address_of(std::string_view text) {
  std::string url(text);
  if (url.find("://") == std::string::npos)
    url = (is_this_machine(host_in(url)) ? "http://" : "https://") + url;
  while (url.ends_with('/')) url.pop_back();
  const auto wrong = url.find_first_of("?#") != std::string::npos;
  if (auto client = web::Client::make(url); !client || wrong)
    return base::invalid(
        fmt::format("{} is no address: write it like https://agora.example.org", plain(text)));
  return url;
}

bool is_open_to_eavesdroppers(std::string_view url) {
  return url.starts_with("http://") && !is_this_machine(host_in(url));
}

namespace {

base::Result<Place> read_place(const fs::path& file) {
  static const std::vector<base::Setting> kSettings{{"server", "", "the server's address"},
                                                    {"event", "", "the event's name in addresses"}};
  const auto config = base::Config::load(kSettings, file, {}, {});
  if (!config) return base::Failure(config.error());
  Place place{file.parent_path(), config->text("server"), config->text("event")};
  for (const auto& [name, value] : {std::pair("server", place.server), std::pair("event", place.event)})
    if (value.empty())
      return base::invalid(
          fmt::format("{} has no line {} = \"...\": write it, or start the event anew", file.string(), name));
  const auto address = address_of(place.server);
  if (!address)
    return base::invalid(fmt::format("{}: the server {}", file.string(), address.error().message));
  place.server = *address;
  return place;
}

}  // namespace

base::Result<std::optional<Place>> find_place(const fs::path& from) {
  std::error_code failed;
  auto folder = fs::weakly_canonical(fs::absolute(from, failed), failed);
  while (!failed && !folder.empty()) {
    if (fs::is_regular_file(folder / kMark, failed)) {
      auto place = read_place(folder / kMark);
      if (!place) return base::Failure(place.error());
      return std::optional(std::move(*place));
    }
    failed.clear();
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::optional<Place>();
}

base::Result<void> write_place(const Place& place) {
  return base::write_file(
      place.folder / kMark,
      fmt::format("# Commands that are given in this folder or below it know their event from here.\n"
                  "server = {}\nevent = {}\n",
                  toml_text(place.server), toml_text(place.event)));
}

base::Result<Server> choose_server(const std::vector<Server>& kept, const std::optional<Place>& place,
                                   const Environment& environment) {
  const auto named = variable(environment, "AGORA_SERVER");
  const auto token = variable(environment, "AGORA_TOKEN");
  Server chosen;
  if (!named.empty()) {
    auto address = address_of(named);
    if (!address) return base::invalid("$AGORA_SERVER: " + address.error().message);
    chosen.url = *address;
  } else if (place) {
    chosen.url = place->server;
  } else if (!kept.empty()) {
    chosen.url = kept.back().url;
  } else {
    return base::invalid("you are logged in to no server: say agora login URL");
  }
  const auto known =
      std::find_if(kept.begin(), kept.end(), [&](const Server& s) { return s.url == chosen.url; });
  if (!token.empty()) {
    // A folder may come from anybody: its file alone must not say where a token goes.
    if (named.empty() && known == kept.end())
      return base::invalid(
          fmt::format("$AGORA_TOKEN is set, but not for which server: set AGORA_SERVER={} "
                      "where that is the one",
                      chosen.url));
    chosen.token = token;
    return chosen;
  }
  return known == kept.end() ? chosen : *known;
}

}  // namespace terminal
