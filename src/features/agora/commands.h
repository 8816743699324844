// This room's commands of `agora`: rows for the open list in apps/agora/rooms.cpp.
#pragma once
#include "machine/terminal/terminal.h"

namespace forum {

void add_notifications(CLI::App& parent, terminal::Exit& exit);

}  // namespace forum
