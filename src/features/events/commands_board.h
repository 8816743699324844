// The board in a terminal, still or live.
#pragma once
#include <string>

#include "machine/terminal/terminal.h"

namespace events {

struct BoardOptions {
  std::string event;
  std::string of = "best";
  std::string sort;
  int limit = 50;  // 0: all
  bool watches = false;
  bool json = false;
};

terminal::Exit show_board(const BoardOptions& options);

}  // namespace events
