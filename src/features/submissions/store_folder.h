// Which folder holds a database's blobs. Blobs are local: with another folder beside the same database, what
// one server was sent the other could not evaluate.
#pragma once
#include <filesystem>

#include "machine/storage/storage.h"

namespace submissions {

// Marks `folder` as the database's at the first start, and finds it so at later ones, also where it has
// moved. Fails with `conflict` where the database has its blobs in another folder, naming that one.
base::Result<void> claim_folder(const storage::Database& database, const std::filesystem::path& folder);

}  // namespace submissions
