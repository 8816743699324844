// The event that a command is about, at its server.
#pragma once
#include <string>

#include "machine/terminal/servers.h"

namespace events {

struct There {
  terminal::Target target;
  terminal::Connection connection;
  std::string path;  // "/events/moons"
};

// `event` as it was given; empty: the folder's. Where there is none it is said already, and the exit code
// comes back.
tl::expected<There, terminal::Exit> find_there(const std::string& event, bool as_json);

}  // namespace events
