// This room's commands of `agora`: rows for the open list in apps/agora/rooms.cpp.
#pragma once
#include "machine/terminal/terminal.h"

namespace events {

// A participant's.
void add_events(CLI::App& parent, terminal::Exit& exit);
void add_start(CLI::App& parent, terminal::Exit& exit);
void add_join(CLI::App& parent, terminal::Exit& exit);
void add_leave(CLI::App& parent, terminal::Exit& exit);
void add_board(CLI::App& parent, terminal::Exit& exit);

// An organiser's, below `agora event`.
void add_event_create(CLI::App& parent, terminal::Exit& exit);
void add_event_acts(CLI::App& parent, terminal::Exit& exit);  // open, close, release
void add_event_kit(CLI::App& parent, terminal::Exit& exit);
void add_event_rescore(CLI::App& parent, terminal::Exit& exit);
void add_event_change(CLI::App& parent, terminal::Exit& exit);
void add_event_show(CLI::App& parent, terminal::Exit& exit);
void add_event_people(CLI::App& parent, terminal::Exit& exit);
void add_event_message(CLI::App& parent, terminal::Exit& exit);

}  // namespace events
