// From a kit on disk to an event on a server, new, mended or scored again: lint, pack, send, wait for the
// server's own check.
#pragma once
#include <optional>
#include <string>

#include "machine/terminal/servers.h"

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

struct KitOptions {
  std::string event, kit;
  std::string data;  // HIDDEN; empty: what came with the kit before
  bool waits = true;
  bool json = false;
};

terminal::Exit replace_kit(const KitOptions& options);

struct RescoreOptions {
  std::string event, kit;
  bool waits = true;
  bool json = false;
};

terminal::Exit rescore_event(const RescoreOptions& options);

// For all: what the kit's text tells before anything is sent, said already; none where it may be sent.
std::optional<terminal::Exit> why_not_sent(const std::string& kit, bool as_json);
// Packed and sent, under its own name; the upload's id.
base::Result<std::string> send_kit(terminal::Connection& connection, const std::string& kit);

}  // namespace events
