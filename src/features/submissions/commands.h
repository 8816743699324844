// This room's commands of `agora`: rows for the open list in apps/agora/rooms.cpp.
#pragma once
#include "machine/terminal/terminal.h"

namespace submissions {

void add_submit(CLI::App& parent, terminal::Exit& exit);
void add_submissions(CLI::App& parent, terminal::Exit& exit);
void add_logs(CLI::App& parent, terminal::Exit& exit);
void add_cancel(CLI::App& parent, terminal::Exit& exit);
void add_rerun(CLI::App& parent, terminal::Exit& exit);  // an organiser's

}  // namespace submissions
