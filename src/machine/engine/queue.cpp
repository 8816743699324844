// Every change to a job goes the same way: lock its lane, look at it, decide on paper, write it, settle the
// lane. Claims look at the lanes alone, which know their heads: so their cost does not grow with the queue.
#include "machine/engine/queue.h"

#include <algorithm>

#include <fmt/format.h>

#include "machine/engine/queue_bell.h"
#include "machine/engine/queue_jobs.h"
#include "machine/engine/schedule.h"

namespace engine {
namespace {

using storage::Isolation;
using storage::Row;
using storage::Transaction;

constexpr std::string_view kInsert = R"(
INSERT INTO jobs (id, type, payload, lane, priority, state, attempts, most_attempts, interruptions, cancel_asked,
  created, worker, holder, why) VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, 0, FALSE, $7, '', '', ''))";

// As goes_before says.
constexpr std::string_view kFirst =
    "SELECT lane, head, head_priority, running, turn FROM job_lanes WHERE type = $1 AND head IS NOT NULL "
    "ORDER BY head_priority DESC, running, turn, head LIMIT 1 ";

const std::string kWaysToLockFirst[] = {std::string(kFirst) + "{{skip_locked}}",
                                        std::string(kFirst) + "{{for_update}}"};

const std::string kTake = fmt::format(R"(
UPDATE jobs SET state = 'running', attempts = attempts + 1, started = $2, ended = NULL, worker = $3, holder = $4,
  lease_until = $5 WHERE id = $1 AND state = 'waiting' RETURNING {})",
                                      kJobColumns);

const std::string kHeld =
    fmt::format("SELECT {} FROM jobs WHERE id = $1 AND holder = $2 AND state = 'running' {{{{for_update}}}}",
                kJobColumns);

const std::string kOne = fmt::format("SELECT {} FROM jobs WHERE id = $1", kJobColumns);

base::Instant later(base::Instant now, base::Seconds by) {
  return now + std::chrono::duration_cast<base::Instant::duration>(by);
}

// Jobs whose pause is over become ready, lane by lane.
base::Result<void> end_pauses(const storage::Database& database, base::Instant now) {
  auto rows = database.query(
      "SELECT DISTINCT type, lane FROM jobs WHERE state = 'waiting' AND not_before IS NOT NULL AND "
      "not_before <= $1",
      now);
  if (!rows) return tl::unexpected(rows.error());
  auto lanes = rows->map(
      [](Row row) { return std::pair(row.get<std::string>("type"), row.get<std::string>("lane")); });
  if (!lanes) return tl::unexpected(lanes.error());
  for (const auto& [type, lane] : *lanes) {
    auto ready = storage::transact(
        database,
        [&, &type = type, &lane = lane](Transaction& tx) -> base::Result<void> {
          if (auto locked = lock_lane(tx, type, lane); !locked) return locked;
          auto ended = tx.query(
              "UPDATE jobs SET not_before = NULL WHERE type = $1 AND lane = $2 AND state = 'waiting' AND "
              "not_before IS NOT NULL AND not_before <= $3",
              type, lane, now);
          if (!ended) return tl::unexpected(ended.error());
          return settle(tx, type, lane);
        },
        Isolation::read_committed);
    if (!ready) return ready;
  }
  return {};
}

struct Candidate {
  Head head;
  std::string_view type;
};

// The types where something is ready, the one to be served first.
base::Result<std::vector<Candidate>> candidates(const storage::Database& database,
                                                std::span<const std::string> types) {
  std::vector<Candidate> found;
  for (const auto& type : types) {
    auto rows = database.query(kFirst, type);
    if (!rows) return tl::unexpected(rows.error());
    auto head = rows->first([](Row row) {
      return Head{row.get<int>("head_priority"), row.get<int>("running"), row.get<std::int64_t>("turn"),
                  row.get<base::Ulid>("head")};
    });
    if (!head) return tl::unexpected(head.error());
    if (*head) found.push_back({**head, type});
  }
  std::sort(found.begin(), found.end(),
            [](const Candidate& a, const Candidate& b) { return goes_before(a.head, b.head); });
  return found;
}

struct First {
  std::string lane;
  JobId job;
};

// The first lane that nobody else is changing; where all are being changed, the first one after that.
base::Result<std::optional<First>> lock_first(Transaction& tx, std::string_view type) {
  for (const auto& way : kWaysToLockFirst) {
    auto rows = tx.query(way, type);
    if (!rows) return tl::unexpected(rows.error());
    auto first = rows->first([](Row row) {
      return First{row.get<std::string>("lane"), row.get<JobId>("head")};
    });
    if (!first || *first) return first;
  }
  return std::nullopt;
}

struct Taker {
  std::string_view worker;
  base::Seconds lease;
  base::Instant now;
};

base::Result<std::optional<Claim>> take_first(Transaction& tx, std::string_view type, const Taker& taker) {
  auto first = lock_first(tx, type);
  if (!first) return tl::unexpected(first.error());
  if (!*first) return std::nullopt;
  const auto holder = base::to_text(base::make_ulid(taker.now));
  auto rows = tx.query(kTake, (*first)->job, taker.now, taker.worker, holder, later(taker.now, taker.lease));
  if (!rows) return tl::unexpected(rows.error());
  auto job = rows->first(job_of);
  if (!job) return tl::unexpected(job.error());
  if (!*job)
    return base::internal(fmt::format("the head of lane {} of {} does not wait", (*first)->lane, type));
  if (auto settled = settle(tx, type, (*first)->lane, Turn::taken); !settled)
    return tl::unexpected(settled.error());
  return Claim{std::move(**job), holder};
}

