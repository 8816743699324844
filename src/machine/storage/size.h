// How large a database is.
#pragma once
#include <cstdint>

#include "machine/storage/storage.h"

namespace storage {

// What it takes up on disk.
base::Result<std::uint64_t> size_in_bytes(const Database& database);

}  // namespace storage
