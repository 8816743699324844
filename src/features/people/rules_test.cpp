#include "features/people/rules.h"

#include <gtest/gtest.h>

namespace people {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const base::Instant kNow{std::chrono::seconds(1'800'000'000)};
const Ref kEvent{"event", "01J9ZQ6W4T1V8N3M5K7R2B0XCD"};

Viewer viewer_with(std::vector<Grant> grants) {
  Viewer viewer;
  viewer.person = Person{PersonId(base::Ulid{}), "ada", "Ada", "ada@example.org", Standing::active, {}};
  viewer.grants = std::move(grants);
  return viewer;
}

TEST(Roles, AreHeldOnTheirObjectUntilTheyExpire) {
  const Ref subject{"person", "x"};
  struct Case {
    const char* what;
    std::vector<Grant> grants;
    std::string_view role;
    Ref object;
    bool expect;
  };
  const Case cases[] = {
      {"nothing granted", {}, kOrganiser, kEvent, false},
      {"granted", {{subject, kEvent, "organiser", {}}}, kOrganiser, kEvent, true},
      {"another role", {{subject, kEvent, "participant", {}}}, kOrganiser, kEvent, false},
      {"another object", {{subject, {"event", "y"}, "organiser", {}}}, kOrganiser, kEvent, false},
      {"another kind", {{subject, {"dataset", kEvent.id}, "organiser", {}}}, kOrganiser, kEvent, false},
      {"of the platform only", {{subject, kPlatform, "organiser", {}}}, kOrganiser, kEvent, false},
      {"expires later", {{subject, kEvent, "organiser", kNow + seconds(1)}}, kOrganiser, kEvent, true},
      {"expires now", {{subject, kEvent, "organiser", kNow}}, kOrganiser, kEvent, false},
      {"by a group", {{{"group", "g"}, kEvent, "organiser", {}}}, kOrganiser, kEvent, true},
      {"administrator", {{subject, kPlatform, "administrator", {}}}, kOrganiser, kEvent, true},
      {"no longer administrator", {{subject, kPlatform, "administrator", kNow}}, kOrganiser, kEvent, false},
      {"administrator of the event alone",
       {{subject, kEvent, "administrator", {}}},
       kOrganiser,
       kEvent,
       false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(has_role(viewer_with(c.grants), c.role, c.object, kNow), c.expect) << c.what;
  EXPECT_FALSE(has_role(Viewer(), kParticipant, kEvent, kNow));
}

TEST(Accounts, AreDecidedAboutInOrder) {
  struct Case {
    Standing before;
    Decision decision;
    std::optional<Standing> after;
  };
  using enum Standing;
  using enum Decision;
  const Case cases[] = {
      {pending, approve, active}, {pending, refuse, refused}, {pending, close, {}},
      {pending, reopen, {}},      {active, approve, {}},      {active, refuse, {}},
      {active, close, closed},    {active, reopen, {}},       {refused, approve, active},
      {refused, refuse, {}},      {refused, close, {}},       {refused, reopen, {}},
      {closed, approve, {}},      {closed, refuse, {}},       {closed, close, {}},
      {closed, reopen, active},
  };
  for (const auto& c : cases) {
    const auto after = decided(c.before, c.decision);
    const auto what = std::string(word_for(c.before)) + " " + std::to_string(static_cast<int>(c.decision));
    ASSERT_EQ(after.has_value(), c.after.has_value()) << what;
    if (after) {
      EXPECT_EQ(*after, *c.after) << what;
    } else {
      EXPECT_EQ(after.error().kind, base::ErrorKind::conflict) << what;
    }
  }
}

TEST(Accounts, BeginAsTheModeSays) {
  struct Case {
    SignUp mode;
    Invited invited;
    std::optional<Standing> expect;
  };
  const Case cases[] = {
      {SignUp::open, Invited::no, Standing::active},
      {SignUp::open, Invited::yes, Standing::active},
      {SignUp::invited, Invited::no, {}},
      {SignUp::invited, Invited::yes, Standing::active},
      {SignUp::approved, Invited::no, Standing::pending},
      {SignUp::approved, Invited::yes, Standing::active},
  };
  for (const auto& c : cases) {
    const auto standing = standing_at_sign_up(c.mode, c.invited);
    ASSERT_EQ(standing.has_value(), c.expect.has_value());
    if (standing) {
      EXPECT_EQ(*standing, *c.expect);
    }
  }
}

TEST(Handles, AreMadeOfNames) {
  struct Case {
    const char* name;
    const char* expect;
  };
  const Case cases[] = {
      {"Ada Lovelace", "ada-lovelace"},
      {"  Émilie du Châtelet ", "emilie-du-chatelet"},
      {"Bjørn Ångström", "bjorn-angstrom"},
      {"Łukasz Żółć", "lukasz-zolc"},
      {"Weiß Œuvre", "weiss-oeuvre"},
      {"Þórður Æsir", "thordur-aesir"},
      {"Miles O'Brien", "miles-obrien"},
      {"Şahin Çelik Ğ", "sahin-celik-g"},
      {"李小龍", "person"},
      {"李 Li", "li"},
      {"---", "person"},
      {"R2 D2", "r2-d2"},
      {"A name that is far too long for a handle", "a-name-that-is-far-too-l"},
      {"e\xCC\x81t\xC3\xA9", "ete"},
  };
  for (const auto& c : cases) EXPECT_EQ(handle_from(c.name), c.expect) << c.name;
  EXPECT_EQ(numbered("ada", 1), "ada");
  EXPECT_EQ(numbered("ada", 12), "ada-12");
  EXPECT_EQ(numbered("a-name-that-is-far-too-l", 2).size(), 24u);
}

TEST(Passwords, AreLongEnoughAndNotTheFirstGuess) {
  struct Case {
    std::string password;
    bool good;
  };
  const Case cases[] = {
      {"a sentence is good", true},
      {"kT9#vw2q", true},
      {"short", false},
      {"seven77", false},
      {std::string(128, 'x') + "y", false},
      {"aaaaaaaaaaaa", false},
      {"12345678", false},
      {"123456789012345", false},
      {"password", false},
      {"Password123", false},
      {"2024qwertyuiop", false},
      {"letmein!", false},
      {"ada.lovelace@example.org", false},
      {"ada.lovelace", false},
      {"Ada Lovelace", false},
      {"adalovelace but longer", true},
      {"\xC3\xA9\xC3\xA9\xC3\xA8\xC3\xA0", false},  // four characters, eight bytes
      {"\xC3\xA9t\xC3\xA9 \xC3\xA0 la plage", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(check_password(c.password, "ada.lovelace@example.org", "Ada Lovelace").has_value(), c.good)
        << c.password;
}

TEST(Emails, HaveTwoSides) {
  EXPECT_EQ(tidy_email("  Ada@Example.ORG \n"), "ada@example.org");
  for (const auto* good : {"ada@example.org", "a@b", "o'neill+x@mail.example"})
    EXPECT_TRUE(check_email(good)) << good;
  for (const auto* bad : {"", "ada", "@example.org", "ada@", "a@b@c", "a b@c", "a\tb@c"})
    EXPECT_FALSE(check_email(bad)) << bad;
}

TEST(Failures, MakePausesThatGrowAndEnd) {
  EXPECT_EQ(pause_after(4, 5), seconds(0));
  EXPECT_EQ(pause_after(5, 5), seconds(5));
  EXPECT_EQ(pause_after(6, 5), seconds(10));
  EXPECT_EQ(pause_after(12, 5), seconds(640));
  EXPECT_EQ(pause_after(13, 5), seconds(900));
  EXPECT_EQ(pause_after(1'000'000, 5), seconds(900));
  std::vector<int> worth;
  for (int failures = 0; failures <= 100; ++failures)
    if (is_worth_a_line(failures)) worth.push_back(failures);
  EXPECT_EQ(worth, (std::vector{5, 10, 20, 40, 80}));
}

TEST(Sessions, EndWhenIdleOrOld) {
  EXPECT_EQ(session_end(kNow, kNow), kNow + hours(14 * 24));
  EXPECT_EQ(session_end(kNow, kNow + hours(50 * 24)), kNow + hours(60 * 24));
}

TEST(Scopes, LimitTokensOnly) {
  auto viewer = viewer_with({});
  EXPECT_TRUE(check_scope(viewer, "admin"));
  viewer.by_token = true;
  viewer.scopes = {"read", "submit"};
  EXPECT_TRUE(check_scope(viewer, "read"));
  EXPECT_TRUE(check_scope(viewer, ""));
  const auto refused = check_scope(viewer, "organise");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden);
  EXPECT_NE(refused.error().message.find("organise"), std::string::npos);
}

TEST(Grants, NameKnownSubjectsAndRoles) {
  const std::string id = "01J9ZQ6W4T1V8N3M5K7R2B0XCD";
  struct Case {
    const char* what;
    Grant grant;
    bool good;
  };
  const Case cases[] = {
      {"of an event", {{"person", id}, kEvent, "coach", {}}, true},
      {"of the platform", {{"group", id}, kPlatform, "organiser", {}}, true},
      {"a role that the platform has not", {{"person", id}, kPlatform, "king", {}}, false},
      {"another platform", {{"person", id}, {"platform", "x"}, "organiser", {}}, false},
      {"another subject", {{"event", id}, kEvent, "coach", {}}, false},
      {"a role that is no word", {{"person", id}, kEvent, "Coach!", {}}, false},
      {"an object without id", {{"person", id}, {"event", ""}, "coach", {}}, false},
      {"expired", {{"person", id}, kEvent, "coach", kNow}, false},
  };
  for (const auto& c : cases) EXPECT_EQ(check_grant(c.grant, kNow).has_value(), c.good) << c.what;
}

}  // namespace
}  // namespace people
