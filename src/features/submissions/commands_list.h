// Looking back at submissions: the list, a log, an end to one that runs, and a new beginning.
#pragma once
#include <string>

#include "machine/terminal/terminal.h"

namespace submissions {

struct ListOptions {
  std::string event;
  bool json = false;
};
terminal::Exit list(const ListOptions& options);

struct OneOptions {
  std::string id;  // an id, or the number of one's own in the folder's event; empty: the newest of one's own
  std::string event;
  bool json = false;
};
terminal::Exit show_log(const OneOptions& options);
terminal::Exit cancel(const OneOptions& options);
terminal::Exit rerun(const OneOptions& options);

}  // namespace submissions
