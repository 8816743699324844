// The open lists: everything that `agora` is wired from stands here, in the open.
#include <array>

#include "apps/agora/command.h"

namespace agora {

void add_metrics(CLI::App& parent, Exit& exit);
void add_score(CLI::App& parent, Exit& exit);
void add_version(CLI::App& parent, Exit& exit);
void add_doctor(CLI::App& parent, Exit& exit);
void add_kit_check(CLI::App& parent, Exit& exit);
void add_kit_run(CLI::App& parent, Exit& exit);
void add_env_create(CLI::App& parent, Exit& exit);
void add_env_list(CLI::App& parent, Exit& exit);
void add_env_show(CLI::App& parent, Exit& exit);
void add_serve(CLI::App& parent, Exit& exit);
void add_demo(CLI::App& parent, Exit& exit);

namespace {

constexpr std::string_view kKit = "Problems on disk: check them, run submissions on them";
constexpr std::string_view kEnv = "Locked Python environments";

constexpr std::array kCommands{
    Command{"kit", kKit, add_kit_run},  // in the order of a newcomer's first steps
    Command{"kit", kKit, add_kit_check}, Command{"", "", add_score},
    Command{"", "", add_metrics},        Command{"env", kEnv, add_env_create},
    Command{"env", kEnv, add_env_list},  Command{"env", kEnv, add_env_show},
    Command{"", "", add_doctor},         Command{"", "", add_version},
    Command{"", "", add_demo},           Command{"", "", add_serve},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

}  // namespace agora
