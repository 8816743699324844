// Places that threads share in the order in which they asked. So that cells which compute never outnumber the
// cores, however many evaluations run at once: a fit's clock is the wall's.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>

namespace evaluation {

class Turns {
 public:
  explicit Turns(int places) : free_(places) {}

  // A place, given back when it dies.
  class Place {
   public:
    explicit Place(Turns& turns) : turns_(&turns) {}
    Place(Place&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (turns_ != nullptr) turns_->give_back();
    }

   private:
    Turns* turns_;
  };

  // Waits; nothing where `stop` was asked first.
  std::optional<Place> take(const std::stop_token& stop) {
    std::unique_lock lock(guard_);
    const auto ticket = next_++;
    waiting_.insert(ticket);
    const bool mine = changed_.wait(lock, stop, [&] { return free_ > 0 && *waiting_.begin() == ticket; });
    waiting_.erase(ticket);
    if (mine) --free_;
    lock.unlock();
    changed_.notify_all();  // the next one may have become the first
    if (!mine) return std::nullopt;
    return std::optional<Place>(std::in_place, *this);
  }

 private:
  void give_back() {
    {
      const std::scoped_lock lock(guard_);
      ++free_;
    }
    changed_.notify_all();
  }

  std::mutex guard_;
  std::condition_variable_any changed_;
  std::set<std::uint64_t> waiting_;
  std::uint64_t next_ = 0;
  int free_;
};

}  // namespace evaluation
