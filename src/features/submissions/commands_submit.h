// Handing in from a terminal, and watching what becomes of it.
#pragma once
#include <string>
#include <vector>

#include "machine/terminal/servers.h"

namespace submissions {

struct SubmitOptions {
  std::vector<std::string> words;  // [EVENT] PATH
  std::string name;
  bool waits = false;
  bool json = false;
};

terminal::Exit submit(const SubmitOptions& options);

// Until it has ended, with a line of progress on the terminal. A server that is out of reach for a minute is
// waited for.
base::Result<base::json::value> watch(terminal::Connection& connection, const std::string& id,
                                      const std::string& title);

}  // namespace submissions
