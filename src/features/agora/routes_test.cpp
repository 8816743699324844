// Notifications over a real server: everybody's own, and nobody else's.
#include "features/agora/routes.h"

#include "features/people/testing.h"

namespace forum {
namespace {

namespace json = base::json;
using people::Asker;
using people::text_of;

class NotificationRoutes : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    return {forum::migrations().begin(), forum::migrations().end()};
  }
  void add_parts(Parts& parts) override {
    for (auto& route : forum::routes(*database_)) parts.routes.push_back(std::move(route));
    for (const auto& schema : forum::schemas()) parts.schemas.push_back(schema);
  }
  Asker member(Asker& administrator, std::string_view name) {
    const auto code = text_of(administrator.post("/invitations", json::object{}), "/code");
    return signed_up(name, std::string(name) + "@example.org", code);
  }
  void tell(Asker& whom, std::string title) {
    const people::PersonId id(*base::ulid_from(text_of(whom.get("/me"), "/person/id")));
    auto told = storage::transact(*database_, [&](storage::Transaction& tx) {
      return notify(tx, std::vector{id}, {"message", title, "It *is* so.", "/events/moons/messages"},
                    base::now());
    });
    ASSERT_TRUE(told) << told.error().message;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, NotificationRoutes, storage::both_kinds(), storage::kind_name);

TEST_P(NotificationRoutes, ShowAndMarkOnesOwn) {
  auto grace = administrator();
  auto ada = member(grace, "ada"), bob = member(grace, "bob");
  for (const auto* title : {"one", "two", "three"}) tell(ada, title);
  tell(bob, "another's");
  const auto page = ada.get("/me/notifications?limit=2");
  EXPECT_EQ(page.at("unread").as_int64(), 3);
  ASSERT_EQ(page.at("items").as_array().size(), 2u);
  EXPECT_EQ(text_of(page, "/items/0/title"), "three");
  EXPECT_EQ(text_of(page, "/items/0/kind"), "message");
  EXPECT_EQ(text_of(page, "/items/0/text"), "It is so.");
  EXPECT_EQ(text_of(page, "/items/0/url"), "/events/moons/messages");
  EXPECT_TRUE(page.at("items").at(0).at("read_at").is_null());
  const auto rest = ada.get("/me/notifications?after=" + text_of(page, "/next"));
  ASSERT_EQ(rest.at("items").as_array().size(), 1u);
  EXPECT_TRUE(rest.at("next").is_null());

  const json::array mine{page.at("items").at(0).at("id")};
  EXPECT_EQ(bob.post("/me/notifications/read", json::object{{"ids", mine}}).at("unread").as_int64(), 1);
  EXPECT_EQ(ada.get("/me/notifications").at("unread").as_int64(), 3) << "another may not";
  EXPECT_EQ(ada.post("/me/notifications/read", json::object{{"ids", mine}}).at("unread").as_int64(), 2);
  const auto unread = ada.get("/me/notifications?unread=true");
  EXPECT_EQ(unread.at("items").as_array().size(), 2u);
  EXPECT_EQ(unread.at("unread").as_int64(), 2);
  EXPECT_EQ(ada.get("/me/notifications?unread=false").at("items").as_array().size(), 3u);
  EXPECT_FALSE(text_of(ada.get("/me/notifications"), "/items/0/read_at").empty());
  EXPECT_EQ(ada.post("/me/notifications/read", json::object()).at("unread").as_int64(), 0);
  EXPECT_EQ(bob.get("/me/notifications").at("unread").as_int64(), 1);
}

TEST_P(NotificationRoutes, EachMayDoWhatIsTheirs) {
  auto grace = administrator();
  auto ada = member(grace, "ada");
  auto nobody = stranger();
  tell(ada, "News");
  const auto token = [&](std::string_view scope) {
    const auto made =
        ada.post("/me/tokens", json::object{{"name", "test"}, {"scopes", json::array{json::value(scope)}}});
    return with_token(text_of(made, "/token"));
  };
  auto reader = token("read"), submitter = token("submit");
  const auto ids = [](std::string_view id) { return json::object{{"ids", json::array{json::value(id)}}}; };
  // Stranger, session, administrator, token that reads, token that submits.
  Asker* const askers[] = {&nobody, &ada, &grace, &reader, &submitter};
  const struct {
    const char* method;
    const char* path;
    json::value body;
    std::vector<int> statuses;
  } cases[] = {
      {"GET", "/me/notifications", nullptr, {401, 200, 200, 200, 403}},
      {"GET", "/me/notifications?after=x", nullptr, {401, 400, 400, 400, 403}},
      {"GET", "/me/notifications?unread=maybe", nullptr, {401, 400, 400, 400, 403}},
      {"POST", "/me/notifications/read", ids("01J9ZQ6W4T1V8N3M5K7R2B0XCN"), {401, 200, 200, 200, 403}},
      {"POST", "/me/notifications/read", ids("x"), {401, 400, 400, 400, 403}},
      {"POST", "/me/notifications/read", json::object{{"all", true}}, {401, 400, 400, 400, 403}},
      {"POST", "/me/notifications/read", json::object(), {401, 200, 200, 200, 403}},
  };
  for (const auto& c : cases)
    for (std::size_t i = 0; i < std::size(askers); ++i) {
      const auto answer = askers[i]->send(c.method, c.path, c.body);
      EXPECT_EQ(answer.status, c.statuses[i])
          << c.method << " " << c.path << " by " << i << ": " << answer.body;
    }
}

}  // namespace
}  // namespace forum
