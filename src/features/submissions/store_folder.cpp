#include "features/submissions/store_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/time.h"

namespace submissions {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMark = "folder-id";

// "FOLDER on HOST", for people.
std::string place_of(const fs::path& folder) {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) return fs::weakly_canonical(folder).string();
  return fmt::format("{} on {}", fs::weakly_canonical(folder).string(), host);
}

// The id in the folder's mark, which is made where there is none.
base::Result<base::Ulid> id_of(const fs::path& folder) {
  const auto mark = folder / kMark;
  auto text = base::read_file(mark);
  if (!text && text.error().kind != base::ErrorKind::not_found) return tl::unexpected(text.error());
  if (!text) {
    const auto id = base::make_ulid(base::now());
    const auto kept = base::write_file(mark, base::to_text(id) + "\n", base::Readers::owner);
    if (!kept) return tl::unexpected(kept.error());
    return id;
  }
  while (text->ends_with('\n')) text->pop_back();
  auto id = base::ulid_from(*text);
  if (!id)
    return base::invalid(fmt::format(
        "{} is damaged: it holds the folder's id and nothing else; take it from a backup", mark.string()));
  return id;
}

base::Error another_folder(const std::string& owners, const std::string& place) {
  return {
      base::ErrorKind::conflict,
      fmt::format("this database keeps its files in {}, and {} is another folder: start with that --data, or "
                  "with a --database that no other center uses",
                  owners, place),
      {}};
}

base::Result<void> claim(storage::Transaction& tx, const base::Ulid& id, const fs::path& folder) {
  const auto place = place_of(folder);
  const auto owner = tx.query("SELECT id, place FROM blob_folder");
  if (!owner) return tl::unexpected(owner.error());
  const auto found = owner->first(
      [](storage::Row row) { return std::pair(row.get<base::Ulid>("id"), row.get<std::string>("place")); });
  if (!found) return tl::unexpected(found.error());
  if (*found && (*found)->first != id) return tl::unexpected(another_folder((*found)->second, place));
  if (*found && (*found)->second == place) return {};
  const auto kept = *found
                        ? tx.query("UPDATE blob_folder SET place = $1", place)
                        : tx.query("INSERT INTO blob_folder (one, id, place) VALUES (1, $1, $2)", id, place);
  if (!kept) return tl::unexpected(kept.error());
  return {};
}

}  // namespace

base::Result<void> claim_folder(const storage::Database& database, const fs::path& folder) {
  const auto id = id_of(folder);
  if (!id) return tl::unexpected(id.error());
  return storage::transact(database, [&](storage::Transaction& tx) { return claim(tx, *id, folder); });
}

}  // namespace submissions
