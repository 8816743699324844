#include "apps/agora/live_tail.h"

#include <fmt/format.h>

#include "base/log.h"

namespace agora {
namespace {

using namespace std::chrono_literals;

constexpr int kAtOnce = 500;
constexpr auto kLook = 250ms;  // how long a stop may take

void pass_on(web::Hub& hub, const storage::Event& event) {
  hub.publish({event.topic}, {static_cast<std::uint64_t>(event.position), event.kind, event.payload});
}

// The newest events' position; tried until the database answers.
std::int64_t first_position(const storage::Database& database, const std::atomic<bool>& stop) {
  while (!stop) {
    if (const auto last = storage::last(database)) return *last;
    std::this_thread::sleep_for(kLook);
  }
  return 0;
}

}  // namespace

LiveTail::LiveTail(const storage::Database& database, web::Hub& hub)
    : thread_([this, database, &hub] { run(database, hub); }) {}

LiveTail::~LiveTail() {
  stop_ = true;
  thread_.join();
}

void LiveTail::run(storage::Database database, web::Hub& hub) {
  auto position = first_position(database, stop_);
  while (!stop_) {
    const auto more = storage::wait(database, position, std::chrono::steady_clock::now() + kLook);
    const auto events = more && *more ? storage::tail(database, position, kAtOnce)
                                      : base::Result<std::vector<storage::Event>>();
    if (!more || !events) {
      base::log_warning(
          fmt::format("the event log cannot be read: {}", (more ? events.error() : more.error()).message));
      std::this_thread::sleep_for(kLook);
      continue;
    }
    for (const auto& event : *events) {
      pass_on(hub, event);
      position = event.position;
    }
  }
}

}  // namespace agora
