// Idempotency keys: what a keyed request was answered, for a day.
#pragma once
#include "features/people/store.h"

namespace people {

struct KeptAnswer {
  int status = 200;
  std::string headers = "[]";  // JSON: [[name, value], ...]
  std::string body;
};
enum class KeyState { first, running, done, other };
struct KeyTurn {
  KeyState state = KeyState::first;
  KeptAnswer answer{};
};

base::Result<KeyTurn> begin_key(const storage::Database& database, const std::string& key,
                                const std::string& fingerprint, base::Instant now);
base::Result<void> keep_key(const storage::Database& database, const std::string& key,
                            const KeptAnswer& answer);
base::Result<void> forget_key(const storage::Database& database, const std::string& key);

}  // namespace people
