#include <atomic>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "machine/engine/queue_testing.h"

namespace engine {
namespace {

using storage::Transaction;

class Races : public QueueTest {
 protected:
  void SetUp() override {
    QueueTest::SetUp();
    if (IsSkipped()) return;
    auto made = storage::transact(db(), [](Transaction& tx) {
      return tx.query("CREATE TABLE effects (job {{id}} NOT NULL, worker {{int}} NOT NULL) {{strict}}");
    });
    if (!made) throw std::runtime_error(made.error().message);
  }

  base::Result<void> have_effect(const Claim& held, int worker) {
    return storage::transact(db(), [&](Transaction& tx) -> base::Result<void> {
      auto kept = tx.query("INSERT INTO effects (job, worker) VALUES ($1, $2)", held.job.id, worker);
      if (!kept) return tl::unexpected(kept.error());
      return finish(tx, held, at(1));
    });
  }
  int effects(std::string_view what = "*") {
    return *db().query(fmt::format("SELECT count({}) FROM effects", what))->value<int>();
  }

  template <class Body>
  static void eight(Body&& body) {
    std::vector<std::jthread> threads;
    for (int worker = 0; worker < 8; ++worker) threads.emplace_back([&, worker] { body(worker); });
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Races, storage::both_kinds(), storage::kind_name);

TEST_P(Races, AmongEightClaimersGiveEachJobToOne) {
  for (const int lanes : {1, 7, 200}) {
    for (int i = 0; i < 200; ++i) add(fmt::format("{} {}", lanes, i % lanes));
    std::atomic<int> claimed = 0, refused = 0;
    eight([&](int worker) {
      while (auto held = take()) {
        ++claimed;
        if (auto done = have_effect(*held, worker); !done) {
          ++refused;
          ADD_FAILURE() << done.error().message << " " << done.error().detail;
        }
      }
    });
    EXPECT_EQ(claimed, 200) << lanes << " lanes";
    EXPECT_EQ(refused, 0) << lanes << " lanes";
  }
  EXPECT_EQ(effects(), 600);
  EXPECT_EQ(effects("DISTINCT job"), 600);
}

TEST_P(Races, WithClaimersThatGoSilentHaveEachEffectOnce) {
  for (int i = 0; i < 200; ++i) add({"evaluate", "", fmt::format("{}", i % 9), 0, 50});
  std::mutex guard;
  std::vector<Claim> silent;
  double now = 0;
  for (int round = 0; load_of().waiting > 0; ++round, now += 100) {
    ASSERT_LT(round, 30);
    eight([&](int worker) {
      std::mt19937 chance(static_cast<unsigned>(worker + 8 * round));
      while (auto held = take(at(now))) {
        if (chance() % 4 != 0) {
          EXPECT_TRUE(have_effect(*held, worker));
          continue;
        }
        const std::scoped_lock lock(guard);
        silent.push_back(std::move(*held));
      }
    });
    ASSERT_TRUE(expire(db(), at(now + 50))->empty());
  }
  EXPECT_FALSE(silent.empty());
  for (const auto& late : silent) EXPECT_EQ(have_effect(late, 99).error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(effects(), 200);
  EXPECT_EQ(effects("DISTINCT job"), 200);
  EXPECT_EQ(load_of().running, 0);
}

TEST_P(Races, OfEnqueuesClaimsBeatsAndCancelsLoseNothing) {
  std::atomic<int> enqueued = 0, ended = 0, cancelled = 0;
  std::atomic<int> enqueuers = 4;
  eight([&](int worker) {
    if (worker < 4) {
      for (int i = 0; i < 40; ++i, ++enqueued) {
        const auto id = add(fmt::format("{}", i % 3), i % 2);
        if (i % 5 == 0 && *stop(id) == JobState::cancelled) ++cancelled;
      }
      --enqueuers;
      return;
    }
    for (;;) {
      const bool last = enqueuers == 0;
      auto held = take();
      if (!held && last) return;
      if (!held) continue;
      EXPECT_NE(*beat(db(), *held, kLease, at(1)), Beat::lost);
      EXPECT_TRUE(have_effect(*held, worker));
      ++ended;
    }
  });
  EXPECT_EQ(enqueued, 160);
  EXPECT_EQ(ended + cancelled, 160);
  EXPECT_EQ(effects("DISTINCT job"), ended.load());
  EXPECT_EQ(load_of().waiting + load_of().running, 0);
}

TEST_P(Races, AfterAKillInTheMidstOfATransactionRunTheJobAgain) {
  const auto id = add("team");
  const auto child = ::fork();
  if (child == 0) {
    auto own = storage::Database::open(url(), {.durability = storage::Durability::off});
    auto held = claim(*own, kTypes, "child", kLease, at(0));
    if (!held || !*held) ::_exit(1);
    (void)storage::transact(*own, [&](Transaction& tx) -> base::Result<void> {
      (void)tx.query("INSERT INTO effects (job, worker) VALUES ($1, 1)", (*held)->job.id);
      (void)finish(tx, **held, at(1));
      ::kill(::getpid(), SIGKILL);
      return {};
    });
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_EQ(job(id).state, JobState::running);
  EXPECT_EQ(effects(), 0);
  ASSERT_TRUE(release(db(), "child", at(2)));
  const auto again = take(at(2));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->job.id, id);
  EXPECT_TRUE(have_effect(*again, 2));
  EXPECT_EQ(effects(), 1);
}

}  // namespace
}  // namespace engine
