// Posts and notifications over HTTP: what one is told. Posts are shown by the rooms whose objects they are
// on.
#pragma once
#include <vector>

#include "features/agora/agora.h"
#include "machine/web/web.h"

namespace forum {

std::vector<web::Route> routes(const storage::Database& database);
std::vector<web::NamedSchema> schemas();

}  // namespace forum
