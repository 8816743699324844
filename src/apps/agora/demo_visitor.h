// One made-up person's connection to the center of the demo.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "machine/web/client.h"

namespace agora {

inline constexpr std::string_view kDemoPassword = "agora-demo-2026";

struct DemoAccount {
  std::string name, email;
};

class DemoVisitor {
 public:
  // Signs up with the invitation, and in.
  static base::Result<DemoVisitor> arrive(const std::string& url, const DemoAccount& account,
                                          const std::string& invitation);
  // Fails with `unauthenticated` where there is no such account, or its password is another.
  static base::Result<DemoVisitor> come_back(const std::string& url, const DemoAccount& account);
  // Gives back the token that it was connected by.
  void leave();

  web::Client& client() { return client_; }
  // For acts without a body.
  base::Result<base::json::value> post(const std::string& path);

 private:
  DemoVisitor(web::Client client, std::string token_id)
      : client_(std::move(client)), token_id_(std::move(token_id)) {}
  web::Client client_;
  std::string token_id_;
};

}  // namespace agora
