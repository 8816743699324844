// What an organiser does with an event that exists, and looks at.
#pragma once
#include <optional>
#include <string>

#include "machine/terminal/terminal.h"

namespace events {

struct ActOptions {
  std::string event;  // empty: the folder's
  std::string closes;
  bool json = false;
};
terminal::Exit act_on_event(const std::string& act, const ActOptions& options);  // open, close, release
terminal::Exit show_event(const ActOptions& options);
terminal::Exit show_people(const ActOptions& options);

struct ChangeOptions {
  std::string event;
  std::optional<std::string> title, summary, opens, closes;
  std::string statement;  // a Markdown file
  std::optional<int> per_day, failures_per_day;
  std::optional<bool> is_trusted;
  bool json = false;
};
terminal::Exit change_event(const ChangeOptions& options);

}  // namespace events
