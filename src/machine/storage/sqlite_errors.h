// SQLite's extended result codes as ours.
#pragma once
#include <string_view>

#include "machine/storage/driver.h"

struct sqlite3;

namespace storage {

Trouble sqlite_trouble(sqlite3* file, std::string_view sql);  // of the connection's last failure

}  // namespace storage