// The job of a claim that still holds, its lane locked.
base::Result<Job> held(Transaction& tx, const Claim& claim) {
  if (auto locked = lock_lane(tx, claim.job.type, claim.job.lane); !locked)
    return tl::unexpected(locked.error());
  auto rows = tx.query(kHeld, claim.job.id, claim.holder);
  if (!rows) return tl::unexpected(rows.error());
  auto job = rows->first(job_of);
  if (!job) return tl::unexpected(job.error());
  if (!*job)
    return base::conflict("the lease of this job was lost: it was given to another worker, or has ended");
  return std::move(**job);
}

base::Result<void> end_as(Transaction& tx, const Claim& claim, JobState state, base::Instant now) {
  auto job = held(tx, claim);
  if (!job) return tl::unexpected(job.error());
  job->state = state;
  job->ended = now;
  return keep(tx, *job);
}

}  // namespace

base::Result<JobId> enqueue(Transaction& transaction, const NewJob& job, base::Instant now) {
  if (job.type.empty()) return base::internal("a job was enqueued without a type");
  if (auto locked = ensure_lane(transaction, job.type, job.lane); !locked)
    return tl::unexpected(locked.error());
  const JobId id(base::make_ulid(now));
  auto written = transaction.query(kInsert, id, job.type, job.payload, job.lane, job.priority,
                                   std::max(1, job.most_attempts), now);
  if (!written) return tl::unexpected(written.error());
  if (auto settled = settle(transaction, job.type, job.lane); !settled)
    return tl::unexpected(settled.error());
  transaction.after_commit(ring);
  return id;
}

base::Result<std::optional<Claim>> claim(const storage::Database& database,
                                         std::span<const std::string> types, std::string_view worker,
                                         base::Seconds lease, base::Instant now) {
  if (auto ended = end_pauses(database, now); !ended) return tl::unexpected(ended.error());
  auto order = candidates(database, types);
  if (!order) return tl::unexpected(order.error());
  for (const auto& candidate : *order) {
    auto claimed = storage::transact(
        database,
        [&](Transaction& tx) {
          return take_first(tx, candidate.type, {worker, lease, now});
        },
        Isolation::read_committed);
    if (!claimed || *claimed) return claimed;
  }
  return std::nullopt;
}

base::Result<Beat> beat(const storage::Database& database, const Claim& claim, base::Seconds lease,
                        base::Instant now) {
  return storage::transact(
      database,
      [&](Transaction& tx) -> base::Result<Beat> {
        auto rows = tx.query(
            "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND holder = $2 AND state = 'running' RETURNING "
            "cancel_asked",
            claim.job.id, claim.holder, later(now, lease));
        if (!rows) return tl::unexpected(rows.error());
        if (rows->empty()) return Beat::lost;
        auto asked = rows->value<bool>();
        if (!asked) return tl::unexpected(asked.error());
        return *asked ? Beat::cancel : Beat::go_on;
      },
      Isolation::read_committed);
}

base::Result<void> finish(Transaction& transaction, const Claim& claim, base::Instant now) {
  return end_as(transaction, claim, JobState::done, now);
}

base::Result<void> end_cancelled(Transaction& transaction, const Claim& claim, base::Instant now) {
  return end_as(transaction, claim, JobState::cancelled, now);
}

base::Result<JobState> give_back(Transaction& transaction, const Claim& claim, std::string_view why,
                                 base::Instant now) {
  auto job = held(transaction, claim);
  if (!job) return tl::unexpected(job.error());
  const auto after = after_failure(std::move(*job), why, now);
  std::optional<base::Instant> not_before;
  if (after.state == JobState::waiting) not_before = later(now, pause_after(after.attempts));
  if (auto kept = keep(transaction, after, not_before); !kept) return tl::unexpected(kept.error());
  return after.state;
}

base::Result<JobState> put_back(Transaction& transaction, const Claim& claim, base::Instant now) {
  auto job = held(transaction, claim);
  if (!job) return tl::unexpected(job.error());
  const auto after = after_interruption(std::move(*job), "its worker was stopped", now);
  if (auto kept = keep(transaction, after); !kept) return tl::unexpected(kept.error());
  return after.state;
}

base::Result<JobState> cancel(Transaction& transaction, const JobId& id, base::Instant now) {
  auto seen = find_job(transaction, id);
  if (!seen) return tl::unexpected(seen.error());
  if (!*seen) return base::not_found("there is no such job");
  if (auto locked = lock_lane(transaction, (*seen)->type, (*seen)->lane); !locked)
    return tl::unexpected(locked.error());
  auto found = find_job(transaction, id);  // as it is now that nobody changes it
  if (!found) return tl::unexpected(found.error());
  auto& job = **found;
  if (job.state == JobState::waiting) {
    job.state = JobState::cancelled;
    job.ended = now;
    if (auto kept = keep(transaction, job); !kept) return tl::unexpected(kept.error());
  } else if (job.state == JobState::running) {
    auto asked = transaction.query("UPDATE jobs SET cancel_asked = TRUE WHERE id = $1", id);
    if (!asked) return tl::unexpected(asked.error());
  }
  return job.state;
}

base::Result<std::optional<Job>> find_job(storage::Session& session, const JobId& id) {
  auto rows = session.query(kOne, id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(job_of);
}

}  // namespace engine
