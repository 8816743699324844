#include "machine/engine/queue.h"

#include "machine/engine/queue_testing.h"

namespace engine {
namespace {

using base::ErrorKind;
using storage::Transaction;

class Jobs : public QueueTest {};
INSTANTIATE_TEST_SUITE_P(Both, Jobs, storage::both_kinds(), storage::kind_name);

TEST_P(Jobs, AreClaimedAndFinished) {
  EXPECT_FALSE(take());
  const auto id = add({"evaluate", R"({"submission":"01J"})", "team", 2, 5});
  auto held = take(at(1));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->job.id, id);
  EXPECT_EQ(held->job.payload, R"({"submission":"01J"})");
  EXPECT_EQ(held->job.lane, "team");
  EXPECT_EQ(held->job.priority, 2);
  EXPECT_EQ(held->job.attempts, 1);
  EXPECT_EQ(held->job.most_attempts, 5);
  EXPECT_EQ(held->job.state, JobState::running);
  EXPECT_FALSE(take(at(1)));
  ASSERT_TRUE(end(*held, at(3)));
  const auto after = job(id);
  EXPECT_EQ(after.state, JobState::done);
  EXPECT_EQ(after.created, at(0));
  EXPECT_EQ(after.started, at(1));
  EXPECT_EQ(after.ended, at(3));
  EXPECT_EQ(end(*held, at(4)).error().kind, ErrorKind::conflict) << "a job ends once";
}

TEST_P(Jobs, AreOnlyThoseOfTheTypesAsked) {
  add({"check", "", "team"});
  EXPECT_FALSE(take());
  const std::array<std::string, 1> checks{"check"};
  EXPECT_TRUE(*claim(db(), checks, "w", kLease, at(0)));
}

TEST_P(Jobs, ComeIntoBeingWithTheirTransactionOnly) {
  auto undone = storage::transact(db(), [&](Transaction& tx) -> base::Result<JobId> {
    if (auto added = enqueue(tx, {"evaluate", "", "team"}, at(0)); !added) return added;
    return base::invalid("on second thoughts");
  });
  EXPECT_FALSE(undone);
  EXPECT_FALSE(take());
}

TEST_P(Jobs, AreTriedAgainAfterAPauseAndAtLastFail) {
  const auto id = add("team");
  EXPECT_EQ(*fail(*take(at(0)), at(1)), JobState::waiting);
  EXPECT_EQ(job(id).why, "it broke");
  EXPECT_FALSE(take(at(1.9))) << "it rests for a second";
  EXPECT_EQ(load_of().waiting, 1);
  auto second = take(at(2.1));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->job.attempts, 2);
  EXPECT_EQ(*fail(*second, at(3)), JobState::waiting);
  EXPECT_FALSE(take(at(6.9))) << "and then for four";
  EXPECT_EQ(*fail(*take(at(7.1)), at(8)), JobState::failed);
  EXPECT_EQ(job(id).ended, at(8));
  EXPECT_FALSE(take(at(1000)));
}

TEST_P(Jobs, ThatPauseHoldUpNobody) {
  const auto first = add("team");
  const auto second = add("team");
  ASSERT_TRUE(fail(*take(at(0)), at(0)));
  EXPECT_EQ(take(at(0.5))->job.id, second);
  EXPECT_EQ(take(at(1.5))->job.id, first);
}

TEST_P(Jobs, OfASilentWorkerAreRunByAnotherAndLoseNothing) {
  ASSERT_TRUE(storage::transact(db(), [](Transaction& tx) {
    return tx.query("CREATE TABLE scores (job {{id}} NOT NULL, worker {{text}} NOT NULL) {{strict}}");
  }));
  auto record = [&](const Claim& held, const char* worker, base::Instant now) {
    return storage::transact(db(), [&](Transaction& tx) -> base::Result<void> {
      auto kept = tx.query("INSERT INTO scores (job, worker) VALUES ($1, $2)", held.job.id, worker);
      if (!kept) return tl::unexpected(kept.error());
      return finish(tx, held, now);
    });
  };
  const auto id = add("team");
  const auto silent = *take(at(0), "silent");
  EXPECT_EQ(*beat(db(), silent, kLease, at(10)), Beat::go_on);
  EXPECT_TRUE(expire(db(), at(24.9))->empty());
  EXPECT_FALSE(take(at(24.9))) << "the beat has lengthened its lease";
  EXPECT_TRUE(expire(db(), at(25))->empty()) << "it has attempts left";
  const auto other = take(at(25), "other");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->job.attempts, 2);

  EXPECT_EQ(*beat(db(), silent, kLease, at(26)), Beat::lost);
  const auto late = record(silent, "silent", at(26));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::conflict);
  EXPECT_EQ(fail(silent, at(26)).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(record(*other, "other", at(27)));
  auto rows = db().query("SELECT worker FROM scores");
  ASSERT_EQ(rows->size(), 1u) << "the loser's transaction leaves nothing";
  EXPECT_EQ(*rows->value<std::string>(), "other");
  EXPECT_EQ(job(id).state, JobState::done);
}

TEST_P(Jobs, WhoseLeasesRunOutTooOftenFailAndAreTold) {
  const auto id = add({"evaluate", "", "team", 0, 2});
  ASSERT_TRUE(take(at(0)));
  EXPECT_TRUE(expire(db(), at(15))->empty());
  ASSERT_TRUE(take(at(15)));
  std::vector<JobId> told;
  const EndedByType ended{
      {"evaluate", [&](Transaction& tx, const Job& over, base::Instant) -> base::Result<void> {
         told.push_back(over.id);
         if (auto seen = find_job(tx, over.id); !seen || (**seen).state != JobState::failed)
           return base::internal("not in the transaction of its end");
         return {};
       }}};
  const auto over = expire(db(), at(30), ended);
  ASSERT_TRUE(over);
  ASSERT_EQ(over->size(), 1u);
  EXPECT_EQ(over->front().id, id);
  EXPECT_EQ(over->front().state, JobState::failed);
  EXPECT_EQ(over->front().why, "its worker fell silent");
  EXPECT_EQ(told, std::vector{id});
  EXPECT_TRUE(expire(db(), at(60), ended)->empty());
}

