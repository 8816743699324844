// The open lists: everything that `agora` is wired from stands here, in the open.
#include <array>

#include "apps/agora/command.h"

namespace agora {

void add_version(CLI::App& parent, Exit& exit);

namespace {

constexpr std::array kCommands{
    Command{"", "", add_version},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

}  // namespace agora
