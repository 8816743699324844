// When environments that nothing uses were taken away.
#include "features/compute/store.h"

namespace compute {

base::Result<bool> is_tidying_due(storage::Session& session, base::Instant now) {
  auto rows = session.query("SELECT one FROM environment_tidying WHERE asked > $1", now - kBetweenTidyings);
  if (!rows) return tl::unexpected(rows.error());
  return rows->empty();
}

base::Result<bool> take_tidying(storage::Transaction& tx, base::Instant now) {
  auto begun = tx.query(
      "INSERT INTO environment_tidying (one, asked, ended, freed_bytes, disk_bytes) "
      "VALUES (1, $1, NULL, 0, 0) ON CONFLICT DO NOTHING",
      now);
  if (!begun) return tl::unexpected(begun.error());
  auto rows = tx.query("UPDATE environment_tidying SET asked = $1 WHERE asked <= $2 RETURNING one", now,
                       now - kBetweenTidyings);
  if (!rows) return tl::unexpected(rows.error());
  return !rows->empty();
}

base::Result<void> put(storage::Transaction& tx, const Tidied& tidied) {
  auto written =
      tx.query("UPDATE environment_tidying SET ended = $1, freed_bytes = $2, disk_bytes = $3", tidied.at,
               static_cast<std::int64_t>(tidied.freed_bytes), static_cast<std::int64_t>(tidied.disk_bytes));
  if (!written) return tl::unexpected(written.error());
  return {};
}

base::Result<std::optional<Tidied>> last_tidied(storage::Session& session) {
  auto rows =
      session.query("SELECT ended, freed_bytes, disk_bytes FROM environment_tidying WHERE ended IS NOT NULL");
  if (!rows) return tl::unexpected(rows.error());
  return rows->first([](const storage::Row& row) {
    return Tidied{row.get<base::Instant>("ended"),
                  static_cast<std::uint64_t>(row.get<std::int64_t>("freed_bytes")),
                  static_cast<std::uint64_t>(row.get<std::int64_t>("disk_bytes"))};
  });
}

}  // namespace compute
