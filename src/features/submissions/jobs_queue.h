// Where a submission or a try stands in the queue, and how full that is.
#pragma once
#include <optional>

#include "features/submissions/store.h"

namespace submissions {

struct Parts;

struct QueuePlace {
  int place = 1;
  int ahead = 0;
  std::optional<double> wait_seconds{};
};
struct QueueLoad {
  int waiting = 0;
  int running = 0;
  std::optional<double> typical_seconds{};
};

// Nothing when its job does not wait.
base::Result<std::optional<QueuePlace>> queue_place(storage::Session& session, const base::Ulid& job,
                                                    base::Instant now);
base::Result<QueueLoad> queue_load(storage::Session& session);
base::json::value to_json(const QueueLoad& load);

// Appends the queue's news for streams, at most once a second, and whenever it runs empty.
base::Result<void> tell_queue(Parts& parts, storage::Transaction& tx, base::Instant now);

}  // namespace submissions
