#include "features/events/store_news.h"
#include "features/events/testing.h"

namespace events {
namespace {

using base::ErrorKind;
using submissions::ProblemState;

class Events : public Center {};
INSTANTIATE_TEST_SUITE_P(Both, Events, storage::both_kinds(), storage::kind_name);

Seen seen_in(const storage::Database& db, std::string_view key, Instant now = kNoon) {
  return must(storage::read(db, [&](storage::Snapshot& s) { return see(s, key, now); }));
}

TEST_P(Events, AreFoundBySlugAndIdAndBelongToTheirMaker) {
  const auto made = open_event({.per_day = 7, .failures_per_day = 3});
  const auto seen = seen_in(db(), "moons");
  EXPECT_EQ(seen.event.id, made.event.id);
  EXPECT_EQ(seen_in(db(), base::to_text(made.event.id)).event.slug, "moons");
  EXPECT_EQ(seen.state, State::open);
  EXPECT_EQ(seen.event.quota.per_day, 7);
  EXPECT_EQ(title_of(seen), "Two moons");
  EXPECT_EQ(statement_of(seen), "# Moons");
  const auto missing = storage::read(db(), [&](storage::Snapshot& s) { return see(s, "suns", kNoon); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_TRUE(people::has_role(viewer(organiser()), people::kOrganiser, ref_of(made.event.id), kNoon));
}

TEST_P(Events, WithoutATitleAreCalledByTheirSlugAndNotByTheKitsFile) {
  auto refused = problem("refused");
  sql("UPDATE problems SET name = 'kit', title = 'kit' WHERE id = $1", refused.id);
  must(create_event(db(), {.slug = "suns"}, refused, act("event.create"), kNoon));
  EXPECT_EQ(title_of(seen_in(db(), "suns")), "suns");
  sql("UPDATE problems SET title = 'Two suns' WHERE id = $1", refused.id);
  EXPECT_EQ(title_of(seen_in(db(), "suns")), "Two suns");
  must(create_event(db(), {.slug = "moons", .title = "Moons"}, refused, act("event.create"), kNoon));
  EXPECT_EQ(title_of(seen_in(db(), "moons")), "Moons");
}

TEST_P(Events, SlugsAreFromTheKitAndNeverTwice) {
  const auto first = must(create_event(db(), {}, problem(), act("event.create"), kNoon));
  const auto second = must(create_event(db(), {}, problem(), act("event.create"), kNoon));
  EXPECT_EQ(first.event.slug, "two-moons");
  EXPECT_EQ(second.event.slug, "two-moons-2");
  const auto taken = create_event(db(), {.slug = "two-moons"}, problem(), act("event.create"), kNoon);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  EXPECT_EQ(check_new_event(db(), {.slug = "two-moons"}, kNoon).error().kind, ErrorKind::conflict);
  EXPECT_EQ(check_new_event(db(), {.slug = "Two Moons"}, kNoon).error().kind, ErrorKind::invalid);
  EXPECT_EQ(check_new_event(db(), {.closes = kNoon - 1h}, kNoon).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(check_new_event(db(), {.slug = "suns"}, kNoon));
}

TEST_P(Events, AreOpenedClosedAndReleasedInOrderAndAudited) {
  const auto made = must(create_event(db(), {.slug = "moons"}, problem(), act("event.create"), kNoon));
  EXPECT_EQ(made.state, State::ready);
  EXPECT_FALSE(release_event(db(), "moons", act("event.release"), kNoon));
  EXPECT_EQ(must(events::open_event(db(), "moons", kNoon + 1h, act("event.open"), kNoon)).state, State::open);
  EXPECT_EQ(seen_in(db(), "moons", kNoon + 1h).state, State::closed);
  EXPECT_EQ(must(close_event(db(), "moons", act("event.close"), kNoon + 30min)).state, State::closed);
  const auto released = must(release_event(db(), "moons", act("event.release"), kNoon + 40min));
  EXPECT_EQ(released.state, State::released);
  EXPECT_EQ(must(release_event(db(), "moons", act("event.release"), kNoon + 50min)).event.released,
            kNoon + 40min);
  const auto again = events::open_event(db(), "moons", {}, act("event.open"), kNoon + 1h);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  const auto audited = must(db().query("SELECT count(*) FROM audit").value().value<int>());
  EXPECT_EQ(audited, 4) << "create, open, close, release";
  const auto told = news("event");
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[3].topic, topic_of(made.event.id));
  EXPECT_NE(told[3].payload.find(R"("state": "released")"), std::string::npos);
}

TEST_P(Events, AChangeNeedsTheVersionThatItWasMadeFrom) {
  const auto made = open_event();
  const auto changed =
      must(change_event(db(), "moons", {.title = "New"}, made.event.version, act("event.change"), kNoon));
  EXPECT_EQ(title_of(changed), "New");
  const auto stale =
      change_event(db(), "moons", {.title = "Old"}, made.event.version, act("event.change"), kNoon);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
  EXPECT_EQ(title_of(seen_in(db(), "moons")), "New");
}

TEST_P(Events, OneJoinsOnceAndLeavesOnlyBeforeTheFirstSubmission) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada"), other = person("ada-2", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  EXPECT_EQ(team.name, "Ada");
  EXPECT_EQ(must(join(db(), "moons", ada, kNoon)).id, team.id);
  EXPECT_EQ(must(join(db(), "moons", other, kNoon)).name, "Ada (ada-2)");
  EXPECT_TRUE(people::has_role(viewer(ada), people::kParticipant, ref_of(made.event.id), kNoon));
  EXPECT_EQ(seen_in(db(), "moons").counts.people, 2);
  const auto may_leave = [&](const people::Viewer& who) {
    return must(storage::read(db(), [&](storage::Snapshot& s) { return mine_of(s, made, who, kNoon); }))
        .may_leave;
  };
  EXPECT_TRUE(may_leave(viewer(ada)));
  EXPECT_FALSE(may_leave(viewer(organiser()))) << "who takes no part";
  must(leave(db(), "moons", other, kNoon));
  must(leave(db(), "moons", other, kNoon));
  EXPECT_FALSE(people::has_role(viewer(other), people::kParticipant, ref_of(made.event.id), kNoon));
  hand_in(made, ada, team, "received");
  EXPECT_FALSE(may_leave(viewer(ada))) << "as the route says";
  const auto late = leave(db(), "moons", ada, kNoon);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::conflict);
  EXPECT_EQ(seen_in(db(), "moons").counts.people, 1);
}

TEST_P(Events, QuotaAndWhatIsLeftFollowTheStatesOfSubmissions) {
  const auto made = open_event({.per_day = 3, .failures_per_day = 5});
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  const auto left = [&](Instant now) {
    return must(storage::read(db(), [&](storage::Snapshot& s) { return mine_of(s, made, viewer(ada), now); }))
        .today.left;
  };
  EXPECT_EQ(left(kNoon), 3);
  const auto first = hand_in(made, ada, team, "received");
  EXPECT_EQ(left(kNoon), 2);
  set_state(first.id, "cancelled");
  EXPECT_EQ(left(kNoon), 3);
  scored(made, ada, team, 0.5);
  EXPECT_EQ(left(kNoon), 2);
  EXPECT_EQ(left(kNoon + 12h), 3) << "a new day";
}

TEST_P(Events, TheClockIsTold) {
  must(create_event(db(), {.slug = "moons", .opens = kNoon + 1h, .closes = kNoon + 2h}, problem(),
                    act("event.create"), kNoon));
  const auto told = [&](Instant now) {
    const auto before = news("event").size();
    must(tell_what_is_due(db(), now));
    const auto all = news("event");
    return all.size() == before ? "" : all.back().payload;
  };
  EXPECT_EQ(told(kNoon + 30min), "");
  EXPECT_NE(told(kNoon + 1h).find(R"("state": "open")"), std::string::npos);
  EXPECT_EQ(told(kNoon + 61min), "");
  EXPECT_NE(told(kNoon + 3h).find(R"("state": "closed")"), std::string::npos);
  EXPECT_EQ(told(kNoon + 4h), "");
}

TEST_P(Events, AQueueIsToldWhenItChangedAndNotMoreOftenThanAsked) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  std::vector<submissions::SubmissionId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(hand_in(made, ada, team, "received").id);
  EXPECT_TRUE(news("queue").empty());
  set_state(ids[0], "trial");
  must(tell_what_is_due(db(), kNoon));
  must(tell_what_is_due(db(), kNoon));
  ASSERT_EQ(news("queue").size(), 1u);
  EXPECT_EQ(news("queue")[0].payload, R"({"waiting": 9, "running": 1})");
  for (const auto& id : ids) set_state(id, "cancelled");
  must(tell_what_is_due(db(), kNoon));
  ASSERT_EQ(news("queue").size(), 2u);
  EXPECT_EQ(news("queue")[1].payload, R"({"waiting": 0, "running": 0})");
}

TEST_P(Events, TheBoardHearsOfEachScoreInItsTransaction) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  const auto first = scored(made, ada, team, 0.5);
  const auto second = scored(made, ada, team, 0.75);
  const auto entries = [&](std::int64_t since) {
    return must(
        storage::read(db(), [&](storage::Snapshot& s) { return entries_since(s, made.event.id, since); }));
  };
  ASSERT_EQ(entries(0).size(), 2u);
  EXPECT_EQ(entries(0)[1].row.submission, second.id);
  EXPECT_EQ(entries(0)[1].row.scores[0].valid, 0.75);
  EXPECT_EQ(entries(0)[1].row.scores[1].train_mean, 0.25);
  EXPECT_EQ(entries(0)[1].row.scores[0].test, std::nullopt);
  const auto told = news("board");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[1].payload.find(R"("rank": 1)"), std::string::npos) << told[1].payload;
  const auto seen = entries(0)[1].version;
  EXPECT_TRUE(entries(seen).empty());
  set_scores(first.id, 0.9, 0.1, 0.1);
  set_state(first.id, "scored");  // scored again
  ASSERT_EQ(entries(seen).size(), 1u);
  EXPECT_EQ(entries(seen)[0].row.submission, first.id);
  set_state(first.id, "running");  // a rerun: the score stays until the new one is there
  EXPECT_TRUE(entries(seen)[0].on_board);
  set_state(first.id, "failed");
  EXPECT_FALSE(entries(seen)[0].on_board);
  EXPECT_NE(news("board").back().payload.find(R"("removed":)"), std::string::npos);
}

