// The jobs of this room: their payload names an environment.
#pragma once
#include <string>
#include <string_view>

#include "features/compute/compute.h"
#include "machine/engine/queue.h"

namespace compute {

inline constexpr std::string_view kBuild = "environment-build";
inline constexpr std::string_view kCheck = "environment-check";

engine::NewJob job_for(std::string_view type, const EnvironmentId& id);
base::Result<EnvironmentId> environment_in(const engine::Job& job);

}  // namespace compute
