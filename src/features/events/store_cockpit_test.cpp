// What organisers see at a glance, and what people take part in.
#include "features/events/store_cockpit.h"

#include "features/events/testing.h"

namespace events {
namespace {

class Cockpits : public Center {
 protected:
  void fail(const submissions::SubmissionId& id, std::string_view kind, std::string_view phase) {
    sql("UPDATE submissions SET reason_kind = $2, reason_phase = $3, reason_class = '', reason_file = '', "
        "reason_line = 0, reason_message = '', reason_next_step = '' WHERE id = $1",
        id, kind, phase);
    set_state(id, "failed");
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Cockpits, storage::both_kinds(), storage::kind_name);

TEST_P(Cockpits, OfAnEventThatNobodyJoinedAreEmpty) {
  open_event();
  const auto cockpit = must(cockpit_of(db(), "moons", kNoon));
  EXPECT_EQ(cockpit.participants, 0);
  EXPECT_EQ(cockpit.teams_without_submission, 0);
  EXPECT_TRUE(cockpit.joined.empty() && cockpit.handed_in.empty() && cockpit.failures.empty());
  EXPECT_EQ(cockpit.states.size(), 7u);
  EXPECT_EQ(cockpit.states.at("cancelled"), 0);
  EXPECT_FALSE(cockpit.typical);
  EXPECT_EQ(cockpit_of(db(), "suns", kNoon).error().kind, base::ErrorKind::not_found);
}

TEST_P(Cockpits, CountPeopleByDayAndSubmissionsByHourAndState) {
  const auto seen = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  const auto team = must(join(db(), "moons", ada, kNoon));
  must(join(db(), "moons", bob, kNoon + 12h));
  const auto first = scored(seen, ada, team, 0.5, kNoon + 59min);
  sql("UPDATE submissions SET started = $2, ended = $3 WHERE id = $1", first.id, kNoon, kNoon + 4s);
  hand_in(seen, ada, team, "received", kNoon + 30min);
  hand_in(seen, ada, team, "running", kNoon + 60min);
  const auto cockpit = must(cockpit_of(db(), "moons", kNoon + 2h));
  EXPECT_EQ(cockpit.participants, 2);
  EXPECT_EQ(cockpit.teams_without_submission, 1);
  ASSERT_EQ(cockpit.joined.size(), 2u);
  EXPECT_EQ(cockpit.joined[0].from, kNoon - 12h);
  EXPECT_EQ(cockpit.joined[1].from, kNoon + 12h);
  ASSERT_EQ(cockpit.handed_in.size(), 2u);
  EXPECT_EQ(cockpit.handed_in[0].from, kNoon);
  EXPECT_EQ(cockpit.handed_in[0].count, 2);
  EXPECT_EQ(cockpit.handed_in[1].from, kNoon + 1h);
  EXPECT_EQ(cockpit.states.at("scored"), 1);
  EXPECT_EQ(cockpit.states.at("received"), 1);
  EXPECT_EQ(cockpit.counts.waiting, 1);
  EXPECT_EQ(cockpit.counts.running, 1);
  EXPECT_EQ(cockpit.typical, base::Seconds(4));
}

TEST_P(Cockpits, GroupFailuresByReasonWithTheNewestOfEach) {
  const auto seen = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  const auto of_ada = must(join(db(), "moons", ada, kNoon)), of_bob = must(join(db(), "moons", bob, kNoon));
  fail(hand_in(seen, ada, of_ada, "running", kNoon).id, "exception", "trial");
  fail(hand_in(seen, ada, of_ada, "running", kNoon + 1s).id, "time", "fit");
  const auto newest = hand_in(seen, bob, of_bob, "running", kNoon + 2s);
  fail(newest.id, "exception", "trial");
  fail(hand_in(seen, ada, of_ada, "running", kNoon + 3s).id, "exception", "fit");
  const auto cockpit = must(cockpit_of(db(), "moons", kNoon + 1h));
  ASSERT_EQ(cockpit.failures.size(), 3u);
  EXPECT_EQ(cockpit.failures[0].count, 2);
  EXPECT_EQ(cockpit.failures[0].kind, evaluation::FailureKind::exception);
  EXPECT_EQ(cockpit.failures[0].phase, evaluation::Phase::trial);
  EXPECT_EQ(cockpit.failures[0].latest.id, newest.id);
  EXPECT_EQ(cockpit.failures[0].latest.team_name, "Bob");
  EXPECT_EQ(cockpit.failures[1].phase, evaluation::Phase::fit);
  EXPECT_EQ(cockpit.failures[2].kind, evaluation::FailureKind::time);
}

TEST_P(Cockpits, APersonsEventsAreThoseThatTheViewerMaySee) {
  const auto open = open_event();
  const auto hidden =
      must(create_event(db(), {.slug = "suns"}, problem(), act("event.create"), kNoon));  // not announced
  const auto ada = person("ada", "Ada");
  must(join(db(), "moons", ada, kNoon));
  const auto of = [&](std::string_view who, const people::Person& by, std::optional<EventId> after = {}) {
    return must(events_of_person(db(), who, viewer(by), after, 1, kNoon));
  };
  const auto mine = of("ada", ada);
  ASSERT_EQ(mine.list.items.size(), 1u);
  EXPECT_EQ(mine.list.items[0].seen.event.id, open.event.id);
  EXPECT_FALSE(mine.organised.contains(open.event.id));
  EXPECT_FALSE(mine.list.next);
  ASSERT_EQ(of("olga", ada).list.items.size(), 1u) << "the other one is not announced";
  EXPECT_EQ(of("olga", ada).list.items[0].seen.event.id, open.event.id);
  const auto first = of("olga", organiser());
  EXPECT_EQ(first.list.items[0].seen.event.id, hidden.event.id);
  EXPECT_TRUE(first.organised.contains(hidden.event.id));
  ASSERT_TRUE(first.list.next);
  EXPECT_EQ(of(base::to_text(organiser().id), organiser(), first.list.next).list.items[0].seen.event.id,
            open.event.id);
  sql("UPDATE people SET standing = 'pending' WHERE handle = 'ada'");
  EXPECT_FALSE(events_of_person(db(), "ada", viewer(organiser()), {}, 50, kNoon));
}

}  // namespace
}  // namespace events
