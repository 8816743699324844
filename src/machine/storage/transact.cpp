#include <algorithm>
#include <thread>

#include "base/chance.h"
#include "machine/storage/core.h"
#include "machine/storage/events.h"
#include "machine/storage/listener.h"

namespace storage {
namespace {

constexpr int kAttempts = 12;

// The databases that this thread is in a transaction of.
thread_local std::vector<const Core*> entered;

class Entered {
 public:
  explicit Entered(const Core& core) { entered.push_back(&core); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  ~Entered() { entered.pop_back(); }
};

// Longer from time to time, and never in step with the others that failed at the same moment.
void pause_before(int attempt) {
  const auto most = std::min(2000u << std::min(attempt, 7), 200'000u);
  std::this_thread::sleep_for(std::chrono::microseconds(500 + base::random_below(most)));
}

base::Result<void> begin(Lease& lease, Mode mode) {
  auto begun = lease->begin(mode);
  if (begun || lease->remedy() != Remedy::reconnect) return begun;
  // It died while it lay in the pool, and nothing has happened yet.
  if (auto renewed = lease.renew(); !renewed) return renewed;
  return lease->begin(mode);
}

}  // namespace

base::Result<Rows> Session::run(std::string_view sql, std::span<const Parameter> values) {
  if (failure_) return tl::unexpected(*failure_);
  auto rows = driver_->execute(sql, values);
  if (!rows) return fail(rows.error());
  return rows;
}

tl::unexpected<base::Error> Session::fail(base::Error error) {
  again_ = driver_->remedy() == Remedy::again;
  failure_ = error;
  return tl::unexpected(std::move(error));
}

Transaction::Transaction(Driver& driver, Kind kind) : Session(driver, kind) {}
Transaction::~Transaction() = default;

base::Result<void> Transaction::begin_bulk(std::string_view table,
                                           std::span<const std::string_view> columns) {
  if (failure_) return tl::unexpected(*failure_);
  if (auto begun = driver_->begin_bulk(table, columns); !begun) return fail(begun.error());
  return {};
}

base::Result<void> Transaction::add_bulk(std::span<const Parameter> values) {
  auto added = driver_->add_bulk(values);
  if (!added) return fail(added.error());
  return {};
}

base::Result<std::int64_t> Transaction::finish_bulk() {
  auto count = driver_->finish_bulk();
  if (!count) return fail(count.error());
  return count;
}

void Transaction::abandon_bulk() {
  driver_->abandon_bulk();
  if (!failure_) failure_ = base::internal("rows were being added when something failed").value();
}

base::Result<void> Core::attempt_commit(Transaction& transaction) {
  // What a body swallowed still counts: one back end would have undone only the statement, the other all.
  if (transaction.failure_) return tl::unexpected(*transaction.failure_);
  if (!transaction.events_.empty()) {
    if (auto written = write_events(transaction, transaction.events_); !written) return written;
  }
  if (auto committed = transaction.driver_->commit(); !committed) return transaction.fail(committed.error());
  return {};
}

base::Result<void> Core::attempt(Isolation isolation,
                                 const std::function<base::Result<void>(Transaction&)>& body, bool& again) {
  auto lease = writers().lease();
  if (!lease) return tl::unexpected(lease.error());
  const auto mode = isolation == Isolation::serializable ? Mode::serializable : Mode::read_committed;
  if (auto begun = begin(*lease, mode); !begun) {
    again = (*lease)->remedy() == Remedy::again;
    return begun;
  }
  Transaction transaction(**lease, kind);  // an exception leaves the lease to roll back
  auto done = body(transaction);
  if (done) done = attempt_commit(transaction);
  if (!done) {
    again = transaction.again_;
    (*lease)->rollback();
  } else {
    if (!transaction.events_.empty()) bell.ring();
    for (const auto& call : transaction.after_commit_) call();
  }
  return done;
}

base::Result<void> Core::transact(Isolation isolation,
                                  const std::function<base::Result<void>(Transaction&)>& body) {
  if (std::find(entered.begin(), entered.end(), this) != entered.end())
    return base::internal("a transaction was begun inside another one: pass that one along");
  const Entered here(*this);
  for (int attempts = 1;; ++attempts) {
    bool again = false;
    auto done = attempt(isolation, body, again);
    if (done || !again || attempts == kAttempts) return done;
    pause_before(attempts);
  }
}

base::Result<void> Core::look(const std::function<base::Result<void>(Snapshot&)>& body, bool& again) {
  auto lease = reading->lease();
  if (!lease) return tl::unexpected(lease.error());
  if (auto begun = begin(*lease, Mode::read); !begun) return begun;
  Snapshot seen(**lease, kind);
  auto done = body(seen);
  again = seen.again_;
  (*lease)->rollback();
  if (done && seen.failure_) return tl::unexpected(*seen.failure_);
  return done;
}

base::Result<void> Core::snapshot(const std::function<base::Result<void>(Snapshot&)>& body) {
  for (int attempts = 1;; ++attempts) {
    bool again = false;
    auto done = look(body, again);
    if (done || !again || attempts == kAttempts) return done;
    pause_before(attempts);
  }
}

base::Result<void> run_transaction(const Database& database, Isolation isolation,
                                   const std::function<base::Result<void>(Transaction&)>& body) {
  return database.core().transact(isolation, body);
}

base::Result<void> run_snapshot(const Database& database,
                                const std::function<base::Result<void>(Snapshot&)>& body) {
  return database.core().snapshot(body);
}

std::uint64_t Bell::count() {
  const std::scoped_lock lock(guard_);
  return count_;
}

void Bell::ring() {
  {
    const std::scoped_lock lock(guard_);
    ++count_;
  }
  rung_.notify_all();
}

void Bell::wait(std::uint64_t seen, std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(guard_);
  rung_.wait_until(lock, until, [&] { return count_ != seen; });
}

Core::Core(Kind which, std::string where, Options how) : kind(which), url(std::move(where)), options(how) {}
Core::~Core() = default;

void Core::listen() {
  if (kind != Kind::postgresql) return;
  const std::scoped_lock lock(listener_guard);
  if (!listener) listener = std::make_unique<Listener>(url, bell);
}

}  // namespace storage
