#include "judge/environments/settings.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/environments/text.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

// pip.conf is an INI file; a value may go on in indented lines.
void read_pip_file(std::string_view text, Variables& into) {
  bool counts = false;
  std::string key;
  for (const auto& physical : split(text, '\n')) {
    const auto line = trimmed(physical);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    if (line.starts_with('[')) {
      counts = line == "[global]" || line == "[install]" || line == "[download]";
      continue;
    }
    if (!counts) continue;
    if (physical.starts_with(' ') || physical.starts_with('\t')) {
      if (!key.empty()) into[key] += " " + std::string(line);
      continue;
    }
    const auto at = line.find_first_of("=:");
    if (at == std::string_view::npos) continue;
    key = std::string(trimmed(line.substr(0, at)));
    std::replace(key.begin(), key.end(), '_', '-');
    into[key] = std::string(trimmed(line.substr(at + 1)));
  }
}

void read_pip_variables(const Variables& environment, Variables& into) {
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("PIP_") || value.empty()) continue;
    std::string key;
    for (const char c : name.substr(4))
      key += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    into[key] = value;
  }
}

std::vector<std::string> words_of(std::string_view text) {
  auto words = split(one_line(text), ' ');
  std::erase(words, "");
  return words;
}

// pip goes on without a folder that is not there; uv would stop.
std::string usable_links(std::string_view text) {
  std::vector<std::string> kept;
  for (const auto& link : words_of(text)) {
    std::error_code ignored;
    if (link.find("://") != std::string::npos || fs::exists(link, ignored)) kept.push_back(link);
  }
  return fmt::format("{}", fmt::join(kept, ","));
}

}  // namespace

Settings settings_from(const std::vector<std::string>& pip_files, const Variables& environment) {
  Variables pip;
  for (const auto& file : pip_files) read_pip_file(file, pip);
  read_pip_variables(environment, pip);
  Settings settings{environment, false};
  const auto set = [&](const char* variable, const std::string& value) {
    if (!value.empty()) settings.variables.try_emplace(variable, value);
  };
  if (!environment.contains("UV_INDEX_URL")) set("UV_DEFAULT_INDEX", pip["index-url"]);
  if (!environment.contains("UV_EXTRA_INDEX_URL")) set("UV_INDEX", one_line(pip["extra-index-url"]));
  set("UV_FIND_LINKS", usable_links(pip["find-links"]));
  set("UV_INSECURE_HOST", one_line(pip["trusted-host"]));
  set("UV_HTTP_TIMEOUT", pip["timeout"].empty() ? pip["default-timeout"] : pip["timeout"]);
  set("ALL_PROXY", pip["proxy"]);
  set("SSL_CERT_FILE", pip["cert"]);
  for (const auto* variable : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
    if (const auto found = environment.find(variable); found != environment.end())
      set("SSL_CERT_FILE", found->second);
  const auto& no_index = pip["no-index"];
  settings.no_index = no_index == "1" || no_index == "true" || no_index == "yes" || no_index == "on";
  return settings;
}

Settings host_settings() {
  const auto environment = base::process_environment();
  const auto value = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  std::vector<fs::path> places{"/etc/xdg/pip/pip.conf", "/etc/pip.conf"};
  if (const auto home = value("HOME"); !home.empty()) {
    const auto config = value("XDG_CONFIG_HOME");
    places.push_back(fs::path(home) / ".pip/pip.conf");
    places.push_back((config.empty() ? fs::path(home) / ".config" : fs::path(config)) / "pip/pip.conf");
  }
  const auto own = value("PIP_CONFIG_FILE");
  if (own == "/dev/null")
    places.clear();
  else if (!own.empty())
    places.emplace_back(own);
  std::vector<std::string> texts;
  for (const auto& place : places)
    if (auto text = base::read_file(place, 1u << 20)) texts.push_back(*std::move(text));
  return settings_from(texts, environment);
}

}  // namespace environments
