// Environments over HTTP.
#pragma once
#include <vector>

#include "features/compute/compute.h"
#include "machine/web/web.h"

namespace compute {

// The room outlives the server. Their words of permission are people's: signed-in, administrator.
std::vector<web::Route> routes(Room& room);
std::vector<web::NamedSchema> schemas();

}  // namespace compute
