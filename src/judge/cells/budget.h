// What all sessions share: how many there may be, and how much memory.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "base/result.h"

namespace cells {

class Budget : public std::enable_shared_from_this<Budget> {
 public:
  Budget(int sessions, std::uint64_t memory_bytes) : sessions_(sessions), memory_bytes_(memory_bytes) {}

  // A part of it, given back when it dies.
  class Share {
   public:
    Share(std::shared_ptr<Budget> budget, std::uint64_t bytes) : budget_(std::move(budget)), bytes_(bytes) {}
    Share(Share&& other) noexcept = default;
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (budget_) budget_->give_back(bytes_);
    }

   private:
    std::shared_ptr<Budget> budget_;
    std::uint64_t bytes_;
  };

  // Fails with `unavailable`, saying how much is free.
  base::Result<Share> take(std::uint64_t bytes);

 private:
  void give_back(std::uint64_t bytes);

  std::mutex guard_;
  const int sessions_;
  const std::uint64_t memory_bytes_;
  int taken_ = 0;
  std::uint64_t taken_bytes_ = 0;
};

}  // namespace cells
