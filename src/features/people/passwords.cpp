#include "features/people/passwords.h"

#include <chrono>
#include <semaphore>

#include <sodium.h>

namespace people {
namespace {

constexpr std::chrono::seconds kPatience{5};

class Turn {
 public:
  Turn() : mine_(turns().try_acquire_for(kPatience)) {}
  ~Turn() {
    if (mine_) turns().release();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool has_come() const { return mine_; }

 private:
  static std::counting_semaphore<2>& turns() {
    static std::counting_semaphore<2> both(2);
    return both;
  }
  bool mine_;
};

base::Failure busy() {
  return base::unavailable("many people sign in at this moment: try again in a few seconds");
}

}  // namespace

base::Result<std::string> hash_of_password(std::string_view password) {
  if (::sodium_init() < 0) return base::internal("libsodium does not start");
  const Turn turn;
  if (!turn.has_come()) return busy();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (::crypto_pwhash_str_alg(hash.data(), password.data(), password.size(),
                              crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
    return base::unavailable("this machine is short of memory: try again in a moment");
  hash.resize(hash.find('\0'));
  return hash;
}

base::Result<bool> is_password(std::string_view password, std::string_view hash) {
  if (::sodium_init() < 0) return base::internal("libsodium does not start");
  const Turn turn;
  if (!turn.has_come()) return busy();
  const std::string ended(hash);
  return ::crypto_pwhash_str_verify(ended.c_str(), password.data(), password.size()) == 0;
}

base::Result<void> waste_a_hash(std::string_view password) {
  auto made = hash_of_password(password);
  if (!made) return base::Failure(made.error());
  return {};
}

}  // namespace people
