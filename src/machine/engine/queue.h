// Jobs in the database: leased, tried again, cancelled, in an order that is fair. A job is an opaque payload
// and an outcome. Knows nothing of what it means.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "machine/engine/run.h"

namespace storage {
class Database;
class Session;
class Transaction;
struct Migration;
}  // namespace storage

namespace engine {

using JobId = base::Id<struct JobTag>;

// waiting → running → done | failed | cancelled; running → waiting when it is to be tried again.
enum class JobState { waiting, running, done, failed, cancelled };
std::string_view word_for(JobState state);

struct NewJob {
  std::string type;       // "evaluate"; a worker claims the types that it can do
  std::string payload;    // whatever the type's room wrote
  std::string lane;       // whom it is for, a team's id: lanes take turns
  int priority = 0;       // higher goes first, whatever the lane
  int most_attempts = 3;  // a lease that ran out was an attempt
};

struct Job {
  JobId id;
  std::string type, payload, lane;
  int priority = 0;
  JobState state = JobState::waiting;
  int attempts = 0;
  int most_attempts = 3;
  int interruptions = 0;  // times that its worker was stopped or killed, which is no attempt
  bool cancel_asked = false;
  base::Instant created{};
  std::optional<base::Instant> started{}, ended{};
  std::string why{};  // of the last attempt that failed
};

// A job in the hands of one worker. Who lost the lease holds a claim that nothing accepts any more.
struct Claim {
  Job job;
  std::string holder;  // unique to this claim
};

// In the transaction that made the work. Wakes the claimers of this process when that has committed.
base::Result<JobId> enqueue(storage::Transaction& transaction, const NewJob& job, base::Instant now);

// The next job of these types, or nothing. `worker` names the claimer, for `release`.
base::Result<std::optional<Claim>> claim(const storage::Database& database,
                                         std::span<const std::string> types, std::string_view worker,
                                         base::Seconds lease, base::Instant now);

// Lengthens the lease, and says whether to stop.
base::Result<Beat> beat(const storage::Database& database, const Claim& claim, base::Seconds lease,
                        base::Instant now);

// Each ends the claim, in the transaction that keeps what came of it: so a job has one effect, however often
// it was tried. They fail with `conflict` when the lease was lost: then keep nothing.
base::Result<void> finish(storage::Transaction& transaction, const Claim& claim, base::Instant now);
// `waiting` when it will be tried again, after a pause that grows with the attempts; else `failed`, or
// `cancelled` where that was asked.
base::Result<JobState> give_back(storage::Transaction& transaction, const Claim& claim, std::string_view why,
                                 base::Instant now);
base::Result<void> end_cancelled(storage::Transaction& transaction, const Claim& claim, base::Instant now);
// The worker stops: as if the job had not been tried, `waiting` at once. What has been interrupted 20 times
// may be what stops its workers: from then on an interruption is an attempt that failed.
base::Result<JobState> put_back(storage::Transaction& transaction, const Claim& claim, base::Instant now);

// Waiting: cancelled at once. Running: asked to stop at its next beat. Ended: stays as it is. Returns the
// state that it has now. Fails with `not_found`.
base::Result<JobState> cancel(storage::Transaction& transaction, const JobId& id, base::Instant now);

// What a job's room does when a job of its type has ended without its handler: after the last attempt, or
// cancelled. By type; runs in the transaction that ends the job.
using Ended = std::function<base::Result<void>(storage::Transaction&, const Job&, base::Instant now)>;
using EndedByType = std::map<std::string, Ended, std::less<>>;

// Leases that ran out go back to waiting, or, after the last attempt, to failed (cancelled where that was
// asked): those are returned. Call it now and then; an executor with source_of's Source does.
base::Result<std::vector<Job>> expire(const storage::Database& database, base::Instant now,
                                      const EndedByType& ended = {});
// Puts back everything that `worker` holds: for a server that starts again after it was killed.
base::Result<std::vector<Job>> release(const storage::Database& database, std::string_view worker,
                                       base::Instant now, const EndedByType& ended = {});

base::Result<std::optional<Job>> find_job(storage::Session& session, const JobId& id);

// How many jobs of the same type, and of those `besides`, go before it as things stand (0: it is next), or
// nothing when it does not wait. Running jobs are taken to end in the order in which they began; a job that
// pauses to stand where it would without its pause.
base::Result<std::optional<int>> place(storage::Session& session, const JobId& id, base::Instant now,
                                       std::span<const std::string_view> besides = {});

struct Load {
  int waiting = 0;
  int running = 0;
  std::optional<base::Seconds> typical{};  // median time of the last 20 jobs of this type that were done
};
base::Result<Load> load(storage::Session& session, std::string_view type);

// What an executor needs to serve this queue. It expires leases at its beats.
struct Worker {
  std::string name;  // the same after a restart, for `release`
  std::vector<std::string> types;
  base::Seconds lease{15};  // several beats
  EndedByType ended{};
};
Source source_of(const storage::Database& database, Worker worker);

std::span<const storage::Migration> migrations();

}  // namespace engine
