#include "apps/agora/demo_visitor.h"

namespace agora {
namespace json = base::json;
namespace {

base::Result<json::value> json_of(const base::Result<web::Answer>& answer) {
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status >= 400) return tl::unexpected(web::error_of(*answer));
  if (answer->body.empty()) return json::value();
  return base::parse_json(answer->body);
}

base::Result<json::value> token_for(web::Client& client, const std::string& url, std::string_view cookie) {
  web::Headers headers;
  headers.add("Cookie", std::string(cookie.substr(0, cookie.find(';'))));
  headers.add("Origin", url);
  headers.add("Content-Type", "application/json");
  return json_of(client.send("POST", "/api/v1/me/tokens",
                             R"({"name": "demo", "scopes": ["read", "submit", "organise", "admin"]})",
                             headers));
}

}  // namespace

base::Result<DemoVisitor> DemoVisitor::arrive(const std::string& url, const DemoAccount& account,
                                              const std::string& invitation) {
  auto client = web::Client::make(url);
  if (!client) return tl::unexpected(client.error());
  const auto signed_up = client->post("/api/v1/sign-up", json::object{{"email", account.email},
                                                                      {"name", account.name},
                                                                      {"password", kDemoPassword},
                                                                      {"invitation", invitation}});
  if (!signed_up) return tl::unexpected(signed_up.error());
  return come_back(url, account);
}

base::Result<DemoVisitor> DemoVisitor::come_back(const std::string& url, const DemoAccount& account) {
  auto client = web::Client::make(url);
  if (!client) return tl::unexpected(client.error());
  web::Headers headers;
  headers.add("Content-Type", "application/json");
  const auto signed_in = client->send(
      "POST", "/api/v1/sign-in",
      base::to_text(json::object{{"email", account.email}, {"password", kDemoPassword}}), headers);
  if (!signed_in) return tl::unexpected(signed_in.error());
  if (signed_in->status >= 400) return tl::unexpected(web::error_of(*signed_in));
  const auto token = token_for(*client, url, signed_in->headers.get("Set-Cookie"));
  if (!token) return tl::unexpected(token.error());
  web::ClientSettings settings;
  settings.token = base::find_text(*token, "token");
  auto own = web::Client::make(url, settings);
  if (!own) return tl::unexpected(own.error());
  return DemoVisitor(std::move(*own), base::find_text(*token, "id"));
}

void DemoVisitor::leave() {
  static_cast<void>(client_.send("DELETE", "/api/v1/me/tokens/" + token_id_));
}

base::Result<json::value> DemoVisitor::post(const std::string& path) {
  return json_of(client_.send("POST", path));
}

}  // namespace agora
