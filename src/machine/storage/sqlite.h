// Connections to a SQLite file: WAL, many readers beside one writer.
#pragma once
#include <memory>
#include <string>

#include "machine/storage/driver.h"
#include "machine/storage/storage.h"

namespace storage {

enum class Access { read, write };

// The writer makes the file where there is none. Fails with `unavailable`, naming the file and what to
// change.
base::Result<std::unique_ptr<Driver>> open_sqlite_driver(const std::string& path, Access access,
                                                         const Options& options);

}  // namespace storage
