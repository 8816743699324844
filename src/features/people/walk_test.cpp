// Every route of the list, as everyone who could ask.
#include <regex>

#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;

class Walk : public WithServer {
 protected:
  // With something in each brace that is nobody's, so that nothing is done on the way.
  int asked(Asker& asker, const web::Route& route) {
    auto path = std::regex_replace(std::string(route.pattern), std::regex("\\{[^}]*\\}"), "nothing");
    json::value body;
    if (route.takes == web::Takes::json) body = *base::parse_json(route.request.example);
    const auto answer = asker.send(route.method, path.substr(std::string_view("/api/v1").size()), body);
    EXPECT_LT(answer.status, 500) << route.method << " " << path << " " << answer.body;
    return answer.status;
  }
  std::vector<web::Route> routes() {
    auto all = room_->routes();
    // It ends what the others need.
    std::erase_if(all, [](const web::Route& route) { return route.pattern.ends_with("/sign-out"); });
    return all;
  }
  std::string token_of(Asker& asker, std::string_view scope) {
    const auto made =
        asker.post("/me/tokens", json::object{{"name", "walk"}, {"scopes", json::array{json::value(scope)}}});
    return text_of(made, "/token");
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Walk, storage::both_kinds(), storage::kind_name);

TEST_P(Walk, EachAskerMeetsWhatTheRowSays) {
  auto grace = administrator();
  const auto invitation = grace.post("/invitations", json::object{});
  auto ada = signed_up("Ada Lovelace", "ada@example.org", text_of(invitation, "/code"));
  auto nobody = stranger();
  auto worker = with_token(token_of(grace, "worker"));
  auto admin = with_token(token_of(grace, "admin"));
  auto wrong = with_token("agora_" + std::string(43, 'x'));
  int walked = 0;
  for (const auto& route : routes()) {
    const auto what = std::string(route.method) + " " + std::string(route.pattern);
    const bool is_open = route.permission == "open";
    const bool for_sessions = route.permission == "session";
    const bool for_administrators = route.permission == "administrator";
    const auto refused = [](int status) { return status == 401 || status == 403; };
    EXPECT_EQ(asked(wrong, route), 401) << what;
    // A sign-in with the example's password is refused as such; so is a sign-up without an invitation.
    const bool refuses_anyone = route.pattern.ends_with("/sign-in") || route.pattern.ends_with("/sign-up");
    if (!refuses_anyone) {
      EXPECT_EQ(asked(nobody, route) == 401, !is_open) << what;
      EXPECT_EQ(refused(asked(ada, route)), for_administrators) << what;
      EXPECT_FALSE(refused(asked(grace, route))) << what;
      EXPECT_EQ(asked(worker, route) == 403, for_sessions || !route.scope.empty()) << what;
      EXPECT_EQ(asked(admin, route) == 403, for_sessions || route.scope == "read") << what;
    }
    if (for_administrators) {
      EXPECT_EQ(route.scope, "admin") << what;
    }
    ++walked;
  }
  EXPECT_GT(walked, 35);
}

TEST_P(Walk, APermissionWithoutARowDoesNotStart) {
  auto routes = room_->routes();
  routes.front().permission = "whoever-it-may-be";
  web::Settings settings;
  settings.gate = room_->gate(room_->permissions());
  auto server = web::Server::start({routes, {}, room_->schemas()}, std::move(settings));
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("whoever-it-may-be"), std::string::npos) << server.error().message;
}

}  // namespace
}  // namespace people
