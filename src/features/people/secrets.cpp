#include "features/people/secrets.h"

#include "base/chance.h"
#include "base/hash.h"

namespace people {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string letters(int count) {  // 5.95 bits each
  std::string text;
  for (int i = 0; i < count; ++i) text += kLetters[base::random_below(kLetters.size())];
  return text;
}

}  // namespace

std::string new_session_secret() {
  return letters(43);
}
std::string new_token() {
  return std::string(kTokenMark) + letters(43);
}
std::string new_code() {
  return letters(22);
}
std::string hash_of_secret(std::string_view secret) {
  return base::sha256_hex(secret);
}

}  // namespace people
