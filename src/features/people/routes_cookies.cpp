// The session's cookie, read and written.
#include <fmt/format.h>

#include "features/people/routes_room.h"
#include "features/people/rules.h"

namespace people {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

void add(const App& app, const web::Request& request, web::Response& response, std::string_view secret,
         std::chrono::seconds age) {
  const bool secure = app.settings.secure_cookies || request.secure;
  response.headers.add("Set-Cookie", fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
                                                 kCookie, secret, age.count(), secure ? "; Secure" : ""));
}

}  // namespace

std::string_view cookie_of(const web::Request& request, std::string_view name) {
  auto text = request.headers.get("Cookie");
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto pair = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

void set_cookie(const App& app, const web::Request& request, web::Response& response,
                std::string_view secret) {
  add(app, request, response, secret, kAbsolute);
}

void drop_cookie(const App& app, const web::Request& request, web::Response& response) {
  add(app, request, response, "", std::chrono::seconds(0));
}

std::string agent_of(const web::Request& request) {
  // Cut between characters; web lets any byte through in a header.
  std::string agent;
  for (const char c : request.headers.get("User-Agent").substr(0, 200))
    agent += c >= ' ' && c < 127 ? c : '?';
  return agent;
}

}  // namespace people
