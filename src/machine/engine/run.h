// Does jobs: threads that claim, beat while they work, and end each job. Knows no database and no job's
// meaning: the queue and the work are handed in.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace engine {

struct Claim;

// A job at work. `stop` is asked when the job was cancelled, its lease was lost, or the executor stops.
struct Task {
  const Claim& claim;
  std::stop_token stop;
  bool was_cancelled() const { return *cancelled; }
  bool lost_its_lease() const { return *lost; }
  const bool* cancelled;
  const bool* lost;
};

// Does one job and ends its claim (finish, give_back or end_cancelled) in the transaction of its result. An
// Error or an exception gives the job back.
using Handler = std::function<base::Result<void>(const Task&)>;

// The queue, as an executor sees it.
struct Source {
  std::function<base::Result<std::shared_ptr<Claim>>()> claim;  // null: nothing waits
  std::function<base::Result<int>(const Claim&)> beat;          // an engine::Beat
  std::function<base::Result<void>(const Claim&, const base::Error&)> give_back;
  std::function<void(base::Seconds most)> wait;  // until there may be work
  std::function<std::string(const Claim&)> type_of;
};

// Threads of this process. Destroying it stops the threads; jobs at work are asked to stop and waited for.
class LocalExecutor {
 public:
  struct Settings {
    int threads = 1;
    base::Seconds beat{3};
  };
  static std::unique_ptr<LocalExecutor> start(Settings settings, Source source,
                                              std::map<std::string, Handler> handlers);
  virtual ~LocalExecutor() = default;
  virtual int running() const = 0;
};

}  // namespace engine
