#include "machine/web/idempotency.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace web {
namespace {

class KeysInMemory : public KeyStore {
 public:
  KeysInMemory(std::chrono::seconds keeping, std::size_t most) : keeping_(keeping), most_(most) {}

  base::Result<TurnOf> begin(const std::string& key, const std::string& fingerprint,
                             base::Instant now) override {
    const std::scoped_lock lock(mutex_);
    drop_old(now);
    const auto [there, fresh] = keys_.try_emplace(key, Entry{fingerprint, now, false, {}});
    if (fresh) {
      order_.emplace_back(now, key);
      return TurnOf{Turn::first, {}};
    }
    const auto& entry = there->second;
    if (entry.fingerprint != fingerprint) return TurnOf{Turn::other, {}};
    if (!entry.done) return TurnOf{Turn::running, {}};
    return TurnOf{Turn::replay, entry.answer};
  }

  base::Result<void> keep(const std::string& key, const Remembered& answer) override {
    const std::scoped_lock lock(mutex_);
    if (const auto there = keys_.find(key); there != keys_.end()) {
      there->second.done = true;
      there->second.answer = answer;
    }
    return {};
  }

  void forget(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    keys_.erase(key);
  }

 private:
  struct Entry {
    std::string fingerprint;
    base::Instant since;
    bool done = false;
    Remembered answer;
  };

  // `order_` may name keys that were forgotten, or taken anew since: then the times differ.
  void drop_old(base::Instant now) {
    while (!order_.empty() && (now - order_.front().first >= keeping_ || keys_.size() >= most_)) {
      const auto there = keys_.find(order_.front().second);
      if (there != keys_.end() && there->second.since == order_.front().first) keys_.erase(there);
      order_.pop_front();
    }
  }

  std::chrono::seconds keeping_;
  std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> keys_;
  std::deque<std::pair<base::Instant, std::string>> order_;
};

}  // namespace

std::unique_ptr<KeyStore> keys_in_memory(std::chrono::seconds keeping, std::size_t most) {
  return std::make_unique<KeysInMemory>(keeping, most);
}

base::Result<std::string> read_key(std::string_view header) {
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"')
    header = header.substr(1, header.size() - 2);
  const auto good = [](char c) { return c > ' ' && c < 127 && c != '"' && c != '\\'; };
  if (header.empty() || header.size() > 255 || !std::all_of(header.begin(), header.end(), good))
    return base::invalid("an Idempotency-Key is 1 to 255 printable characters without spaces or quotes");
  return std::string(header);
}

}  // namespace web
