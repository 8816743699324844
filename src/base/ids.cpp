#include "base/ids.h"

#include <mutex>

#include <sodium.h>

namespace base {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int value_of(char letter) {
  const auto at = kAlphabet.find(static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 32 : letter));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

void put_milliseconds(Ulid& ulid, std::uint64_t milliseconds) {
  for (int i = 0; i < 6; ++i)
    ulid.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
}

void add_one(Ulid& ulid) {
  for (std::size_t i = 16; i-- > 6;) {
    if (++ulid.bytes[i] != 0) return;
  }
}

}  // namespace

Ulid make_ulid(Instant now) {
  static std::mutex guard;
  static Ulid last;
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  Ulid ulid;
  put_milliseconds(ulid, milliseconds);
  const std::scoped_lock lock(guard);
  if (std::equal(ulid.bytes.begin(), ulid.bytes.begin() + 6, last.bytes.begin())) {
    ulid = last;
    add_one(ulid);
  } else {
    randombytes_buf(ulid.bytes.data() + 6, 10);
  }
  last = ulid;
  return ulid;
}

std::string to_text(const Ulid& ulid) {
  std::string text(26, '0');
  // 128 bits right-aligned in 26 groups of five: walk from the last group to the first.
  unsigned bits = 0;
  unsigned count = 0;
  std::size_t at = 26;
  for (std::size_t i = 16; i-- > 0;) {
    bits |= static_cast<unsigned>(ulid.bytes[i]) << count;
    for (count += 8; count >= 5; count -= 5, bits >>= 5) text[--at] = kAlphabet[bits & 31u];
  }
  text[0] = kAlphabet[bits & 31u];
  return text;
}

Result<Ulid> ulid_from(std::string_view text) {
  if (text.size() != 26) return invalid("an id has 26 characters");
  Ulid ulid;
  unsigned bits = 0;
  unsigned count = 0;
  std::size_t byte = 16;
  for (std::size_t i = 26; i-- > 0;) {
    const int value = value_of(text[i]);
    if (value < 0) return invalid("an id holds digits and capital letters without I, L, O and U");
    bits |= static_cast<unsigned>(value) << count;
    count += 5;
    if (count >= 8 && byte > 0) {
      ulid.bytes[--byte] = static_cast<std::uint8_t>(bits);
      bits >>= 8;
      count -= 8;
    }
  }
  if (bits != 0) return invalid("an id begins with a digit up to 7");
  return ulid;
}

}  // namespace base
