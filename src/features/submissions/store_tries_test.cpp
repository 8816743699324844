// Tries in the database and the queue; nobody does their jobs here.
#include "features/submissions/store_tries.h"

#include <atomic>

#include "features/submissions/rules_tries.h"
#include "features/submissions/testing_tries.h"

namespace {
using namespace submissions;
using namespace std::chrono_literals;
using storage::Transaction;

class TryStore : public WithTries<WithRoom> {
 protected:
  std::optional<engine::Claim> claimed() {
    const std::vector<std::string> types{"evaluate", "try"};
    auto claim = engine::claim(*database_, types, "w", base::Seconds(60), base::now());
    if (!claim) throw std::runtime_error(claim.error().message);
    return *claim;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, TryStore, storage::both_kinds(), storage::kind_name);

TEST_P(TryStore, GivesATryBackAsItWasKept) {
  auto asked = code(ready_problem());
  asked.files.push_back({"weights/net.bin", std::string("\0\xff\x10", 3)});
  const auto made = attempt(asked);
  auto one = kept(made.id).value();
  EXPECT_EQ(one.face.author, author_);
  EXPECT_EQ(one.face.contest.id, "E");
  EXPECT_EQ(one.face.state, TryState::waiting);
  auto files = storage::read(*database_, [&](storage::Snapshot& s) { return files_of_try(s, made.id); });
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[1].path, "weights/net.bin");
  EXPECT_EQ((*files)[1].bytes, asked.files[1].bytes);
  one.face.state = TryState::failed;
  one.face.started = one.face.ended = made.created + 1s;
  one.failure.emplace();
  one.failure->kind = evaluation::FailureKind::exception;
  one.failure->traceback = "classifier.py, line 3";
  one.failure->line = 3;
  one.scores = R"({"accuracy":{"train":1,"valid":0.5}})";
  one.figure = R"({"kind":"scatter","points":[]})";
  one.output = std::string("a NUL: \0 and more", 17);
  one.fit_seconds = 0.5;
  one.peak_memory_bytes = 1u << 20;
  ASSERT_TRUE(storage::transact(*database_, [&](Transaction& tx) { return update_try(tx, one); }));
  const auto again = kept(made.id).value();
  EXPECT_EQ(again.face.state, TryState::failed);
  EXPECT_EQ(again.face.ended, one.face.ended);
  EXPECT_EQ(again.failure->line, 3);
  EXPECT_EQ(again.failure->traceback, one.failure->traceback);
  EXPECT_EQ(again.scores, one.scores);
  EXPECT_EQ(again.figure, one.figure);
  EXPECT_EQ(again.output, one.output);
  EXPECT_EQ(again.fit_seconds, 0.5);
  EXPECT_EQ(again.predict_seconds, std::nullopt);
  EXPECT_EQ(again.peak_memory_bytes, 1u << 20);
}

TEST_P(TryStore, HoldsOneOfAPersonAtATime) {
  const auto problem = ready_problem();
  const auto first = attempt(code(problem));
  auto elsewhere = code(problem);
  elsewhere.contest.id = "F";
  const auto second = attempt(elsewhere);
  auto anothers = code(problem);
  anothers.author = add_person(*database_, "bob");
  const auto other = attempt(anothers);
  EXPECT_EQ(state(first.id), TryState::cancelled);
  EXPECT_TRUE(kept(first.id)->face.ended);
  EXPECT_EQ(told(first.id), "waiting cancelled");
  EXPECT_EQ(state(second.id), TryState::waiting);
  EXPECT_EQ(state(other.id), TryState::waiting);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE type = 'try' AND state = 'waiting'"), 2);
}

TEST_P(TryStore, HoldsOneOfAPersonWhoeverComesAtOnce) {
  const auto problem = ready_problem();
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      attempt(code(problem));
      ++made;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 8);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM tries WHERE ended IS NULL"), 1);
  EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM jobs WHERE type = 'try' AND state = 'waiting'"), 1);
}

