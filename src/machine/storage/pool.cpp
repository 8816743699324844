#include "machine/storage/pool.h"

#include <fmt/format.h>

namespace storage {

Lease::~Lease() {
  if (is_lent_) pool_->give_back(std::move(driver_));
}

Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), driver_(std::move(other.driver_)), is_lent_(std::exchange(other.is_lent_, false)) {}

void Lease::discard() {
  driver_.reset();
}

base::Result<void> Lease::renew() {
  pool_->close_idle();  // what killed this connection has most likely killed them too
  auto fresh = pool_->open_();
  if (!fresh) return tl::unexpected(fresh.error());
  driver_ = std::move(*fresh);
  return {};
}

base::Result<Lease> Pool::lease() {
  std::unique_lock lock(guard_);
  if (!returned_.wait_for(lock, patience_, [&] { return lent_ < most_; }))
    return base::unavailable("the database is busy: try again in a moment",
                             fmt::format("all {} connections were lent for {} ms", most_, patience_.count()));
  ++lent_;
  if (!idle_.empty()) {
    auto driver = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(driver));
  }
  lock.unlock();
  auto opened = open_();
  if (opened) return Lease(*this, std::move(*opened));
  give_back(nullptr);
  return tl::unexpected(opened.error());
}

void Pool::give_back(std::unique_ptr<Driver> driver) {
  if (driver && driver->is_alive() && driver->is_in_transaction()) driver->rollback();
  const bool usable = driver && driver->is_alive();
  {
    const std::scoped_lock lock(guard_);
    --lent_;
    if (usable) idle_.push_back(std::move(driver));
  }
  returned_.notify_one();
}

void Pool::close_idle() {
  std::vector<std::unique_ptr<Driver>> closing;
  const std::scoped_lock lock(guard_);
  closing.swap(idle_);
}

}  // namespace storage
