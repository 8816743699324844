// Remembers what a keyed request was answered, so that sending it again does nothing twice.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "machine/web/message.h"

namespace web {

struct Remembered {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// `first`: go on, then `keep` or `forget`. `running`: another thread, or a server that died, holds the key.
// `replay`: `answer` is what it was. `other`: the key came with a different request.
enum class Turn { first, running, replay, other };
struct TurnOf {
  Turn turn = Turn::first;
  Remembered answer{};
};

// One of these lies in memory below; another, in the database, comes from the room that knows people. All are
// called from many threads.
class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // `key` holds the viewer and the route. `fingerprint` tells one request from another.
  virtual base::Result<TurnOf> begin(const std::string& key, const std::string& fingerprint,
                                     base::Instant now) = 0;
  virtual base::Result<void> keep(const std::string& key, const Remembered& answer) = 0;
  virtual void forget(const std::string& key) = 0;
};

// Forgets after `keeping`, and the oldest first past `most` keys.
std::unique_ptr<KeyStore> keys_in_memory(std::chrono::seconds keeping = std::chrono::hours(24),
                                         std::size_t most = 10000);

// The key of a request: the draft's quoted string, or the bare text that most clients send.
// Fails with `invalid` on an empty one, one past 255 characters, or one of odd characters.
base::Result<std::string> read_key(std::string_view header);

}  // namespace web