TEST_P(TryStore, IsCancelledOnceAndAtOnce) {
  const auto made = attempt(code(ready_problem()));
  auto cancelled = cancel_try(*room_, made.id, base::now());
  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(cancelled->state, TryState::cancelled);
  EXPECT_EQ(cancel_try(*room_, made.id, base::now()).error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(cancel_try(*room_, TryId(base::make_ulid(base::now())), base::now()).error().kind,
            base::ErrorKind::not_found);
  EXPECT_FALSE(claimed());
}

TEST_P(TryStore, RefusesWhatASubmissionWouldBeRefusedFor) {
  const auto problem = ready_problem();
  auto asked = code(problem);
  asked.files = {{"regressor.py", "x = 1\n"}};
  const auto lacks = check_try(*room_, asked);
  ASSERT_FALSE(lacks);
  EXPECT_EQ(lacks.error().kind, base::ErrorKind::invalid);
  EXPECT_NE(lacks.error().message.find("classifier.py"), std::string::npos);
  asked.files = {{"classifier.py", "x = 1\n"}, {"../up.py", "x = 1\n"}};
  EXPECT_FALSE(check_try(*room_, asked));
  EXPECT_FALSE(check_try(*room_, code(problem, std::string(2000, 'x')))) << "larger than the kit allows";
}

// A crowd of one team holds up nobody's try, and one who tries on and on holds up no team.
TEST_P(TryStore, TakesTurnsWithSubmissions) {
  const auto problem = ready_problem();
  for (int i = 0; i < 6; ++i) create(asked(problem, "x = 1\n", i < 4 ? "big" : "small"));
  std::string order;
  for (int i = 0; i < 6; ++i) {
    if (i < 3) attempt(code(problem));
    const auto next = claimed();
    ASSERT_TRUE(next);
    order += next->job.type + " ";
    ASSERT_TRUE(storage::transact(*database_,
                                  [&](Transaction& tx) { return engine::finish(tx, *next, base::now()); }));
  }
  EXPECT_EQ(order, "evaluate evaluate try evaluate evaluate evaluate ");
}

TEST_P(TryStore, SaysItsPlaceAmongSubmissionsToo) {
  const auto problem = ready_problem();
  create(asked(problem));
  create(asked(problem, "x = 1\n", "other"));
  const auto made = attempt(code(problem));
  const auto last = create(asked(problem));
  EXPECT_EQ(shown(made.id).at("queue").at("ahead").as_int64(), 2);
  EXPECT_EQ(view(last.id, {.sees = true, .is_author = true}).at("queue").at("ahead").as_int64(), 3);
}

TEST_P(TryStore, GoesAnHourAfterItsEndWithAllItsTraces) {
  const auto problem = ready_problem();
  const auto early = base::now() - 3h;
  const auto old = attempt(code(problem, "x = 'PLANTED'\n"), early);
  ASSERT_TRUE(cancel_try(*room_, old.id, early + 1min));
  create(asked(problem));
  const auto running = attempt(code(problem), early);
  const auto count = [&](std::string_view table) {
    return one<std::int64_t>(fmt::format("SELECT count(*) FROM {}", table));
  };
  const auto events = count("event_log");
  ASSERT_TRUE(remove_old_tries(*room_, early + 60min));
  EXPECT_TRUE(kept(old.id)) << "59 minutes";
  auto removed = remove_old_tries(*room_, early + 61min);
  ASSERT_TRUE(removed) << removed.error().message << removed.error().detail;
  EXPECT_FALSE(kept(old.id));
  EXPECT_TRUE(kept(running.id)) << "it has not ended";
  EXPECT_EQ(count("tries"), 1);
  EXPECT_EQ(count("try_files"), 1);
  EXPECT_EQ(told(old.id), "");
  EXPECT_EQ(told(running.id), "waiting");
  EXPECT_EQ(count("event_log"), events - 2) << "and nobody else's news";
  EXPECT_TRUE(remove_old_tries(*room_, base::now()));
}

}  // namespace