TEST_P(Events, SightFollowsTeamsRolesAndTheRelease) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  const auto team = must(join(db(), "moons", ada, kNoon));
  must(join(db(), "moons", bob, kNoon));
  const auto submission = scored(made, ada, team, 0.5);
  const auto sight = [&](const people::Viewer& who) {
    return must(storage::read(
        db(), [&](storage::Snapshot& s) { return contest().sight(s, who, submission, kNoon); }));
  };
  EXPECT_TRUE(sight(viewer(ada)).is_author);
  EXPECT_FALSE(sight(viewer(ada)).sees_test);
  EXPECT_FALSE(sight(viewer(bob)).sees);
  EXPECT_FALSE(sight({}).sees);
  EXPECT_TRUE(sight(viewer(organiser())).manages);
  EXPECT_FALSE(sight(viewer(organiser())).sees_test);
  must(close_event(db(), "moons", act("event.close"), kNoon));
  must(release_event(db(), "moons", act("event.release"), kNoon));
  EXPECT_TRUE(sight(viewer(ada)).sees_test);
  EXPECT_FALSE(sight(viewer(bob)).sees);
}

TEST_P(Events, NothingThatIsToldHoldsATestScore) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  scored(made, ada, team, 0.5, kNoon, 0.987654321);
  must(tell_what_is_due(db(), kNoon));
  for (const auto& event : news())
    EXPECT_EQ(event.payload.find("0.98765"), std::string::npos) << event.payload;
  const auto rows = must(db().query("SELECT scores, official FROM entries"));
  EXPECT_EQ(rows.size(), 1u);
  const auto kept = must(rows.first([](storage::Row row) { return row.get<std::string>("scores"); }));
  EXPECT_EQ(kept->find("0.98765"), std::string::npos) << *kept;
}

TEST_P(Events, ReleaseWaitsForWhatIsOnTheWay) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  const auto flying = hand_in(made, ada, team, "running");
  must(close_event(db(), "moons", act("event.close"), kNoon));
  EXPECT_FALSE(release_event(db(), "moons", act("event.release"), kNoon));
  set_state(flying.id, "failed");
  EXPECT_TRUE(release_event(db(), "moons", act("event.release"), kNoon));
}

TEST_P(Events, AKitThatWasCheckedIsTold) {
  const auto checked = problem("checking");
  const auto made =
      must(create_event(db(), {.slug = "moons", .opens = kNoon - 1h}, checked, act("event.create"), kNoon));
  EXPECT_EQ(made.state, State::checking);
  sql("UPDATE problems SET state = 'ready' WHERE id = $1", checked.id);
  const auto ready = *must(
      storage::read(db(), [&](storage::Snapshot& s) { return submissions::find_problem(s, checked.id); }));
  must(storage::transact(
      db(), [&](storage::Transaction& tx) { return contest().problem_changed(tx, ready, kNoon); }));
  EXPECT_NE(news("event").back().payload.find(R"("state": "open")"), std::string::npos);
}

}  // namespace
}  // namespace events
