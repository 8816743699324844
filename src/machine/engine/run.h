// Does jobs: threads that claim, beat while they work, and end each job. Knows no database and no job's
// meaning: the queue and the work are handed in.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace engine {

struct Claim;  // whoever hands in the Source knows what it is

// What a worker hears when it says that it still works.
enum class Beat { go_on, cancel, lost };

// A job at work. `stop` is asked when the job was cancelled, its lease was lost, or the executor stops.
struct Task {
  const Claim& claim;
  std::stop_token stop;
  bool was_cancelled() const { return cancelled->load(); }
  bool lost_its_lease() const { return lost->load(); }
  const std::atomic<bool>* cancelled;
  const std::atomic<bool>* lost;
};

// Does one job and ends its claim (finish, give_back or end_cancelled) in the transaction of its result. An
// Error or an exception gives the job back, or, when the executor stops, puts it back as if never tried: a
// handler that was stopped just returns an Error.
using Handler = std::function<base::Result<void>(const Task&)>;

// The queue, as an executor sees it. All of it is called from several threads.
struct Source {
  std::function<base::Result<std::shared_ptr<Claim>>()> claim;  // null: nothing waits
  std::function<base::Result<Beat>(const Claim&)> beat;
  std::function<base::Result<void>(const Claim&, const base::Error&)> give_back;  // an attempt that failed
  std::function<base::Result<void>(const Claim&)> put_back;                       // no attempt at all
  std::function<std::string(const Claim&)> type_of;

  // How often there was news of work so far; and a wait for news after the first `seen`, at most that long.
  // So who counts, claims in vain and then waits misses nothing.
  std::function<std::uint64_t()> news;
  std::function<void(std::stop_token stop, std::uint64_t seen, base::Seconds most)> wait;

  std::function<base::Result<void>()> tend;  // at every beat: leases of others that ran out; may be empty
};

// Threads of this process. Destroying it stops the threads; jobs at work are asked to stop and waited for.
class LocalExecutor {
 public:
  struct Settings {
    int threads = 1;
    base::Seconds beat{3};    // well below the lease
    base::Seconds glance{1};  // how often to look for work that another process has put there
  };
  static std::unique_ptr<LocalExecutor> start(Settings settings, Source source,
                                              std::map<std::string, Handler> handlers);
  virtual ~LocalExecutor() = default;
  virtual int running() const = 0;
};

}  // namespace engine
