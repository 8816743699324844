// The one moment in which commands hold a session: from the password to the token that takes its place.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "machine/web/client.h"

namespace people {

// Signed in by cookie, as a browser is; signed out when it ends.
class PasswordSession {
 public:
  PasswordSession(web::Client& client, std::string_view url);
  ~PasswordSession();
  PasswordSession(const PasswordSession&) = delete;
  PasswordSession& operator=(const PasswordSession&) = delete;

  base::Result<void> sign_in(const std::string& email, const std::string& password);
  base::Result<base::json::value> send(std::string_view method, std::string_view path,
                                       const base::json::value& body = {});

 private:
  web::Client& client_;
  std::string origin_;
  std::string cookie_;
};

// "https://agora.example.org" of "https://agora.example.org/below".
std::string origin_of(std::string_view url);
// "agora_session=..." out of an answer's Set-Cookie; empty where there is none.
std::string session_cookie_in(const web::Headers& headers);

}  // namespace people
