// Token buckets per viewer or address and per class of routes.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace web {

// `count` requests in each `window`; as many may come at once.
struct RateRow {
  std::string name;
  std::uint32_t count = 600;
  std::chrono::seconds window{60};
};

class Rates {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Rates(std::vector<RateRow> rows);

  struct Verdict {
    bool allowed = true;
    const RateRow* row = nullptr;  // null: a class without limit
    std::uint32_t remaining = 0;
    std::chrono::seconds wait{0};  // until a token is there, or until the bucket is full
  };
  Verdict take(std::string_view rate, std::string_view who, Clock::time_point now);

  const std::vector<RateRow>& rows() const { return rows_; }
  std::size_t buckets();

 private:
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  void forget_full(const RateRow& row, Clock::time_point now);

  std::vector<RateRow> rows_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;  // by "class who"
  std::size_t sweep_at_ = 4096;
};

// An address as it counts: IPv6 by its /64, for one household has as many addresses as it likes.
std::string address_key(std::string_view address);

}  // namespace web
