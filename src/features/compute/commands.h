// This room's commands of `agora`: rows for the open list in apps/agora/rooms.cpp.
#pragma once
#include "machine/terminal/terminal.h"

namespace compute {

void add_admin_env(CLI::App& parent, terminal::Exit& exit);  // env list, create, remove, of the center

}  // namespace compute
