// What belongs to no feature: the platform's health, and the Python client that a center hands out.
#pragma once
#include <filesystem>
#include <vector>

#include "machine/web/web.h"

namespace agora {

// `client_folder` holds the wheel; without one there is none to hand out.
std::vector<web::Route> platform_routes(const std::filesystem::path& client_folder);

}  // namespace agora
