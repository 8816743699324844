// The jobs of this room. The payload of the first two names an environment.
#pragma once
#include <string>
#include <string_view>

#include "features/compute/compute.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace compute {

inline constexpr std::string_view kBuild = "environment-build";
inline constexpr std::string_view kCheck = "environment-check";
inline constexpr std::string_view kTidy = "environment-tidy";

engine::NewJob job_for(std::string_view type, const EnvironmentId& id);
base::Result<EnvironmentId> environment_in(const engine::Job& job);

base::Result<void> tidy(Parts& parts, const engine::Task& task);  // kTidy's work

}  // namespace compute
