#include "machine/engine/queue_jobs.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "machine/engine/queue_bell.h"

namespace engine {
namespace {

constexpr int kMostInterruptions = 20;

constexpr std::array<std::string_view, 5> kStates{"waiting", "running", "done", "failed", "cancelled"};

JobState state_of(std::string_view word) {
  const auto found = std::find(kStates.begin(), kStates.end(), word);
  assert(found != kStates.end());  // the table's check knows no other
  return static_cast<JobState>(found - kStates.begin());
}

constexpr std::string_view kSettle = R"(
UPDATE job_lanes SET
  head = (SELECT id FROM jobs WHERE type = $1 AND lane = $2 AND state = 'waiting' AND not_before IS NULL
          ORDER BY priority DESC, id LIMIT 1),
  head_priority = (SELECT priority FROM jobs WHERE type = $1 AND lane = $2 AND state = 'waiting'
                   AND not_before IS NULL ORDER BY priority DESC, id LIMIT 1),
  running = (SELECT count(*) FROM jobs WHERE type = $1 AND lane = $2 AND state = 'running'),
  turn = CASE WHEN $3 THEN (SELECT max(turn) FROM job_lanes) + 1 ELSE turn END
WHERE type = $1 AND lane = $2)";

constexpr std::string_view kKeep = R"(
UPDATE jobs SET state = $2, attempts = $3, interruptions = $4, not_before = $5, ended = $6, why = $7, worker = '',
  holder = '', lease_until = NULL WHERE id = $1)";

}  // namespace

std::string_view word_for(JobState state) {
  return kStates[static_cast<std::size_t>(state)];
}

Job job_of(storage::Row row) {
  return {row.get<JobId>("id"),
          row.get<std::string>("type"),
          row.get<std::string>("payload"),
          row.get<std::string>("lane"),
          row.get<int>("priority"),
          state_of(row.get<std::string>("state")),
          row.get<int>("attempts"),
          row.get<int>("most_attempts"),
          row.get<int>("interruptions"),
          row.get<bool>("cancel_asked"),
          row.get<base::Instant>("created"),
          row.get<std::optional<base::Instant>>("started"),
          row.get<std::optional<base::Instant>>("ended"),
          row.get<std::string>("why")};
}

base::Result<void> lock_lane(storage::Transaction& transaction, std::string_view type,
                             std::string_view lane) {
  return done(transaction.query("SELECT turn FROM job_lanes WHERE type = $1 AND lane = $2 {{for_update}}",
                                type, lane));
}

base::Result<void> ensure_lane(storage::Transaction& transaction, std::string_view type,
                               std::string_view lane) {
  // An update that changes nothing locks the row, where DO NOTHING would not.
  return done(
      transaction.query("INSERT INTO job_lanes (type, lane, running, turn) VALUES ($1, $2, 0, 0) "
                        "ON CONFLICT (type, lane) DO UPDATE SET turn = job_lanes.turn",
                        type, lane));
}

base::Result<void> settle(storage::Transaction& transaction, std::string_view type, std::string_view lane,
                          Turn turn) {
  return done(transaction.query(kSettle, type, lane, turn == Turn::taken));
}

base::Result<void> keep(storage::Transaction& transaction, const Job& job,
                        std::optional<base::Instant> not_before) {
  auto written = transaction.query(kKeep, job.id, word_for(job.state), job.attempts, job.interruptions,
                                   not_before, job.ended, job.why);
  if (!written) return tl::unexpected(written.error());
  if (job.state == JobState::waiting) transaction.after_commit(ring);
  return settle(transaction, job.type, job.lane);
}

Job after_failure(Job job, std::string_view why, base::Instant now) {
  job.why = why;
  if (job.cancel_asked) {
    job.state = JobState::cancelled;
  } else {
    job.state = job.attempts < job.most_attempts ? JobState::waiting : JobState::failed;
  }
  if (job.state != JobState::waiting) job.ended = now;
  return job;
}

Job after_interruption(Job job, std::string_view why, base::Instant now) {
  if (job.cancel_asked || job.interruptions >= kMostInterruptions)
    return after_failure(std::move(job), why, now);
  job.why = why;
  job.state = JobState::waiting;
  ++job.interruptions;
  --job.attempts;
  return job;
}

}  // namespace engine
