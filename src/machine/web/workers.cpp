#include "machine/web/workers.h"

#include <pthread.h>

namespace web {

Workers::Workers(int threads, std::size_t most_waiting) : most_waiting_(most_waiting) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  finish();
}

bool Workers::post(std::function<void()> work, Urgency urgency) {
  {
    const std::scoped_lock lock(mutex_);
    if (urgency == Urgency::may_refuse && (ending_ || waiting_.size() >= most_waiting_)) return false;
    waiting_.push_back(std::move(work));
  }
  ready_.notify_one();
  return true;
}

void Workers::finish() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ready_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Workers::run() {
  ::pthread_setname_np(::pthread_self(), "web-worker");
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace web
