#include "features/events/rules.h"

#include <gtest/gtest.h>

namespace events {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using base::Instant;
using submissions::ProblemState;

Instant at(std::string_view text) {
  return *base::instant_from_rfc3339(text);
}

const Instant kNow = at("2026-03-01T20:48:00Z");

Event event_of(std::optional<Instant> opens, std::optional<Instant> closes = {}) {
  return {.id = EventId(base::Ulid{}),
          .slug = "stars",
          .title = "Stars",
          .statement = {},
          .problem = submissions::ProblemId(base::Ulid{}),
          .opens = opens,
          .closes = closes,
          .quota = {.per_day = 3, .failures_per_day = 2}};
}

TEST(EventRules, TheStateFollowsTheKitTheClockAndTheRelease) {
  auto released = event_of(kNow - 2h, kNow - 1h);
  released.released = kNow;
  const struct {
    const char* what;
    Event event;
    ProblemState problem;
    State state;
  } cases[] = {
      {"checked while its time has come", event_of(kNow - 1h), ProblemState::checking, State::checking},
      {"refused", event_of(kNow - 1h), ProblemState::refused, State::refused},
      {"no opening", event_of({}), ProblemState::ready, State::ready},
      {"opens later", event_of(kNow + 1us), ProblemState::ready, State::ready},
      {"opens now", event_of(kNow), ProblemState::ready, State::open},
      {"closes next", event_of(kNow - 1h, kNow + 1us), ProblemState::ready, State::open},
      {"closes now", event_of(kNow - 1h, kNow), ProblemState::ready, State::closed},
      {"released", released, ProblemState::ready, State::released},
  };
  for (const auto& c : cases) EXPECT_EQ(state_of(c.event, c.problem, kNow), c.state) << c.what;
}

TEST(EventRules, ARefusalSaysHowToGoOn) {
  const auto open = event_of(kNow - 1h);
  const struct {
    const char* what;
    Event event;
    State state;
    Standing standing;
    std::optional<ErrorKind> kind;
    const char* says;
  } cases[] = {
      {"may", open, State::open, {true, {.in_flight = 1, .scored = 0}}, {}, ""},
      {"not joined", open, State::open, {false, {}}, ErrorKind::forbidden, "agora join stars"},
      {"checking", open, State::checking, {true, {}}, ErrorKind::conflict, "still being checked"},
      {"refused", open, State::refused, {true, {}}, ErrorKind::conflict, "refused"},
      {"no opening", event_of({}), State::ready, {true, {}}, ErrorKind::conflict, "no opening time"},
      {"opens",
       event_of(kNow + 50h),
       State::ready,
       {true, {}},
       ErrorKind::conflict,
       "opens at 2026-03-03T22:48:00Z (in 3 days)"},
      {"closed",
       event_of(kNow - 5h, kNow - 90min),
       State::closed,
       {true, {}},
       ErrorKind::conflict,
       "closed at 2026-03-01T19:18:00Z (1 h 30 min ago)"},
      {"released", open, State::released, {true, {}}, ErrorKind::conflict, "has ended"},
      {"spent",
       open,
       State::open,
       {true, {.in_flight = 0, .scored = 3}},
       ErrorKind::conflict,
       "starts anew at 2026-03-02T00:00:00Z (in 3 h 12 min)"},
      {"spent on the way",
       open,
       State::open,
       {true, {.in_flight = 1, .scored = 2}},
       ErrorKind::conflict,
       "2 scored, 1 on the way"},
      {"failures spent",
       open,
       State::open,
       {true, {.failed_on_hidden = 2}},
       ErrorKind::conflict,
       "failed 2 times on hidden data today, and 2 are allowed"},
      {"failures may be spent",
       open,
       State::open,
       {true, {.in_flight = 1, .failed_on_hidden = 1}},
       ErrorKind::conflict,
       "wait until one has ended"},
  };
  for (const auto& c : cases) {
    const auto refusal = why_refused(c.event, c.state, c.standing, kNow);
    ASSERT_EQ(refusal.has_value(), c.kind.has_value()) << c.what;
    if (!refusal) continue;
    EXPECT_EQ(refusal->kind, *c.kind) << c.what;
    EXPECT_NE(refusal->message.find(c.says), std::string::npos) << c.what << ": " << refusal->message;
  }
}

TEST(EventRules, WhatIsLeftTodayIsWhatWouldBeTaken) {
  for (int scored = 0; scored <= 4; ++scored)
    for (int failed = 0; failed <= 3; ++failed)
      for (int flying = 0; flying <= 3; ++flying) {
        const auto event = event_of(kNow - 1h);
        submissions::Used used{.in_flight = flying, .scored = scored, .failed_on_hidden = failed};
        const int left = today_of(event.quota, used).left;
        int taken = 0;
        while (!why_refused(event, State::open, {true, used}, kNow)) ++used.in_flight, ++taken;
        EXPECT_EQ(left, taken) << scored << failed << flying;
      }
}

TEST(EventRules, TheDayIsUtc) {
  EXPECT_EQ(day_of(at("2026-03-01T00:00:00Z")), at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(day_of(at("2026-03-01T23:59:59.999999Z")), at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(next_day(at("2026-12-31T23:59:59Z")), at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(words_for(39.2s), "40 s");
  EXPECT_EQ(words_for(61s), "2 min");
  EXPECT_EQ(words_for(2h), "2 h");
  EXPECT_EQ(words_for(49h), "3 days");
}

TEST(EventRules, OrganisersActInOrder) {
  const auto waits = event_of(kNow + 1h, kNow + 2h);
  const auto open = event_of(kNow - 1h);
  EXPECT_FALSE(why_no_open(waits, State::ready, {}, kNow));
  EXPECT_EQ(opened(waits, State::ready, {}, kNow).opens, kNow);
  EXPECT_EQ(opened(waits, State::ready, {}, kNow).closes, kNow + 2h);
  EXPECT_TRUE(why_no_open(event_of({}, kNow - 1h), State::ready, {}, kNow)) << "its end has passed";
  EXPECT_FALSE(why_no_open(event_of(kNow - 2h, kNow - 1h), State::closed, {}, kNow));
  EXPECT_EQ(opened(event_of(kNow - 2h, kNow - 1h), State::closed, {}, kNow).closes, std::nullopt);
  EXPECT_EQ(opened(event_of(kNow - 2h, kNow - 1h), State::closed, kNow + 1h, kNow).opens, kNow - 2h);
  EXPECT_TRUE(why_no_open(open, State::closed, kNow - 1s, kNow)) << "an end in the past";
  EXPECT_TRUE(why_no_open(open, State::released, {}, kNow));
  EXPECT_TRUE(why_no_open(open, State::checking, {}, kNow));
  EXPECT_TRUE(why_no_open(open, State::refused, {}, kNow));
  EXPECT_FALSE(why_no_close(open, State::open));
  EXPECT_TRUE(why_no_close(waits, State::ready));
  EXPECT_FALSE(why_no_release(State::closed, 0));
  EXPECT_TRUE(why_no_release(State::closed, 1)) << "one is on the way";
  EXPECT_TRUE(why_no_release(State::open, 0));
  EXPECT_FALSE(why_no_rescore(State::released, {}));
  EXPECT_FALSE(why_no_rescore(State::open, ProblemState::refused)) << "another try";
  EXPECT_TRUE(why_no_rescore(State::open, ProblemState::checking));
  EXPECT_TRUE(why_no_rescore(State::checking, {}));
}

TEST(EventRules, AChangeIsRefusedWhereItWouldBreakAPromise) {
  const auto open = event_of(kNow - 1h, kNow + 1h);
  const auto ready = event_of(kNow + 1h, kNow + 2h);
  const struct {
    const char* what;
    Event event;
    State state;
    Change change;
    std::optional<ErrorKind> kind;
  } cases[] = {
      {"title", open, State::open, {.title = "New"}, {}},
      {"title of a released one", open, State::released, {.title = "New"}, {}},
      {"no title", open, State::open, {.title = ""}, ErrorKind::invalid},
      {"longer", open, State::open, {.closes = kNow + 5h}, {}},
      {"without end", open, State::open, {.closes = std::optional<Instant>()}, {}},
      {"an end in the past", open, State::open, {.closes = kNow - 1s}, ErrorKind::invalid},
      {"end before opening", ready, State::ready, {.closes = kNow + 30min}, ErrorKind::invalid},
      {"opening after the end", ready, State::ready, {.opens = kNow + 3h}, ErrorKind::invalid},
      {"opens again", open, State::open, {.opens = kNow + 3h}, ErrorKind::conflict},
      {"the same opening", open, State::open, {.opens = kNow - 1h}, {}},
      {"end of a closed one", open, State::closed, {.closes = kNow + 3h}, ErrorKind::conflict},
      {"quota", open, State::open, {.per_day = 5}, {}},
      {"no quota", open, State::open, {.per_day = 0}, ErrorKind::invalid},
      {"quota of a released one", open, State::released, {.failures_per_day = 5}, ErrorKind::conflict},
      {"trust", open, State::open, {.is_trusted = true}, {}},
  };
  for (const auto& c : cases) {
    const auto result = changed(c.event, c.change, c.state, kNow);
    ASSERT_EQ(result.has_value(), !c.kind.has_value()) << c.what;
    if (result)
      EXPECT_EQ(result->version, c.event.version + 1) << c.what;
    else
      EXPECT_EQ(result.error().kind, *c.kind) << c.what;
  }
}

TEST(EventRules, SlugsAreForUrlsAndAreNoIds) {
  for (const auto* good : {"stars", "variable-stars-2026", "a1"}) EXPECT_FALSE(why_no_slug(good)) << good;
  for (const auto* bad : {"", "a", "Stars", "a_b", "-a", "a-", "a--b", "é", "01arz3ndektsv4rrffq69g5fav"})
    EXPECT_TRUE(why_no_slug(bad)) << bad;
  EXPECT_EQ(slug_from("Variable Stars (2026)"), "variable-stars-2026");
  EXPECT_EQ(slug_from("breast_cancer"), "breast-cancer");
  for (const auto* any : {"", "?", "x", "É", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--a--b--"})
    EXPECT_FALSE(why_no_slug(slug_from(any))) << any;
  EXPECT_FALSE(why_no_slug(slug_from(std::string(300, 'x'))));
}

TEST(EventRules, TestScoresAreNobodysBeforeTheRelease) {
  const auto event = event_of(kNow - 1h);
  auto trusted = event;
  trusted.is_trusted = true;
  for (const State state : {State::checking, State::ready, State::open, State::closed})
    for (const bool manages : {false, true})
      for (const bool is_in_team : {false, true})
        EXPECT_FALSE(sight_of(event, state, false, {manages, is_in_team}).sees_test);
  EXPECT_TRUE(sight_of(event, State::released, false, {true, false}).sees_test);
  EXPECT_FALSE(sight_of(event, State::released, false, {}).sees) << "others' submissions stay theirs";
  EXPECT_FALSE(sight_of(event, State::open, false, {false, true}).sees_output);
  EXPECT_TRUE(sight_of(event, State::open, true, {false, true}).sees_output) << "practice";
  EXPECT_TRUE(sight_of(trusted, State::open, false, {false, true}).sees_output);
  EXPECT_FALSE(sight_of(event, State::open, false, {true, false}).sees_output) << "organisers neither";
  EXPECT_FALSE(sight_of(event, State::open, false, {true, false}).is_author);
  EXPECT_FALSE(sight_of(event, State::open, false, {false, true}).manages);
}

TEST(EventRules, ATeamOfOneIsCalledLikeItsPerson) {
  EXPECT_EQ(team_name("Ada Lovelace", "ada", false), "Ada Lovelace");
  EXPECT_EQ(team_name("Ada Lovelace", "ada-2", true), "Ada Lovelace (ada-2)");
}

}  // namespace
}  // namespace events
