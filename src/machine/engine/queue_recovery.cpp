// Jobs whose worker is gone.
#include <fmt/format.h>

#include "machine/engine/queue_jobs.h"

namespace engine {
namespace {

using storage::Transaction;

const std::string kStillSilent = fmt::format(
    "SELECT {} FROM jobs WHERE id = $1 AND state = 'running' AND lease_until <= $2 {{{{for_update}}}}",
    kJobColumns);
const std::string kStillHeld =
    fmt::format("SELECT {} FROM jobs WHERE id = $1 AND state = 'running' AND worker = $2 {{{{for_update}}}}",
                kJobColumns);

struct Lost {
  JobId id;
  std::string type, lane;
};

base::Result<std::vector<Lost>> lost_jobs(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) {
    return Lost{row.get<JobId>("id"), row.get<std::string>("type"), row.get<std::string>("lane")};
  });
}

// The job, if it is still lost now that its lane is locked.
using Look = std::function<base::Result<storage::Rows>(Transaction&, const JobId&)>;
using Decide = std::function<Job(Job)>;

// The job as it was left, if it ended.
base::Result<std::optional<Job>> recover_one(Transaction& tx, const Lost& lost, const Look& look,
                                             const Decide& decide, base::Instant now,
                                             const EndedByType& ended) {
  if (auto locked = lock_lane(tx, lost.type, lost.lane); !locked) return tl::unexpected(locked.error());
  auto rows = look(tx, lost.id);
  if (!rows) return tl::unexpected(rows.error());
  auto job = rows->first(job_of);
  if (!job) return tl::unexpected(job.error());
  if (!*job) return std::nullopt;
  const auto after = decide(std::move(**job));
  if (auto kept = keep(tx, after); !kept) return tl::unexpected(kept.error());
  if (after.state == JobState::waiting) return std::nullopt;
  if (const auto told = ended.find(after.type); told != ended.end()) {
    if (auto heard = told->second(tx, after, now); !heard) return tl::unexpected(heard.error());
  }
  return after;
}

base::Result<std::vector<Job>> recover(const storage::Database& database, const std::vector<Lost>& lost,
                                       const Look& look, const Decide& decide, base::Instant now,
                                       const EndedByType& ended) {
  std::vector<Job> over;
  for (const auto& one : lost) {
    auto job = storage::transact(
        database, [&](Transaction& tx) { return recover_one(tx, one, look, decide, now, ended); });
    if (!job) return tl::unexpected(job.error());
    if (*job) over.push_back(std::move(**job));
  }
  return over;
}

}  // namespace

base::Result<std::vector<Job>> expire(const storage::Database& database, base::Instant now,
                                      const EndedByType& ended) {
  auto lost = lost_jobs(database.query(
      "SELECT id, type, lane FROM jobs WHERE state = 'running' AND lease_until <= $1 ORDER BY id", now));
  if (!lost) return tl::unexpected(lost.error());
  return recover(
      database, *lost, [&](Transaction& tx, const JobId& id) { return tx.query(kStillSilent, id, now); },
      [&](Job job) { return after_failure(std::move(job), "its worker fell silent", now); }, now, ended);
}

base::Result<std::vector<Job>> release(const storage::Database& database, std::string_view worker,
                                       base::Instant now, const EndedByType& ended) {
  auto lost = lost_jobs(database.query(
      "SELECT id, type, lane FROM jobs WHERE state = 'running' AND worker = $1 ORDER BY id", worker));
  if (!lost) return tl::unexpected(lost.error());
  return recover(
      database, *lost, [&](Transaction& tx, const JobId& id) { return tx.query(kStillHeld, id, worker); },
      [&](Job job) { return after_interruption(std::move(job), "its worker was killed", now); }, now, ended);
}

}  // namespace engine
