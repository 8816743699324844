#include "machine/storage/size.h"

namespace storage {

base::Result<std::uint64_t> size_in_bytes(const Database& database) {
  const auto rows = database.query(
      database.kind() == Kind::sqlite
          ? "SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()"
          : "SELECT pg_database_size(current_database()) AS size");
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<std::uint64_t>();
}

}  // namespace storage
