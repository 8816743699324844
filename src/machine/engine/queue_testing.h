// What the queue's tests share: a queue on a fresh database, and time that is told.
#pragma once
#include <array>

#include <fmt/format.h>

#include "machine/engine/queue.h"
#include "machine/storage/testing.h"

namespace engine {

class QueueTest : public storage::OnBoth {
 protected:
  static constexpr base::Seconds kLease{15};

  void SetUp() override {
    OnBoth::SetUp();
    if (!IsSkipped())
      db_.emplace(open(migrations(), {.connections = 12, .durability = storage::Durability::off}));
  }

  const storage::Database& db() { return *db_; }

  static base::Instant at(double seconds) {
    return base::Instant(
        std::chrono::microseconds(1'800'000'000'000'000 + static_cast<std::int64_t>(seconds * 1e6)));
  }

  JobId add(const NewJob& job, base::Instant now = at(0)) {
    auto added = storage::transact(db(), [&](storage::Transaction& tx) { return enqueue(tx, job, now); });
    if (!added) throw std::runtime_error(added.error().message + added.error().detail);
    return *added;
  }
  JobId add(std::string lane, int priority = 0, base::Instant now = at(0)) {
    return add({"evaluate", "{}", std::move(lane), priority}, now);
  }

  std::optional<Claim> take(base::Instant now = at(0), std::string_view worker = "w") {
    auto claimed = claim(db(), kTypes, worker, kLease, now);
    if (!claimed) throw std::runtime_error(claimed.error().message + claimed.error().detail);
    return *claimed;
  }

  base::Result<void> end(const Claim& held, base::Instant now = at(0)) {
    return storage::transact(db(), [&](storage::Transaction& tx) { return finish(tx, held, now); });
  }
  base::Result<JobState> fail(const Claim& held, base::Instant now = at(0)) {
    return storage::transact(db(),
                             [&](storage::Transaction& tx) { return give_back(tx, held, "it broke", now); });
  }
  base::Result<JobState> stop(const JobId& id, base::Instant now = at(0)) {
    return storage::transact(db(), [&](storage::Transaction& tx) { return cancel(tx, id, now); });
  }

  Job job(const JobId& id) {
    auto found = storage::read(db(), [&](storage::Snapshot& seen) { return find_job(seen, id); });
    return **found;
  }
  std::optional<int> place_of(const JobId& id, base::Instant now = at(0),
                              std::span<const std::string_view> besides = {}) {
    auto found = storage::read(db(), [&](storage::Snapshot& seen) { return place(seen, id, now, besides); });
    if (!found) throw std::runtime_error(found.error().message + found.error().detail);
    return *found;
  }
  Load load_of(std::string_view type = "evaluate") {
    return *storage::read(db(), [&](storage::Snapshot& seen) { return load(seen, type); });
  }

  const std::array<std::string, 2> kTypes{"evaluate", "rescore"};

 private:
  std::optional<storage::Database> db_;
};

}  // namespace engine
