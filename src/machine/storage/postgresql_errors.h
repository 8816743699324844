// PostgreSQL's SQLSTATEs as ours.
#pragma once
#include <string_view>

#include "machine/storage/driver.h"

struct pg_conn;
struct pg_result;

namespace storage {

Trouble postgresql_trouble(const pg_conn* connection, const pg_result* result, std::string_view sql);

}  // namespace storage
