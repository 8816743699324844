// From a kit on disk to an event on a server: lint, pack, send, wait for the server's own check.
#pragma once
#include <optional>
#include <string>

#include "machine/terminal/terminal.h"

namespace events {

struct CreateOptions {
  std::string kit;
  std::string data;  // HIDDEN; empty: a practice event
  std::string slug, title, opens, closes;
  std::optional<int> per_day, failures_per_day;
  bool is_trusted = false;
  bool waits = true;
  bool json = false;
};

terminal::Exit create_event(const CreateOptions& options);

}  // namespace events
