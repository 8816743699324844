// Signing in from a terminal: a password once, then a token of its own that servers.json keeps.
#pragma once
#include <string>
#include <vector>

#include "machine/terminal/terminal.h"

namespace people {

struct LoginOptions {
  std::string url;  // empty: the current server's
  bool signs_up = false;
  std::string invitation;
  std::string reset_code;  // chooses a new password first
  std::string name;
  std::string email;
  bool password_on_stdin = false;
  std::string token;  // one that was made elsewhere
  std::vector<std::string> scopes;
  int days = 90;
  bool json = false;
};

terminal::Exit log_in(const LoginOptions& options);

}  // namespace people
