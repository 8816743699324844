// A participant's first steps: find an event, get its starter kit, take part, or not after all.
#pragma once
#include <string>

#include "machine/terminal/terminal.h"

namespace events {

struct PlainOptions {
  std::string event;  // empty: the folder's, where one is needed
  bool json = false;
};
terminal::Exit list_events(const PlainOptions& options);
terminal::Exit join_event(const PlainOptions& options);
terminal::Exit leave_event(const PlainOptions& options);

struct StartOptions {
  std::string event;
  std::string folder;  // empty: the event's name
  bool json = false;
};
terminal::Exit start_event(const StartOptions& options);

}  // namespace events
