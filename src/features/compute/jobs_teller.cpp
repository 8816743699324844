#include "features/compute/jobs_teller.h"

#include <chrono>

#include "base/log.h"

namespace compute {
namespace {

constexpr std::chrono::milliseconds kPause{250};
constexpr std::size_t kMostLine = 2000;

}  // namespace

Teller::Teller(const storage::Database& database, const EnvironmentId& id)
    : database_(database), id_(id), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Teller::~Teller() {
  thread_.request_stop();
  thread_.join();
  write();
}

void Teller::say(std::string_view line) {
  const std::scoped_lock lock(guard_);
  lines_.emplace_back(line.substr(0, kMostLine));
}

void Teller::run(const std::stop_token& stop) {
  std::unique_lock lock(guard_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kPause, [] { return false; });
    lock.unlock();
    write();
    lock.lock();
  }
}

// A log that cannot be written is no reason to stop.
void Teller::write() {
  std::vector<std::string> lines;
  {
    const std::scoped_lock lock(guard_);
    lines.swap(lines_);
  }
  if (lines.empty()) return;
  const auto now = base::now();
  const auto written =
      storage::transact(database_, [&](storage::Transaction& tx) { return add_lines(tx, id_, lines, now); });
  if (!written) base::log_warning("a line of an environment's log was lost: " + written.error().message);
}

}  // namespace compute
