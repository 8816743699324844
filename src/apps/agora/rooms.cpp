// The open lists: everything that `agora` is wired from stands here, in the open.
#include <array>

#include "apps/agora/command.h"
#include "features/agora/commands.h"
#include "features/compute/commands.h"
#include "features/events/commands.h"
#include "features/people/commands.h"
#include "features/submissions/commands.h"

namespace agora {

void add_try(CLI::App& parent, Exit& exit);
void add_metrics(CLI::App& parent, Exit& exit);
void add_score(CLI::App& parent, Exit& exit);
void add_version(CLI::App& parent, Exit& exit);
void add_doctor(CLI::App& parent, Exit& exit);
void add_kit_check(CLI::App& parent, Exit& exit);
void add_kit_run(CLI::App& parent, Exit& exit);
void add_env_create(CLI::App& parent, Exit& exit);
void add_env_list(CLI::App& parent, Exit& exit);
void add_env_show(CLI::App& parent, Exit& exit);
void add_env_check(CLI::App& parent, Exit& exit);
void add_env_remove(CLI::App& parent, Exit& exit);
void add_env_gc(CLI::App& parent, Exit& exit);
void add_serve(CLI::App& parent, Exit& exit);
void add_demo(CLI::App& parent, Exit& exit);

namespace {

constexpr std::string_view kKit = "Problems on disk: check them, run submissions on them";
constexpr std::string_view kEvent = "Events, for their organisers: from a kit to the release";
constexpr std::string_view kAdmin = "The center, for its administrators: people, roles, settings, audit";
constexpr std::string_view kEnv = "Locked Python environments";

constexpr std::array kCommands{
    // In the order of a newcomer's first steps.
    Command{"", "", people::add_login},
    Command{"", "", events::add_events},
    Command{"", "", events::add_start},
    Command{"", "", add_try},
    Command{"", "", events::add_join},
    Command{"", "", events::add_leave},
    Command{"", "", submissions::add_submit},
    Command{"", "", events::add_board},
    Command{"", "", submissions::add_submissions},
    Command{"", "", submissions::add_logs},
    Command{"", "", submissions::add_cancel},
    Command{"", "", forum::add_notifications},
    Command{"", "", people::add_whoami},
    Command{"", "", people::add_logout},
    // An organiser's.
    Command{"kit", kKit, add_kit_run},
    Command{"kit", kKit, add_kit_check},
    Command{"event", kEvent, events::add_event_create},
    Command{"event", kEvent, events::add_event_acts},
    Command{"event", kEvent, events::add_event_kit},
    Command{"event", kEvent, events::add_event_rescore},
    Command{"event", kEvent, events::add_event_change},
    Command{"event", kEvent, events::add_event_show},
    Command{"event", kEvent, events::add_event_people},
    Command{"event", kEvent, events::add_event_message},
    Command{"", "", submissions::add_rerun},
    Command{"", "", add_score},
    Command{"", "", add_metrics},
    // An administrator's.
    Command{"admin", kAdmin, people::add_admin_people},
    Command{"admin", kAdmin, people::add_admin_acts},
    Command{"admin", kAdmin, people::add_admin_invite},
    Command{"admin", kAdmin, people::add_admin_invitations},
    Command{"admin", kAdmin, people::add_admin_roles},
    Command{"admin", kAdmin, people::add_admin_tokens},
    Command{"admin", kAdmin, people::add_admin_settings},
    Command{"admin", kAdmin, people::add_admin_audit},
    Command{"admin", kAdmin, compute::add_admin_env},
    Command{"env", kEnv, add_env_create},
    Command{"env", kEnv, add_env_list},
    Command{"env", kEnv, add_env_show},
    Command{"env", kEnv, add_env_check},
    Command{"env", kEnv, add_env_remove},
    Command{"env", kEnv, add_env_gc},
    Command{"", "", add_serve},
    Command{"", "", add_demo},
    Command{"", "", add_doctor},
    Command{"", "", add_version},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

}  // namespace agora
