#include "features/compute/rules.h"

#include <array>

#include <fmt/format.h>

namespace compute {
namespace {

constexpr std::array kStates{
    std::pair{State::building, std::string_view("building")},
    std::pair{State::ready, std::string_view("ready")},
    std::pair{State::failed, std::string_view("failed")},
    std::pair{State::retired, std::string_view("retired")},
};

base::Error conflict(std::string message) {
  return {base::ErrorKind::conflict, std::move(message)};
}

std::string titles_of(const std::vector<Use>& uses) {
  std::string titles;
  for (const auto& use : uses)
    titles += fmt::format("{}{} ({})", titles.empty() ? "" : ", ", use.title, use.slug);
  return titles;
}

}  // namespace

std::string_view word_for(State state) {
  for (const auto& [value, word] : kStates)
    if (value == state) return word;
  return "";
}

std::optional<State> state_from(std::string_view word) {
  for (const auto& [value, known] : kStates)
    if (known == word) return value;
  return std::nullopt;
}

std::optional<base::Error> why_not_asked(std::string_view name, const std::optional<State>& holder) {
  if (!holder || *holder == State::failed || *holder == State::retired) return std::nullopt;
  if (*holder == State::building) return conflict(fmt::format("{} is being built: wait for its end", name));
  return conflict(fmt::format(
      "there is an environment {} already, and environments do not change: choose another name", name));
}

std::optional<base::Error> why_not_checked(std::string_view name, State state) {
  if (state == State::building)
    return conflict(fmt::format("{} is being built, and tested at the end: wait for that", name));
  if (state == State::ready) return std::nullopt;
  return conflict(fmt::format("{} is {}: there is nothing to check", name, word_for(state)));
}

std::optional<base::Error> why_not_retired(std::string_view name, State state, const std::vector<Use>& uses) {
  if (name == environments::kDefault)
    return conflict("\"default\" is the environment that Agora makes itself, and would make again");
  if (state == State::building) return conflict(fmt::format("{} is being built: wait for its end", name));
  if (state == State::retired) return conflict(fmt::format("{} is retired already", name));
  if (uses.empty()) return std::nullopt;
  return conflict(fmt::format("{} is used by {}: it stays as long as they need it", name, titles_of(uses)));
}

std::string without_home(std::string_view text, std::string_view home) {
  std::string shown;
  while (!home.empty()) {
    const auto at = text.find(home);
    if (at == std::string_view::npos) break;
    shown += text.substr(0, at);
    shown += "$AGORA_HOME";
    text.remove_prefix(at + home.size());
  }
  return shown += text;
}

std::vector<Use> shown_to(const people::Viewer& viewer, std::vector<Use> uses, base::Instant now) {
  if (!people::is_administrator(viewer, now))
    std::erase_if(uses, [](const Use& use) { return !use.is_announced; });
  return uses;
}

}  // namespace compute
