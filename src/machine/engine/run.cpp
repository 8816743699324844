#include "machine/engine/run.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/log.h"

namespace engine {
namespace {

// A job in the hands of one thread; the beat thread looks at it too.
struct Work {
  std::shared_ptr<Claim> claim;
  std::string type;
  std::stop_source stop{};
  std::atomic<bool> cancelled{false}, lost{false};
};

void log(std::string_view what, const Work& work, const base::Error& error) {
  base::log_warning(fmt::format("a job of type {} {}: {} {}", work.type, what, error.message, error.detail));
}

class Threads final : public LocalExecutor {
 public:
  Threads(Settings settings, Source source, std::map<std::string, Handler> handlers)
      : settings_(settings), source_(std::move(source)), handlers_(std::move(handlers)) {
    beater_ = std::jthread([this](std::stop_token stop) { beat(std::move(stop)); });
    for (int i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Threads() override {
    stop_all();
    threads_.clear();        // joins: handlers at work are waited for
    beater_.request_stop();  // it beat for them until now
  }

  int running() const override {
    const std::scoped_lock lock(guard_);
    return static_cast<int>(works_.size());
  }

 private:
  void work();
  void work_on(std::shared_ptr<Claim> claim);
  base::Result<void> handle(const Work& work);
  void conclude(const Work& work, const base::Error& error);
  bool begin(const std::shared_ptr<Work>& work);
  void end(const std::shared_ptr<Work>& work);
  void stop_all();
  void beat(std::stop_token stop);
  void beat_for(Work& work);

  const Settings settings_;
  const Source source_;
  const std::map<std::string, Handler> handlers_;
  std::stop_source stopping_;
  mutable std::mutex guard_;
  std::list<std::shared_ptr<Work>> works_;
  std::jthread beater_;
  std::vector<std::jthread> threads_;
};

void Threads::work() {
  while (!stopping_.stop_requested()) {
    const auto seen = source_.news();
    auto claim = source_.claim();
    if (claim && *claim) {
      work_on(std::move(*claim));
      continue;
    }
    if (!claim)
      base::log_error(
          fmt::format("no job could be claimed: {} {}", claim.error().message, claim.error().detail));
    source_.wait(stopping_.get_token(), seen, settings_.glance);
  }
}

void Threads::work_on(std::shared_ptr<Claim> claim) {
  auto work = std::make_shared<Work>();
  work->type = source_.type_of(*claim);
  work->claim = std::move(claim);
  base::Result<void> done = base::unavailable("the program stops");
  if (begin(work)) done = handle(*work);
  if (!done) conclude(*work, done.error());
  end(work);
}

base::Result<void> Threads::handle(const Work& work) {
  const auto handler = handlers_.find(work.type);
  if (handler == handlers_.end())
    return base::internal(
        fmt::format("this worker claims jobs of type {} and has no handler for them", work.type));
  try {
    return handler->second({*work.claim, work.stop.get_token(), &work.cancelled, &work.lost});
  } catch (const std::exception& thrown) {
    return base::internal("the program failed at this job", thrown.what());
  } catch (...) {
    return base::internal("the program failed at this job", "it threw what is no std::exception");
  }
}

// The handler has not ended the claim, or could not.
void Threads::conclude(const Work& work, const base::Error& error) {
  if (work.lost) return log("was lost to another worker", work, error);
  const bool interrupted = stopping_.stop_requested() && !work.cancelled;
  auto back = interrupted ? source_.put_back(*work.claim) : source_.give_back(*work.claim, error);
  if (!interrupted && !work.cancelled) log("failed", work, error);
  if (!back) log("could not be given back, so its lease has to run out", work, back.error());
}

// False where the executor stops: then nobody would ask this work to stop any more.
bool Threads::begin(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock(guard_);
  works_.push_back(work);
  return !stopping_.stop_requested();
}

void Threads::end(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock(guard_);
  works_.remove(work);
}

void Threads::stop_all() {
  std::vector<std::shared_ptr<Work>> at_work;
  {
    const std::scoped_lock lock(guard_);
    stopping_.request_stop();
    at_work.assign(works_.begin(), works_.end());
  }
  for (const auto& work : at_work) work->stop.request_stop();
}

void Threads::beat(std::stop_token stop) {
  std::mutex alone;
  std::condition_variable_any pause;
  std::unique_lock lock(alone);
  while (!pause.wait_for(lock, stop, settings_.beat, [&] { return stop.stop_requested(); })) {
    std::vector<std::shared_ptr<Work>> at_work;
    {
      const std::scoped_lock all(guard_);
      at_work.assign(works_.begin(), works_.end());
    }
    for (const auto& work : at_work) beat_for(*work);
    if (!source_.tend) continue;
    if (auto tended = source_.tend(); !tended)
      base::log_error(
          fmt::format("leases were not looked after: {} {}", tended.error().message, tended.error().detail));
  }
}

void Threads::beat_for(Work& work) {
  auto heard = source_.beat(*work.claim);
  if (!heard) return log("could not lengthen its lease", work, heard.error());
  if (*heard == Beat::go_on) return;
  (*heard == Beat::cancel ? work.cancelled : work.lost) = true;
  work.stop.request_stop();
}

}  // namespace

std::unique_ptr<LocalExecutor> LocalExecutor::start(Settings settings, Source source,
                                                    std::map<std::string, Handler> handlers) {
  return std::make_unique<Threads>(settings, std::move(source), std::move(handlers));
}

}  // namespace engine
