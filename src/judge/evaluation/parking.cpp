#include "judge/evaluation/parking.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace evaluation {
namespace {

constexpr std::uint64_t kBytesOfACell = 2u << 20;

std::uint64_t free_bytes() {
  std::ifstream file("/proc/meminfo");
  std::uint64_t kilobytes = 0;
  for (std::string word; file >> word;)
    if (word == "MemAvailable:" && file >> kilobytes) return kilobytes << 10;
  return 0;
}

}  // namespace

std::size_t most_parked() {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(free_bytes() / 100 / kBytesOfACell, 2, 8 * cores);
}

std::optional<ParkedFold> Lot::take() {
  while (true) {
    std::optional<ParkedFold> cell;
    {
      const std::scoped_lock lock(guard_);
      if (cells_.empty()) return std::nullopt;
      cell = std::move(cells_.back());
      cells_.pop_back();
    }
    if (cell->is_alive()) return cell;
  }
}

void Lot::park(ParkedFold cell) {
  const std::scoped_lock lock(guard_);
  cells_.push_back(std::move(cell));
}

void Lot::clear() {
  std::vector<ParkedFold> gone;
  const std::scoped_lock lock(guard_);
  gone.swap(cells_);
}

std::size_t Lot::size() const {
  const std::scoped_lock lock(guard_);
  return cells_.size();
}

Keeper::Keeper(std::size_t most, Renew renew, Spawn spawn)
    : most_(most),
      renew_(std::move(renew)),
      spawn_(std::move(spawn)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Keeper::fill(const std::shared_ptr<const Problem>& problem) {
  if (most_ == 0) return;
  {
    const std::scoped_lock lock(guard_);
    std::erase_if(recent_, [&](const Asked& each) { return each.expired() || each.lock() == problem; });
    recent_.push_front(problem);
    news_ = true;
  }
  asked_.notify_one();
}

void Keeper::work(const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<const Problem> problem;
    {
      std::unique_lock lock(guard_);
      if (!asked_.wait(lock, stop, [this] { return news_; })) return;
      news_ = false;
      if (!recent_.empty()) problem = recent_.front().lock();
    }
    if (problem) fill_lot(problem, stop);
  }
}

// Gives up where there is news of another problem, or a cell cannot be made: who needs one then makes it, and
// hears why it cannot.
void Keeper::fill_lot(const std::shared_ptr<const Problem>& problem, const std::stop_token& stop) {
  renew_(*problem, stop);
  const auto wanted = std::min(problem->folds.size(), most_);
  while (problem->lot->size() < wanted && !stop.stop_requested()) {
    if (!make_room_for(*problem)) return;
    auto cell = spawn_(*problem, stop);
    if (!cell) return;
    problem->lot->park(std::move(*cell));
  }
}

// False where somebody has asked for another problem meanwhile.
bool Keeper::make_room_for(const Problem& problem) {
  std::vector<std::shared_ptr<const Problem>> held;  // a problem must not die under the lock
  const std::scoped_lock lock(guard_);
  if (news_) return recent_.front().lock().get() == &problem;
  std::size_t parked = 0;
  for (const auto& each : recent_) {
    auto one = each.lock();
    if (!one) continue;
    parked += one->lot->size();
    held.push_back(std::move(one));
  }
  for (auto oldest = held.rbegin(); oldest != held.rend() && parked >= most_; ++oldest) {
    if (oldest->get() == &problem) break;
    parked -= (*oldest)->lot->size();
    (*oldest)->lot->clear();
  }
  return parked < most_;
}

}  // namespace evaluation
