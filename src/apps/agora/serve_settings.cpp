#include "apps/agora/serve_settings.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "base/log.h"

namespace agora {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ",") {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// Each evaluation works on as many folds as there are cores; a second one fills the gaps between folds.
int default_evaluations() {
  return std::max(2, static_cast<int>(std::thread::hardware_concurrency()) / 4);
}

base::Result<void> set_log(const base::Config& config) {
  const auto level = config.text("log");
  const std::map<std::string, base::LogLevel> levels{{"debug", base::LogLevel::debug},
                                                     {"info", base::LogLevel::info},
                                                     {"warning", base::LogLevel::warning},
                                                     {"error", base::LogLevel::error}};
  const auto found = levels.find(level);
  if (found == levels.end())
    return base::invalid(
        fmt::format("log is \"{}\" ({}): say debug, info, warning or error", level, config.source("log")));
  const auto form = config.text("log-form");
  if (form != "text" && form != "json")
    return base::invalid(
        fmt::format("log-form is \"{}\" ({}): say text or json", form, config.source("log-form")));
  base::set_log(found->second, form == "json" ? base::LogForm::json : base::LogForm::text);
  return {};
}

}  // namespace

const std::vector<base::Setting>& serve_settings() {
  static const std::vector<base::Setting> kSettings{
      {"data", "", "The center's folder: database, blobs, problems"},
      {"listen", "127.0.0.1:8080", "Address and port"},
      {"database", "", "postgresql://user@host/name; without it SQLite in the data folder"},
      {"public-url", "", "Where people reach the center, behind a proxy: https://agora.example.org"},
      {"evaluations", "", "Submissions at work at once, each with its folds in parallel"},
      {"proxies", "", "Addresses of proxies whose X-Forwarded-For is believed, with commas between"},
      {"cors-origins", "", "Other origins whose pages may read the API, with commas between"},
      {"requests-per-minute", "600", "Of one person or address, before 429"},
      {"log", "warning", "debug, info, warning or error"},
      {"log-form", "text", "text or json"},
  };
  return kSettings;
}

base::Result<std::pair<std::string, std::uint16_t>> read_listen(const std::string& text) {
  const auto wrong =
      base::invalid(fmt::format("\"{}\" is no address to listen on: say HOST:PORT, as 127.0.0.1:8080", text));
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned port = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, port);
  if (read.ec != std::errc() || read.ptr != end || port > 65535) return wrong;
  return std::pair(host.empty() ? "0.0.0.0" : host, static_cast<std::uint16_t>(port));
}

base::Result<CenterSettings> read_serve_settings(const std::string& config_file,
                                                 const std::map<std::string, std::string>& flags) {
  const auto file = config_file.empty() ? std::nullopt : std::optional<std::filesystem::path>(config_file);
  const auto config = base::Config::load(serve_settings(), file, base::process_environment(), flags);
  if (!config) return tl::unexpected(config.error());
  if (auto set = set_log(*config); !set) return tl::unexpected(set.error());
  CenterSettings settings;
  settings.data = config->text("data");
  if (settings.data.empty()) return base::invalid("say where the center's data is: --data DIR");
  settings.home = base::agora_home();
  settings.database = config->text("database");
  settings.public_url = config->text("public-url");
  const auto listen = read_listen(config->text("listen"));
  if (!listen) return tl::unexpected(listen.error());
  std::tie(settings.address, settings.port) = *listen;
  settings.evaluations = default_evaluations();
  if (!config->text("evaluations").empty()) {
    const auto number = config->number("evaluations");
    if (!number) return tl::unexpected(number.error());
    if (*number < 1 || *number > 1024) return base::invalid("evaluations must be from 1 to 1024");
    settings.evaluations = static_cast<int>(*number);
  }
  const auto rate = config->number("requests-per-minute");
  if (!rate) return tl::unexpected(rate.error());
  if (*rate < 1) return base::invalid("requests-per-minute must be at least 1");
  settings.requests_per_minute = static_cast<std::uint32_t>(std::min(*rate, 1'000'000'000L));
  settings.proxies = words_of(config->text("proxies"));
  settings.cors_origins = words_of(config->text("cors-origins"));
  return settings;
}

}  // namespace agora
