// Who may try code, and when: the decision, and the route.
#include "features/submissions/tries.h"

#include "features/events/store_looks.h"
#include "features/events/testing.h"

namespace events {
namespace {

using base::ErrorKind;

TEST(TryRules, SayWhoMayAndHowToGoOn) {
  const Event event{.id = EventId(base::Ulid{}),
                    .slug = "stars",
                    .title = "Stars",
                    .statement = {},
                    .problem = submissions::ProblemId(base::Ulid{}),
                    .opens = kNoon};
  Event unplanned = event;
  unplanned.opens.reset();
  const Tryer nobody{}, participant{.is_participant = true}, organiser{.is_organiser = true};
  const struct {
    const char* what;
    const Event& event;
    State state;
    Tryer who;
    std::optional<ErrorKind> kind;
    const char* says;
  } cases[] = {
      {"a participant", event, State::open, participant, {}, ""},
      {"after the end", event, State::closed, participant, {}, ""},
      {"after the release", event, State::released, participant, {}, ""},
      {"before the opening", event, State::ready, participant, ErrorKind::conflict, "in 30 min"},
      {"without an opening", unplanned, State::ready, participant, ErrorKind::conflict, "no opening time"},
      {"its organiser before", unplanned, State::ready, organiser, {}, ""},
      {"its organiser after", event, State::released, organiser, {}, ""},
      {"while it is checked", event, State::checking, organiser, ErrorKind::conflict, "still being checked"},
      {"when it was refused", event, State::refused, organiser, ErrorKind::conflict, "was refused"},
      {"anybody else", event, State::open, nobody, ErrorKind::forbidden, "`agora join stars`"},
      {"anybody else, late", event, State::released, nobody, ErrorKind::forbidden, "`agora try`"},
  };
  for (const auto& c : cases) {
    const auto refusal = why_no_try(c.event, c.state, c.who, kNoon - 30min);
    ASSERT_EQ(refusal.has_value(), c.kind.has_value()) << c.what;
    if (!refusal) continue;
    EXPECT_EQ(refusal->kind, *c.kind) << c.what;
    EXPECT_NE(refusal->message.find(c.says), std::string::npos) << c.what << ": " << refusal->message;
  }
}

class TryOut : public CenterWithSubmissions {
 protected:
  base::Result<submissions::Try> try_code(const people::Viewer& who, Instant now = kNoon,
                                          const std::string& file = "classifier.py") {
    return try_out(db(), *room_, "moons", who, {{file, "x = 1\n"}}, now);
  }
};
INSTANTIATE_TEST_SUITE_P(Both, TryOut, storage::both_kinds(), storage::kind_name);

TEST_P(TryOut, UsesUpNothingAndNeedsNoQuota) {
  const auto made = open_event({.per_day = 1, .failures_per_day = 1});
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  scored(made, ada, team, 0.5);
  const auto who = viewer(ada);
  const auto before =
      must(storage::read(db(), [&](storage::Snapshot& s) { return counts_of(s, made.event.id); }));
  for (int i = 0; i < 3; ++i) must(try_code(who));
  const auto mine =
      must(storage::read(db(), [&](storage::Snapshot& s) { return mine_of(s, made, who, kNoon); }));
  EXPECT_EQ(mine.today.submitted, 1);
  const auto after =
      must(storage::read(db(), [&](storage::Snapshot& s) { return counts_of(s, made.event.id); }));
  EXPECT_EQ(after.submissions, before.submissions);
  EXPECT_EQ(after.waiting, before.waiting);
  const auto list = must(submissions_of(db(), *room_, "moons", viewer(organiser()), std::nullopt, 50, kNoon));
  EXPECT_EQ(list.items.size(), 1u);
}

TEST_P(TryOut, IsForParticipantsAndOrganisersOnTheEventsOwnKit) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  must(join(db(), "moons", ada, kNoon));
  const auto tried = must(try_code(viewer(ada)));
  EXPECT_EQ(tried.problem, made.event.problem);
  EXPECT_EQ(tried.contest.id, base::to_text(made.event.id));
  EXPECT_EQ(must(view_of(db(), *room_, tried, kNoon)).at("event").at("slug").as_string(), "moons");
  EXPECT_TRUE(try_code(viewer(organiser())));
  EXPECT_EQ(try_code(viewer(bob)).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(try_code({}).error().kind, ErrorKind::unauthenticated);
  const auto lacks = try_code(viewer(ada), kNoon, "regressor.py");
  EXPECT_EQ(lacks.error().kind, ErrorKind::invalid);
  EXPECT_NE(lacks.error().message.find("classifier.py"), std::string::npos);
  EXPECT_EQ(try_out(db(), *room_, "suns", viewer(ada), {}, kNoon).error().kind, ErrorKind::not_found);
}

TEST_P(TryOut, WaitsForTheOpeningAndGoesOnAfterTheEnd) {
  must(create_event(db(), {.slug = "moons", .opens = kNoon, .closes = kNoon + 1h}, problem(),
                    act("event.create"), kNoon - 2h));
  const auto ada = person("ada", "Ada");
  must(join(db(), "moons", ada, kNoon - 1h));
  EXPECT_EQ(try_code(viewer(ada), kNoon - 1us).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(try_code(viewer(organiser()), kNoon - 1us));
  EXPECT_TRUE(try_code(viewer(ada), kNoon));
  EXPECT_TRUE(try_code(viewer(ada), kNoon + 2h));
}

}  // namespace
}  // namespace events
