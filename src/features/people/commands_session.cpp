#include "features/people/commands_session.h"

namespace people {
namespace json = base::json;

std::string origin_of(std::string_view url) {
  const auto host = url.find("://");
  const auto slash = url.find('/', host == std::string_view::npos ? 0 : host + 3);
  return std::string(url.substr(0, slash));
}

std::string session_cookie_in(const web::Headers& headers) {
  for (const auto& [name, value] : headers.all())
    if (web::same_name(name, "Set-Cookie") && value.starts_with("agora_session="))
      return value.substr(0, value.find(';'));
  return "";
}

PasswordSession::PasswordSession(web::Client& client, std::string_view url)
    : client_(client), origin_(origin_of(url)) {}

PasswordSession::~PasswordSession() {
  if (!cookie_.empty()) (void)send("POST", "/sign-out");  // it would end by itself, only later
}

base::Result<void> PasswordSession::sign_in(const std::string& email, const std::string& password) {
  web::Headers headers;
  headers.add("Content-Type", "application/json");
  headers.add("Origin", origin_);
  const json::value body{{"email", email}, {"password", password}};
  const auto answer = client_.send("POST", "/sign-in", base::to_text(body), headers);
  if (!answer) return base::Failure(answer.error());
  if (answer->status >= 400) return base::Failure(web::error_of(*answer));
  cookie_ = session_cookie_in(answer->headers);
  if (cookie_.empty())
    return base::unavailable("the answer holds no session: is this the address of an Agora server?");
  return {};
}

base::Result<json::value> PasswordSession::send(std::string_view method, std::string_view path,
                                                const json::value& body) {
  web::Headers headers;
  headers.add("Accept", "application/json");
  headers.add("Origin", origin_);
  headers.add("Cookie", cookie_);
  if (!body.is_null()) headers.add("Content-Type", "application/json");
  const auto answer = client_.send(method, path, body.is_null() ? "" : base::to_text(body), headers);
  if (!answer) return base::Failure(answer.error());
  if (answer->status >= 400) return base::Failure(web::error_of(*answer));
  if (answer->body.empty()) return json::value();
  return base::parse_json(answer->body);
}

}  // namespace people
