// Places for so many programs at once, given out as they become free.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace cells {

class Places {
 public:
  explicit Places(int free) : free_(free) {}

  // Waits; nothing where `stop` was asked first. The place is given back when the pointer dies.
  std::shared_ptr<void> take(const std::stop_token& stop) {
    std::unique_lock lock(guard_);
    if (!changed_.wait(lock, stop, [&] { return free_ > 0; }) || stop.stop_requested()) return nullptr;
    --free_;
    return {this, [](void* places) { static_cast<Places*>(places)->give_back(); }};
  }

 private:
  void give_back() {
    {
      const std::scoped_lock lock(guard_);
      ++free_;
    }
    changed_.notify_all();  // who was woken may have been stopped meanwhile
  }

  std::mutex guard_;
  std::condition_variable_any changed_;
  int free_;
};

}  // namespace cells
