// Connections that are lent one at a time, a bounded number of them.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "machine/storage/driver.h"

namespace storage {

class Pool;

// One lent connection; comes back when the value dies, dead or unclean ones are closed instead.
class Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Driver> driver) : pool_(&pool), driver_(std::move(driver)) {}
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Driver& operator*() const { return *driver_; }
  Driver* operator->() const { return driver_.get(); }

  base::Result<void> renew();  // closes this connection and every idle one, and opens another
  void discard();              // closes it; nothing more may be asked of it

 private:
  Pool* pool_;
  std::unique_ptr<Driver> driver_;
  bool is_lent_ = true;
};

class Pool {
 public:
  using Open = std::function<base::Result<std::unique_ptr<Driver>>()>;
  Pool(Open open, int most, std::chrono::milliseconds patience)
      : open_(std::move(open)), most_(most), patience_(patience) {}

  // Waits for its turn. Fails with `unavailable` past the patience, or as opening does.
  base::Result<Lease> lease();
  void close_idle();  // after a change of the schema: cached statements go with their connections

 private:
  friend class Lease;
  void give_back(std::unique_ptr<Driver> driver);

  Open open_;
  int most_;
  std::chrono::milliseconds patience_;
  std::mutex guard_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Driver>> idle_;
  int lent_ = 0;
};

}  // namespace storage
