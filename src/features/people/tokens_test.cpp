#include "features/people/secrets.h"
#include "features/people/store_tokens.h"
#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;
using std::chrono::hours;
using std::chrono::minutes;

class Tokens : public WithServer {
 protected:
  static json::object wanted(std::initializer_list<json::value_ref> scopes) {
    return {{"name", "laptop"}, {"scopes", json::array(scopes)}};
  }
  PersonId id_of(Asker& asker) { return PersonId(*base::ulid_from(text_of(asker.get("/me"), "/person/id"))); }
};
INSTANTIATE_TEST_SUITE_P(Both, Tokens, storage::both_kinds(), storage::kind_name);

TEST_P(Tokens, AreShownOnceAndKeptAsHashes) {
  auto grace = administrator();
  const auto made = grace.send("POST", "/me/tokens", wanted({"read", "admin"}));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto secret = text_of(Asker::json_of(made), "/token");
  EXPECT_EQ(secret.size(), std::string_view("agora_").size() + 43);
  EXPECT_TRUE(secret.starts_with("agora_"));
  const auto list = grace.send("GET", "/me/tokens");
  EXPECT_EQ(text_of(Asker::json_of(list), "/items/0/name"), "laptop");
  EXPECT_EQ(list.body.find(secret), std::string::npos);
  for (const auto* sql :
       {"SELECT secret_hash FROM tokens", "SELECT details FROM audit WHERE what = 'token.create'"}) {
    const auto kept = *database_->query(sql)->value<std::string>();
    EXPECT_EQ(kept.find(secret.substr(6)), std::string::npos) << kept;
  }
  auto program = with_token(secret);
  const auto me = program.get("/me");
  EXPECT_TRUE(me.at("by_token").as_bool());
  EXPECT_EQ(base::to_text(me.at("scopes")), R"(["read", "admin"])");
}

TEST_P(Tokens, ReachAsFarAsTheirScopes) {
  auto grace = administrator();
  auto reader = with_token(text_of(grace.post("/me/tokens", wanted({"read"})), "/token"));
  EXPECT_EQ(reader.status("GET", "/people"), 200);
  const auto refused = reader.send("POST", "/groups", json::object{{"name", "x"}, {"title", "X"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("admin"), std::string::npos);
  // What an administrator sees of others is not for a token that only reads.
  EXPECT_EQ(reader.send("GET", "/people?standing=pending").status, 403);
  // No token makes another, or it would outlive its own removal.
  EXPECT_EQ(reader.status("POST", "/me/tokens", wanted({"admin"})), 403);
}

TEST_P(Tokens, EndAtOnceWhenRemoved) {
  auto grace = administrator();
  const auto made = grace.post("/me/tokens", wanted({"read"}));
  const auto other = grace.post("/me/tokens", wanted({"read"}));
  auto program = with_token(text_of(made, "/token"));
  EXPECT_EQ(program.status("GET", "/me"), 200);
  EXPECT_EQ(program.status("DELETE", "/me/tokens/" + text_of(other, "/id")), 403);
  EXPECT_EQ(grace.status("DELETE", "/me/tokens/" + text_of(made, "/id")), 204);
  EXPECT_EQ(program.status("GET", "/me"), 401);
  EXPECT_EQ(grace.status("DELETE", "/me/tokens/" + text_of(made, "/id")), 404);
  auto leaving = with_token(text_of(other, "/token"));
  EXPECT_EQ(leaving.status("DELETE", "/me/tokens/" + text_of(other, "/id")), 204);
  EXPECT_EQ(leaving.status("GET", "/me"), 401);
}

TEST_P(Tokens, ThatExpiredAreRefused) {
  auto grace = administrator();
  const auto now = base::now();
  const TokenRow old{TokenId(base::make_ulid(now)), "old", {"read"}, now - hours(48), now - hours(24), {}};
  ASSERT_TRUE(add_token(*database_, id_of(grace), old, hash_of_secret("agora_old"),
                        {{}, "", "token.create", kPlatform}, now));
  auto program = with_token("agora_old");
  const auto answer = program.send("GET", "/me");
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.body.find("expired"), std::string::npos);
  EXPECT_TRUE(answer.headers.has("WWW-Authenticate"));
  EXPECT_EQ(program.status("GET", "/settings"), 401) << "a wrong token is wrong on open routes too";
}

TEST_P(Tokens, OfAnotherAreNotSeen) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  const auto made = grace.post("/me/tokens", wanted({"read"}));
  EXPECT_EQ(ada.status("DELETE", "/me/tokens/" + text_of(made, "/id")), 404);
  EXPECT_EQ(ada.get("/me/tokens").at("items").as_array().size(), 0u);
}

TEST_P(Tokens, NoteTheirUseOnceAMinute) {
  auto grace = administrator();
  const auto made = grace.post("/me/tokens", wanted({"read"}));
  const auto hash = hash_of_secret(text_of(made, "/token"));
  const auto used = [&] {
    return *database_->query("SELECT last_used FROM tokens")->value<std::optional<base::Instant>>();
  };
  const auto now = base::now();
  EXPECT_FALSE(used());
  ASSERT_TRUE(*find_by_token(*database_, hash, now));
  EXPECT_EQ(used(), now);
  ASSERT_TRUE(*find_by_token(*database_, hash, now + std::chrono::seconds(50)));
  EXPECT_EQ(used(), now);
  ASSERT_TRUE(*find_by_token(*database_, hash, now + minutes(2)));
  EXPECT_EQ(used(), now + minutes(2));
}

TEST_P(Tokens, AreNamedAndAskForKnownScopes) {
  auto grace = administrator();
  EXPECT_EQ(grace.status("POST", "/me/tokens", wanted({"everything"})), 400);
  EXPECT_EQ(grace.status("POST", "/me/tokens", wanted({})), 400);
  EXPECT_EQ(grace.status("POST", "/me/tokens", json::object{{"name", " "}, {"scopes", {"read"}}}), 400);
  EXPECT_EQ(grace.status("POST", "/me/tokens",
                         json::object{{"name", "x"}, {"scopes", {"read"}}, {"expires_in_days", 1000}}),
            400);
}

}  // namespace
}  // namespace people
