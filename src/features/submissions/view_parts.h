// What the API's Submission and Try have in common.
#pragma once
#include <optional>

#include "features/submissions/parts.h"

namespace submissions {

namespace json = base::json;

json::object reason_json(const Reason& reason);
// {"id", "slug"}
base::Result<json::object> contest_json(const Parts& parts, storage::Session& session,
                                        const people::Ref& contest);
// "queue", where its job waits.
base::Result<void> add_queue(json::object& object, storage::Session& session, const base::Ulid& job,
                             base::Instant now);
// The official score's name; null before a problem's check.
base::Result<json::value> official_of(storage::Session& session, const ProblemId& id);

}  // namespace submissions
