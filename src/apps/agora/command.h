// What every command of `agora` is made of. Commands are rows of the open list in rooms.cpp.
#pragma once
#include <CLI/CLI.hpp>
#include <span>

#include "machine/terminal/terminal.h"

namespace agora {

using terminal::Command;
using terminal::draws_progress;
using terminal::Exit;
using terminal::exit_for;
using terminal::print_json;
using terminal::report_failure;
using terminal::table_text;

std::span<const Command> commands();  // rooms.cpp

}  // namespace agora