TEST_P(Jobs, StayWhenTheirRoomCannotBeTold) {
  const auto id = add({"evaluate", "", "team", 0, 1});
  ASSERT_TRUE(take(at(0)));
  const EndedByType deaf{{"evaluate", [](Transaction&, const Job&, base::Instant) {
                            return base::Result<void>(base::internal("no"));
                          }}};
  EXPECT_FALSE(expire(db(), at(15), deaf));
  EXPECT_EQ(job(id).state, JobState::running) << "it is told later";
  EXPECT_EQ(expire(db(), at(16))->size(), 1u);
}

TEST_P(Jobs, OfAKilledServerAreReleasedAndThatIsNoAttempt) {
  const auto id = add({"evaluate", "", "team", 0, 1});
  add("another");
  ASSERT_TRUE(take(at(0), "here"));
  ASSERT_TRUE(take(at(0), "elsewhere"));
  for (int kill = 1; kill <= 20; ++kill) {
    ASSERT_TRUE(release(db(), "here", at(kill))->empty());
    const auto again = take(at(kill), "here");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->job.id, id);
    EXPECT_EQ(again->job.attempts, 1);
    EXPECT_EQ(again->job.interruptions, kill);
  }
  const auto over = release(db(), "here", at(30));
  ASSERT_EQ(over->size(), 1u) << "it seems to be what kills its workers";
  EXPECT_EQ(over->front().state, JobState::failed);
  EXPECT_EQ(load_of().running, 1) << "the other worker's job stays with it";
}

TEST_P(Jobs, ArePutBackByAWorkerThatStops) {
  const auto id = add("team");
  const auto held = *take(at(0));
  EXPECT_EQ(*storage::transact(db(), [&](Transaction& tx) { return put_back(tx, held, at(1)); }),
            JobState::waiting);
  EXPECT_EQ(job(id).attempts, 0);
  EXPECT_EQ(take(at(1))->job.attempts, 1);
}

TEST_P(Jobs, AreCancelledInEachState) {
  EXPECT_EQ(stop(JobId(base::make_ulid(at(0)))).error().kind, ErrorKind::not_found);

  const auto waiting = add("a");
  EXPECT_EQ(*stop(waiting, at(1)), JobState::cancelled);
  EXPECT_EQ(job(waiting).ended, at(1));
  EXPECT_FALSE(take(at(1)));
  EXPECT_EQ(*stop(waiting, at(2)), JobState::cancelled) << "stays as it is";

  const auto running = add("b");
  const auto held = *take(at(1));
  EXPECT_EQ(*beat(db(), held, kLease, at(1)), Beat::go_on);
  EXPECT_EQ(*stop(running, at(2)), JobState::running);
  EXPECT_EQ(*beat(db(), held, kLease, at(2)), Beat::cancel);
  ASSERT_TRUE(storage::transact(db(), [&](Transaction& tx) { return end_cancelled(tx, held, at(3)); }));
  EXPECT_EQ(job(running).state, JobState::cancelled);

  const auto quick = add("c");
  const auto finished = *take(at(4));
  EXPECT_EQ(*stop(quick, at(4)), JobState::running);
  ASSERT_TRUE(end(finished, at(5))) << "it was done before it heard of it";
  EXPECT_EQ(*stop(quick, at(6)), JobState::done);

  const auto pausing = add("d");
  ASSERT_TRUE(fail(*take(at(7)), at(7)));
  EXPECT_EQ(*stop(pausing, at(7)), JobState::cancelled);
  EXPECT_FALSE(take(at(100)));
}

TEST_P(Jobs, ThatWereToBeCancelledAreNotTriedAgain) {
  const auto broken = add("a");
  const auto held = *take(at(0));
  ASSERT_TRUE(stop(broken));
  EXPECT_EQ(*fail(held, at(1)), JobState::cancelled);

  const auto killed = add("b");
  ASSERT_TRUE(take(at(2), "here"));
  ASSERT_TRUE(stop(killed));
  ASSERT_EQ(release(db(), "here", at(3))->size(), 1u);
  EXPECT_EQ(job(killed).state, JobState::cancelled);

  const auto silent = add("c");
  ASSERT_TRUE(take(at(4)));
  ASSERT_TRUE(stop(silent));
  EXPECT_EQ(expire(db(), at(100))->front().state, JobState::cancelled);
}

TEST_P(Jobs, SayTheirLoad) {
  EXPECT_FALSE(load_of().typical);
  for (int i = 0; i < 30; ++i) {
    add("team");
    // The first ten took an hour: only the last twenty count, 1 to 20 seconds.
    ASSERT_TRUE(end(*take(at(10'000 * i)), at(10'000 * i + (i < 10 ? 3600 : i - 9))));
  }
  add("team");
  add({"rescore", "", "team"});
  const auto seen = load_of();
  EXPECT_EQ(seen.waiting, 1);
  EXPECT_EQ(seen.running, 0);
  ASSERT_TRUE(seen.typical);
  EXPECT_NEAR(seen.typical->count(), 10.5, 1e-6);
  ASSERT_TRUE(take(at(1'000'000)));
  EXPECT_EQ(load_of().running + load_of("rescore").running, 1);
}

}  // namespace
}  // namespace engine
