#include "machine/engine/queue_bell.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace engine {
namespace {

// One for all queues of the process: a ring that was meant for another costs a glance.
struct Bell {
  std::mutex guard;
  std::condition_variable_any rung;
  std::uint64_t count = 0;
};

Bell& bell() {
  static Bell one;
  return one;
}

}  // namespace

void ring() {
  {
    const std::scoped_lock lock(bell().guard);
    ++bell().count;
  }
  bell().rung.notify_all();
}

std::uint64_t rings() {
  const std::scoped_lock lock(bell().guard);
  return bell().count;
}

void wait_for_ring(std::stop_token stop, std::uint64_t seen, base::Seconds most) {
  std::unique_lock lock(bell().guard);
  bell().rung.wait_for(lock, std::move(stop), most, [&] { return bell().count != seen; });
}

}  // namespace engine
