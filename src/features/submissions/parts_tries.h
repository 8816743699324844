// What the room's own files do with tries.
#pragma once
#include "features/submissions/parts.h"
#include "features/submissions/store_tries.h"

namespace submissions {

// Writes it and tells its author, in one transaction: the one way in which a try changes.
base::Result<void> save_and_tell(Parts& parts, storage::Transaction& tx, const KeptTry& kept,
                                 base::Instant now);
base::Result<base::json::value> view(Parts& parts, storage::Session& session, const KeptTry& kept,
                                     base::Instant now);
base::Result<KeptTry> expect_try(storage::Session& session, const TryId& id);

}  // namespace submissions
