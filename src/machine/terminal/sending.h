// Which files of a folder travel to a server.
#pragma once
#include <filesystem>
#include <vector>

#include "base/archive.h"
#include "base/result.h"

namespace terminal {

// All but hidden ones and what programs leave behind (__pycache__, *.pyc, training_output, node_modules),
// sorted. Fails with `invalid` on a link or a device, naming it, and where nothing is left.
base::Result<std::vector<base::FileToPack>> files_to_send(const std::filesystem::path& folder);

}  // namespace terminal
