// The state of the whole center, for its administrators.
#pragma once
#include <string>
#include <vector>

#include "apps/agora/center.h"
#include "base/time.h"
#include "machine/storage/storage.h"
#include "machine/web/web.h"

namespace agora {

// `job_types`: what the center's queue holds.
std::vector<web::Route> health_routes(const storage::Database& database, const CenterSettings& settings,
                                      std::vector<std::string> job_types, base::Instant started);

}  // namespace agora
