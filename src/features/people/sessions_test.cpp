#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_sessions.h"
#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;
using std::chrono::hours;
using std::chrono::seconds;

class Sessions : public WithServer {};
INSTANTIATE_TEST_SUITE_P(Both, Sessions, storage::both_kinds(), storage::kind_name);

TEST_P(Sessions, EndWhenIdleOrOld) {
  auto grace = administrator();
  const auto hash = hash_of_secret(grace.cookie);
  const auto now = base::now();
  EXPECT_TRUE(*find_by_session(*database_, hash, now));
  EXPECT_FALSE(*find_by_session(*database_, hash, now + kIdle + seconds(1)));
  // Used every ten days, it ends on the sixtieth.
  int days = 0;
  while (*find_by_session(*database_, hash, now + hours(24) * days)) days += 10;
  EXPECT_EQ(days, 60);
}

TEST_P(Sessions, AreListedAndEndedOneByOne) {
  auto grace = administrator();
  auto laptop = stranger();
  sign_in(laptop, "grace@example.org");
  const auto list = grace.get("/me/sessions");
  ASSERT_EQ(list.at("items").as_array().size(), 2u);
  int current = 0;
  for (const auto& item : list.at("items").as_array()) current += item.at("is_current").as_bool() ? 1 : 0;
  EXPECT_EQ(current, 1);
  EXPECT_TRUE(list.at("items").at(1).at("is_current").as_bool()) << "newest first";
  EXPECT_EQ(laptop.status("GET", "/me"), 200);
  EXPECT_EQ(grace.status("DELETE", "/me/sessions/" + text_of(list, "/items/0/id")), 204);
  EXPECT_EQ(laptop.status("GET", "/me"), 401);
  EXPECT_EQ(grace.status("DELETE", "/me/sessions/" + text_of(list, "/items/0/id")), 404);
  EXPECT_EQ(grace.status("DELETE", "/me/sessions/none"), 404);
}

TEST_P(Sessions, AreFoundPageByPage) {
  auto grace = administrator();
  for (int i = 0; i < 4; ++i) {
    auto other = stranger();
    sign_in(other, "grace@example.org");
  }
  std::set<std::string> seen;
  std::string after;
  int pages = 0;
  do {
    const auto page = grace.get("/me/sessions?limit=2" + after);
    for (const auto& item : page.at("items").as_array()) seen.insert(text_of(item, "/id"));
    after = page.at("next").is_null() ? "" : "&after=" + text_of(page, "/next");
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(grace.status("GET", "/me/sessions?after=nonsense"), 400);
}

TEST_P(Sessions, AreAllEndedByANewPassword) {
  auto grace = administrator();
  auto laptop = stranger();
  sign_in(laptop, "grace@example.org");
  auto thief = stranger();
  thief.cookie = grace.cookie;
  EXPECT_EQ(laptop.status("GET", "/me"), 200);
  EXPECT_EQ(thief.status("GET", "/me"), 200);
  const auto change = [](std::string_view old, std::string_view fresh) {
    return json::object{{"old_password", old}, {"new_password", fresh}};
  };
  EXPECT_EQ(grace.status("POST", "/me/password", change("not it at all", "another sentence")), 400);
  EXPECT_EQ(grace.status("POST", "/me/password", change(kPassword, "password1")), 400);
  EXPECT_EQ(grace.status("POST", "/me/password", change(kPassword, "grace@example.org")), 400);
  EXPECT_EQ(grace.status("POST", "/me/password", change(kPassword, "another sentence")), 204);
  EXPECT_EQ(grace.status("GET", "/me"), 200) << "the new cookie came with the answer";
  EXPECT_EQ(laptop.status("GET", "/me"), 401);
  EXPECT_EQ(thief.status("GET", "/me"), 401) << "this one was rotated";
  EXPECT_EQ(sign_in(laptop, "grace@example.org").status, 401);
  EXPECT_EQ(sign_in(laptop, "grace@example.org", "another sentence").status, 200);
}

TEST_P(Sessions, OutliveARestart) {
  auto grace = administrator();
  const auto cookie = grace.cookie;
  start();
  auto again = stranger();
  again.cookie = cookie;
  EXPECT_EQ(again.status("GET", "/me"), 200);
}

TEST_P(Sessions, AreKeptAsHashes) {
  auto grace = administrator();
  EXPECT_NE(*database_->query("SELECT secret_hash FROM sessions")->value<std::string>(), grace.cookie);
  EXPECT_TRUE(database_->query("SELECT password_hash FROM people")
                  ->value<std::string>()
                  ->starts_with("$argon2id$v=19$m=65536,"));
}

TEST_P(Sessions, MayOnlyTravelSealedBehindHttps) {
  settings_.secure_cookies = true;
  start();
  auto grace = administrator();
  EXPECT_NE(sign_in(grace, "grace@example.org").headers.get("Set-Cookie").find("; Secure"),
            std::string_view::npos);
}

}  // namespace
}  // namespace people
