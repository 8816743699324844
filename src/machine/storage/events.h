// The event log: what pages should see, appended in the transaction that changes it, tailed in one order.
// Knows nothing of what the events mean or who may see them.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "machine/storage/storage.h"

namespace storage {

struct Event {
  std::int64_t position = 0;   // given at the commit; it only grows
  std::string topic;           // who should look: "event:01H...", "board"
  std::string kind;            // what happened: "submission.scored"
  std::string payload = "{}";  // JSON
  std::string object_kind{};   // what it is about, or empty
  std::string object_id{};
  base::Instant at{};
};

// The log's own tables, for the list that is given to `migrate`.
std::span<const Migration> migrations();

// Appends when the transaction commits. Cannot fail by itself; the commit can.
base::Result<void> append(Transaction& transaction, Event event);

// The promise of positions: who has seen position N will never see an event appear at or before N. So a tail
// that goes on from its last position misses nothing, sees nothing twice, and agrees with every other tail.

// Up to `limit` events past `after`, in order. Fails with `not_found` when events past `after` were trimmed:
// the reader has to load its page anew and go on from `last`.
base::Result<std::vector<Event>> tail(const Database& database, std::int64_t after, int limit);

// Up to `limit` events of these topics past `after`; none only where there are no more. Fails as `tail` does.
base::Result<std::vector<Event>> tail_of(const Database& database, std::int64_t after, std::size_t limit,
                                         std::span<const std::string> topics);

// Whether what came past `after` is all still there.
base::Result<bool> is_kept(const Database& database, std::int64_t after);

// The position of the newest event, also when it was trimmed; 0 when there was none yet. Read it before
// the page's data: what happens between the two is then seen twice and never missed.
base::Result<std::int64_t> last(const Database& database);

// Returns true as soon as there is an event past `after`, false at the deadline. The bell of this process
// wakes it at once; another process's events are seen within 50 ms on SQLite, at once on PostgreSQL (NOTIFY).
base::Result<bool> wait(const Database& database, std::int64_t after,
                        std::chrono::steady_clock::time_point deadline);

// Forgets what was said of one object from one instant to another, both included: for what is gone with all
// its traces. Positions stay as they are.
base::Result<void> forget(Transaction& transaction, std::string_view object_kind, std::string_view object_id,
                          base::Instant from, base::Instant to);

// Forgets the events before an instant; returns how many.
base::Result<std::int64_t> trim(const Database& database, base::Instant before);

}  // namespace storage
