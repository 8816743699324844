// How a job changes in the database: what the queue's own files share.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "machine/engine/queue.h"
#include "machine/storage/storage.h"

namespace engine {

inline constexpr std::string_view kJobColumns =
    "id, type, payload, lane, priority, state, attempts, most_attempts, interruptions, cancel_asked, "
    "created, "
    "started, ended, why";
Job job_of(storage::Row row);

// Until the transaction's end nobody else changes a job of the lane. First of all locks: so none can cross.
base::Result<void> lock_lane(storage::Transaction& transaction, std::string_view type, std::string_view lane);
// As lock_lane, and makes the lane where it is new.
base::Result<void> ensure_lane(storage::Transaction& transaction, std::string_view type,
                               std::string_view lane);
// Finds the lane's head and count anew. Say it after every change to one of its jobs.
enum class Turn { stays, taken };
base::Result<void> settle(storage::Transaction& transaction, std::string_view type, std::string_view lane,
                          Turn turn = Turn::stays);

// Writes a job that leaves its worker, its lane locked, settles the lane, and wakes claimers if it waits.
base::Result<void> keep(storage::Transaction& transaction, const Job& job,
                        std::optional<base::Instant> not_before = std::nullopt);

// What becomes of a running job, on paper.
Job after_failure(Job job, std::string_view why, base::Instant now);
Job after_interruption(Job job, std::string_view why, base::Instant now);

inline base::Result<void> done(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace engine
