// An environment as people and programs read it.
#pragma once
#include "apps/agora/command.h"
#include "judge/environments/environments.h"

namespace agora {

base::json::object to_json(const environments::Environment& environment);
void print_environment(const environments::Environment& environment);

Exit show_result(const base::Result<environments::Environment>& environment, bool as_json);

}  // namespace agora
