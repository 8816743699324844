// Secrets that nobody can foresee, and what is kept of them.
#pragma once
#include <string>
#include <string_view>

namespace people {

inline constexpr std::string_view kTokenMark = "agora_";  // so that scanners find tokens that leaked

std::string new_session_secret();  // 256 bits, as are tokens
std::string new_token();           // "agora_" and 43 letters and digits
std::string new_code();            // 128 bits: invitations and resets, typed by people at worst

// Fast, for secrets of that size cannot be guessed; passwords go to passwords.h.
std::string hash_of_secret(std::string_view secret);

}  // namespace people
