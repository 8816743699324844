#include "machine/web/rates.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <arpa/inet.h>

namespace web {

Rates::Rates(std::vector<RateRow> rows) : rows_(std::move(rows)) {}

Rates::Verdict Rates::take(std::string_view rate, std::string_view who, Clock::time_point now) {
  const auto row =
      std::find_if(rows_.begin(), rows_.end(), [&](const RateRow& each) { return each.name == rate; });
  if (row == rows_.end() || row->count == 0) return {};
  const double per_second = row->count / std::chrono::duration<double>(row->window).count();
  std::string key(rate);
  key.append(1, ' ').append(who);

  const std::scoped_lock lock(mutex_);
  if (buckets_.size() >= sweep_at_) forget_full(*row, now);
  auto& bucket =
      buckets_.try_emplace(std::move(key), Bucket{static_cast<double>(row->count), now}).first->second;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min<double>(row->count, bucket.tokens + std::max(0.0, passed) * per_second);
  bucket.at = now;
  Verdict verdict{bucket.tokens >= 1, &*row, 0, {}};
  if (verdict.allowed) bucket.tokens -= 1;
  const double missing = verdict.allowed ? row->count - bucket.tokens : 1 - bucket.tokens;
  verdict.remaining = static_cast<std::uint32_t>(bucket.tokens);
  verdict.wait = std::chrono::seconds(static_cast<long>(std::ceil(missing / per_second)));
  return verdict;
}

// A bucket untouched for the longest window is full again, as a new one would be.
void Rates::forget_full(const RateRow& row, Clock::time_point now) {
  auto longest = row.window;
  for (const auto& each : rows_) longest = std::max(longest, each.window);
  std::erase_if(buckets_, [&](const auto& item) { return now - item.second.at >= longest; });
  sweep_at_ = std::max<std::size_t>(4096, buckets_.size() * 2);
}

std::size_t Rates::buckets() {
  const std::scoped_lock lock(mutex_);
  return buckets_.size();
}

std::string address_key(std::string_view address) {
  std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  const bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
                      bytes[10] == 0xFF && bytes[11] == 0xFF;
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (mapped) {
    ::inet_ntop(AF_INET, bytes.data() + 12, out.data(), out.size());
    return out.data();
  }
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return std::string(out.data()) + "/64";
}

}  // namespace web
