#include "base/config.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>
#include <pwd.h>
#include <toml++/toml.h>
#include <unistd.h>

extern char** environ;

namespace base {
namespace fs = std::filesystem;
namespace {

bool is_setting(const std::vector<Setting>& settings, std::string_view name) {
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.name == name; });
}

std::string variable_for(std::string_view name) {
  std::string variable = "AGORA_";
  for (const char c : name) variable += c == '-' || c == '.' ? '_' : static_cast<char>(std::toupper(c));
  return variable;
}

std::string known_names(const std::vector<Setting>& settings) {
  std::string all;
  for (const auto& setting : settings) all += (all.empty() ? "" : ", ") + std::string(setting.name);
  return all;
}

Result<std::map<std::string, std::string>> read_toml(const fs::path& file,
                                                     const std::vector<Setting>& settings) {
  std::map<std::string, std::string> values;
  try {
    const auto table = toml::parse_file(file.string());
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (!is_setting(settings, name))
        return invalid(fmt::format("{}, line {}: there is no setting \"{}\" (there are: {})", file.string(),
                                   node.source().begin.line, name, known_names(settings)));
      if (auto text = node.value<std::string>())
        values[name] = *text;
      else if (auto number = node.value<std::int64_t>())
        values[name] = std::to_string(*number);
      else
        return invalid(fmt::format("{}, line {}: \"{}\" takes a string or a whole number", file.string(),
                                   node.source().begin.line, name));
    }
  } catch (const toml::parse_error& error) {
    return invalid(
        fmt::format("{}, line {}: {}", file.string(), error.source().begin.line, error.description()));
  }
  return values;
}

}  // namespace

Result<Config> Config::load(const std::vector<Setting>& settings, const std::optional<fs::path>& file,
                            const std::map<std::string, std::string>& environment,
                            const std::map<std::string, std::string>& flags) {
  Config config;
  for (const auto& setting : settings)
    config.values_[std::string(setting.name)] = {std::string(setting.fallback), "default"};
  if (file) {
    auto values = read_toml(*file, settings);
    if (!values) return tl::unexpected(values.error());
    for (auto& [name, text] : *values) config.values_[name] = {text, "file " + file->string()};
  }
  for (const auto& setting : settings) {
    const auto found = environment.find(variable_for(setting.name));
    if (found != environment.end())
      config.values_[std::string(setting.name)] = {found->second, "environment"};
  }
  for (const auto& [name, text] : flags) {
    if (!is_setting(settings, name))
      return invalid(fmt::format("there is no setting \"{}\" (there are: {})", name, known_names(settings)));
    config.values_[name] = {text, "flag"};
  }
  return config;
}

std::string Config::text(std::string_view name) const {
  const auto found = values_.find(name);
  assert(found != values_.end());
  return found->second.text;
}

Result<long> Config::number(std::string_view name) const {
  const auto value = text(name);
  long number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed != std::errc() || end != value.data() + value.size())
    return invalid(
        fmt::format("the setting \"{}\" ({}) is \"{}\": it takes a whole number", name, source(name), value));
  return number;
}

std::string Config::source(std::string_view name) const {
  const auto found = values_.find(name);
  assert(found != values_.end());
  return found->second.source;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

fs::path agora_home() {
  if (const char* home = std::getenv("AGORA_HOME"); home != nullptr && *home != '\0') return home;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return fs::path(home) / ".local/share/agora";
  const passwd* user = getpwuid(getuid());
  return fs::path(user != nullptr ? user->pw_dir : "/tmp") / ".local/share/agora";
}

}  // namespace base
