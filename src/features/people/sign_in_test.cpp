#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;

class SignIn : public WithServer {};
INSTANTIATE_TEST_SUITE_P(Both, SignIn, storage::both_kinds(), storage::kind_name);

TEST_P(SignIn, TheFirstInvitationMakesAnAdministrator) {
  auto grace = administrator();
  const auto me = grace.get("/me");
  EXPECT_EQ(text_of(me, "/person/handle"), "grace-hopper");
  EXPECT_EQ(text_of(me, "/person/email"), "grace@example.org");
  EXPECT_EQ(text_of(me, "/roles/0"), "administrator");
  EXPECT_TRUE(me.at("scopes").is_null());
  const auto again = room_->first_invitation(base::now());
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_P(SignIn, TheCookieIsForTheServerAlone) {
  auto grace = administrator();
  const auto answer = sign_in(grace, "GRACE@example.org ");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string cookie(answer.headers.get("Set-Cookie"));
  for (const auto* part : {"; HttpOnly", "; SameSite=Lax", "; Path=/"})
    EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_GE(grace.cookie.size(), 43u);
}

TEST_P(SignIn, ASessionRotatesAtSignInAndEndsAtSignOut) {
  auto grace = administrator();
  auto thief = stranger();
  thief.cookie = grace.cookie;
  EXPECT_EQ(thief.status("GET", "/me"), 200);
  ASSERT_EQ(sign_in(grace, "grace@example.org").status, 200);
  EXPECT_NE(grace.cookie, thief.cookie);
  EXPECT_EQ(thief.status("GET", "/me"), 401);
  thief.cookie = grace.cookie;
  EXPECT_EQ(thief.status("GET", "/me"), 200);
  EXPECT_EQ(grace.status("POST", "/sign-out"), 204);
  EXPECT_EQ(grace.cookie, "");
  EXPECT_EQ(thief.status("GET", "/me"), 401);
}

TEST_P(SignIn, ACookieCountsOnlyFromOurPages) {
  auto grace = administrator();
  auto elsewhere = stranger();
  elsewhere.cookie = grace.cookie;
  elsewhere.says_origin = false;
  const json::object rename{{"name", "Eve"}};
  EXPECT_EQ(elsewhere.status("PATCH", "/me", rename), 403);
  elsewhere.extra.add("Origin", "https://evil.example");
  EXPECT_EQ(elsewhere.status("PATCH", "/me", rename), 403);
  EXPECT_EQ(elsewhere.status("GET", "/me"), 200);
  // A stranger's browser may not be signed in from elsewhere, into another's account.
  elsewhere.cookie.clear();
  EXPECT_EQ(sign_in(elsewhere, "grace@example.org").status, 403);
  elsewhere.extra.remove("Origin");
  EXPECT_EQ(sign_in(elsewhere, "grace@example.org").status, 200);
  EXPECT_EQ(text_of(grace.get("/me"), "/person/name"), "Grace Hopper");
}

TEST_P(SignIn, AnOldCookieMakesAStrangerWhoMaySignIn) {
  auto grace = administrator();
  grace.cookie = std::string(43, 'x');
  EXPECT_EQ(grace.status("GET", "/me"), 401);
  EXPECT_EQ(sign_in(grace, "grace@example.org").status, 200);
  EXPECT_EQ(grace.status("GET", "/me"), 200);
}

TEST_P(SignIn, AWrongAccountAndAWrongPasswordLookTheSame) {
  auto grace = administrator();
  auto asker = stranger();
  auto unknown = sign_in(asker, "nobody@example.org");
  auto wrong = sign_in(asker, "grace@example.org", "another sentence");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.status, 401);
  const auto words = [](const web::Answer& answer) {
    auto value = Asker::json_of(answer);
    value.as_object().erase("instance");
    return base::to_text(value);
  };
  EXPECT_EQ(words(unknown), words(wrong));
}

TEST_P(SignIn, AnUnknownAccountTakesAsLongAsAWrongPassword) {
  auto grace = administrator();
  auto asker = stranger();
  const auto fastest = [&](std::string_view email) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 4; ++i) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(sign_in(asker, email, "not the password").status, 401);
      best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    return std::chrono::duration<double>(best).count();
  };
  const auto wrong = fastest("grace@example.org");
  const auto unknown = fastest("nobody@example.org");
  EXPECT_GT(unknown, wrong / 3);
  EXPECT_LT(unknown, wrong * 3);
}

TEST_P(SignIn, EndsTheSessionOfWhoeverWasHereBefore) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  auto thief = stranger();
  thief.cookie = grace.cookie;
  EXPECT_EQ(thief.status("GET", "/me"), 200);
  EXPECT_EQ(sign_in(grace, "ada@example.org").status, 200);
  EXPECT_EQ(text_of(grace.get("/me"), "/person/handle"), "ada");
  EXPECT_EQ(thief.status("GET", "/me"), 401);
  EXPECT_EQ(ada.status("GET", "/me"), 200) << "her other session goes on";
}

}  // namespace
}  // namespace people
