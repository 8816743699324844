// What all copies of a Database share.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/files.h"
#include "machine/storage/pool.h"
#include "machine/storage/storage.h"

namespace storage {

// Rings whenever something may have been appended to the event log. A wait that saw the count before it
// looked at the log misses no ring.
class Bell {
 public:
  std::uint64_t count();
  void ring();
  void wait(std::uint64_t seen, std::chrono::steady_clock::time_point until);

 private:
  std::mutex guard_;
  std::condition_variable rung_;
  std::uint64_t count_ = 0;
};

class Listener;

struct Core {
  Core(Kind kind, std::string url, Options options);
  ~Core();

  Pool& writers() { return writing ? *writing : *reading; }
  base::Result<void> transact(Isolation isolation,
                              const std::function<base::Result<void>(Transaction&)>& body);
  base::Result<void> attempt(Isolation isolation, const std::function<base::Result<void>(Transaction&)>& body,
                             bool& again);
  base::Result<void> attempt_commit(Transaction& transaction);
  base::Result<void> snapshot(const std::function<base::Result<void>(Snapshot&)>& body);
  base::Result<void> look(const std::function<base::Result<void>(Snapshot&)>& body, bool& again);
  base::Result<int> migrate(std::span<const Migration> migrations, base::Instant now);
  base::Result<void> step(Driver& driver, const std::function<base::Result<void>(Transaction&)>& body);
  base::Result<void> apply(Transaction& transaction, const Migration& migration, base::Instant now,
                           int& applied);
  void listen();  // PostgreSQL: from now on the bell rings for other processes too

  Kind kind;
  std::string url;
  Options options;
  std::optional<base::TemporaryFolder> memory;  // where `sqlite::memory:` lies
  std::unique_ptr<Pool> reading;
  std::unique_ptr<Pool> writing;  // SQLite's one writer
  Bell bell;
  std::mutex listener_guard;
  std::unique_ptr<Listener> listener;
};

// Writes what a transaction appended, as its last statements; see events.cpp for why.
base::Result<void> write_events(Transaction& transaction, std::span<const Event> events);

}  // namespace storage
