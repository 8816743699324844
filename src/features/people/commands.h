// This room's commands of `agora`: rows for the open list in apps/agora/rooms.cpp.
#pragma once
#include "machine/terminal/terminal.h"

namespace people {

void add_login(CLI::App& parent, terminal::Exit& exit);
void add_logout(CLI::App& parent, terminal::Exit& exit);
void add_whoami(CLI::App& parent, terminal::Exit& exit);

// Below `agora admin`.
void add_admin_people(CLI::App& parent, terminal::Exit& exit);
void add_admin_acts(CLI::App& parent, terminal::Exit& exit);  // approve, refuse, close, reopen, reset
void add_admin_invite(CLI::App& parent, terminal::Exit& exit);
void add_admin_invitations(CLI::App& parent, terminal::Exit& exit);
void add_admin_roles(CLI::App& parent, terminal::Exit& exit);
void add_admin_tokens(CLI::App& parent, terminal::Exit& exit);
void add_admin_settings(CLI::App& parent, terminal::Exit& exit);
void add_admin_audit(CLI::App& parent, terminal::Exit& exit);

}  // namespace people
