// The executor over the real queue.
#include <future>
#include <thread>

#include "machine/engine/queue_testing.h"

namespace engine {
namespace {

using namespace std::chrono_literals;
using storage::Transaction;

class Executors : public QueueTest {
 protected:
  std::unique_ptr<LocalExecutor> start(Handler handler, int threads = 2,
                                       Worker worker = {"here", {"evaluate"}}) {
    return LocalExecutor::start(
        {.threads = threads, .beat = base::Seconds(0.02), .glance = base::Seconds(30)},
        source_of(db(), std::move(worker)), {{"evaluate", std::move(handler)}});
  }
  Handler finisher() {
    return [this](const Task& task) { return end(task.claim, base::now()); };
  }
  JobId add_now(int most_attempts = 3) {
    return add({"evaluate", "", "team", 0, most_attempts}, base::now());
  }

  // False where it does not come to that within ten seconds.
  template <class Condition>
  static bool comes(Condition&& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
  }
  bool comes_to(const JobId& id, JobState state) {
    return comes([&] { return job(id).state == state; });
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Executors, storage::both_kinds(), storage::kind_name);

// Works until it is stopped, and remembers what it saw.
struct Patient {
  std::promise<void> began;
  bool was_cancelled = false, lost = false;
  base::Result<void> outcome = base::internal("not yet");

  base::Result<void> operator()(const Task& task, const std::function<base::Result<void>()>& finally) {
    began.set_value();
    while (!task.stop.stop_requested()) std::this_thread::sleep_for(1ms);
    was_cancelled = task.was_cancelled();
    lost = task.lost_its_lease();
    outcome = finally();
    return outcome;
  }
};

TEST_P(Executors, DoWhatWaitsAndWakeForWhatComes) {
  std::vector<JobId> before;
  for (int i = 0; i < 20; ++i) before.push_back(add_now());
  auto executor = start(finisher(), 4);
  for (const auto& id : before) EXPECT_TRUE(comes_to(id, JobState::done));
  std::this_thread::sleep_for(50ms);  // all threads wait now, for half a minute if nothing rings
  const base::Stopwatch waking;
  EXPECT_TRUE(comes_to(add_now(), JobState::done));
  EXPECT_LT(waking.seconds(), 5);
  EXPECT_TRUE(comes([&] { return executor->running() == 0; }));
}

TEST_P(Executors, StopWhatIsCancelled) {
  Patient patient;
  auto executor = start([&](const Task& task) {
    return patient(task, [&] {
      return storage::transact(db(),
                               [&](Transaction& tx) { return end_cancelled(tx, task.claim, base::now()); });
    });
  });
  const auto id = add_now();
  patient.began.get_future().wait();
  EXPECT_EQ(executor->running(), 1);
  EXPECT_EQ(*stop(id, base::now()), JobState::running);
  EXPECT_TRUE(comes_to(id, JobState::cancelled));
  executor.reset();
  EXPECT_TRUE(patient.was_cancelled);
  EXPECT_FALSE(patient.lost);
}

TEST_P(Executors, StopWhatWasLostAndKeepNothingOfIt) {
  Patient patient;
  auto executor =
      start([&](const Task& task) { return patient(task, [&] { return end(task.claim, base::now()); }); }, 1);
  const auto id = add_now();
  patient.began.get_future().wait();
  ASSERT_TRUE(expire(db(), base::now() + 1h));
  const auto other = take(base::now(), "other");
  ASSERT_TRUE(other);
  EXPECT_TRUE(comes([&] { return executor->running() == 0; }));
  executor.reset();
  EXPECT_TRUE(patient.lost);
  EXPECT_EQ(patient.outcome.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(job(id).state, JobState::running);
  EXPECT_TRUE(end(*other, base::now()));
}

TEST_P(Executors, GiveBackWhatFailsOrThrowsAndTellTheLastTime) {
  std::atomic<int> told = 0;
  Worker worker{"here", {"evaluate"}};
  worker.ended["evaluate"] = [&](Transaction&, const Job& over, base::Instant) -> base::Result<void> {
    EXPECT_EQ(over.state, JobState::failed);
    ++told;
    return {};
  };
  std::atomic<int> tries = 0;
  auto executor = start(
      [&](const Task&) -> base::Result<void> {
        if (++tries % 2 == 1) throw std::runtime_error("out of luck");
        return base::unavailable("the disk is full");
      },
      1, worker);
  const auto thrown = add_now(1);
  EXPECT_TRUE(comes_to(thrown, JobState::failed));
  EXPECT_EQ(job(thrown).why, "the program failed at this job");
  const auto failed = add_now(1);
  EXPECT_TRUE(comes_to(failed, JobState::failed));
  EXPECT_EQ(job(failed).why, "the disk is full");
  EXPECT_EQ(told, 2);
  const auto again = add_now(2);
  EXPECT_TRUE(comes([&] { return tries == 3; }));
  executor.reset();
  EXPECT_EQ(job(again).state, JobState::waiting);
  EXPECT_EQ(job(again).attempts, 1);
  EXPECT_EQ(told, 2);
}

TEST_P(Executors, PutBackWhatTheyLeaveWhenTheyStop) {
  Patient patient;
  auto executor = start([&](const Task& task) {
    return patient(task, [] { return base::Result<void>(base::unavailable("stopped")); });
  });
  const auto id = add_now(1);
  patient.began.get_future().wait();
  executor.reset();
  EXPECT_EQ(job(id).state, JobState::waiting);
  EXPECT_EQ(job(id).attempts, 0);
  EXPECT_FALSE(patient.was_cancelled);
  executor = start(finisher());
  EXPECT_TRUE(comes_to(id, JobState::done));
}

TEST_P(Executors, LookAfterTheLeasesOfOthers) {
  const auto id = add_now();
  ASSERT_TRUE(take(base::now() - 14s, "silent"));  // its lease runs out in a second
  auto executor = start(finisher());
  EXPECT_TRUE(comes_to(id, JobState::done));
  EXPECT_EQ(job(id).attempts, 2);
}

}  // namespace
}  // namespace engine
