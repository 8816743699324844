// The limits of real sessions, and what passing each of them ends.
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "judge/cells/session_for_tests.h"

namespace cells {
namespace {

using namespace std::chrono_literals;

TEST_F(SessionTest, TimeAndOutputCutTheRequestAndNotTheSession) {
  SessionSpec spec;
  spec.request_seconds = 0.5;
  spec.output_bytes = 100'000;
  const auto session = open(spec);
  ask(*session, "kept = 7");
  const auto late = ask(*session, "import time\ntime.sleep(30)");
  EXPECT_EQ(late.finish, Finish::time);
  EXPECT_EQ(late.why, "it ran longer than 0.5 s");
  EXPECT_LT(late.seconds, 5);
  const auto loud = ask(*session, "while True: print('x' * 1000)");
  EXPECT_EQ(loud.finish, Finish::output);
  EXPECT_EQ(loud.why, "it printed more than 97.7 kB");
  EXPECT_EQ(said_.size(), 100'000u);
  EXPECT_EQ(plain(ask(*session, "kept")), "7");
}

TEST_F(SessionTest, WhatDoesNotStopAtItsLimitEndsTheSession) {
  SessionSpec spec;
  spec.request_seconds = spec.grace_seconds = 0.4;
  const auto session = open(spec);
  const auto answer = ask(*session, kDeaf);
  EXPECT_EQ(answer.finish, Finish::ended);
  EXPECT_NE(answer.why.find("did not stop in 0.4 s although it ran longer than 0.4 s"), std::string::npos)
      << answer.why;
}

TEST_F(SessionTest, ProcessorTimeIsEachRequestsOwn) {
  SessionSpec spec;
  spec.request_seconds = 28;
  spec.grace_seconds = 1;
  spec.cores = 0.05;
  const auto session = open(spec);
  const auto burn = [](double seconds) {
    return fmt::format(
        "import threading, time\n"
        "def burn():\n"
        "    while time.process_time() - begun < {}: pass\n"
        "begun = time.process_time()\n"
        "two = [threading.Thread(target=burn) for _ in range(2)]\n"
        "for one in two: one.start()\n"
        "for one in two: one.join()",
        seconds);
  };
  for (int turn = 0; turn < 3; ++turn) EXPECT_EQ(ask(*session, burn(0.8)).finish, Finish::done) << turn;
  const auto answer = ask(*session, burn(20));
  EXPECT_EQ(answer.finish, Finish::ended);
  EXPECT_EQ(
      answer.why,
      "the session used more than 1.4 s of processor time: 0.05 cores for as long as it may run; restart "
      "it; what it held is lost");
  EXPECT_LT(answer.seconds, 20);
  ASSERT_TRUE(session->restart());
  EXPECT_EQ(plain(ask(*session, "1 + 1")), "2");
}

TEST_F(SessionTest, MemoryOverTheLimitEndsItsOwnSessionOnly) {
  SessionSpec spec;
  spec.memory_bytes = 200u << 20;
  const auto one = open(spec), other = open(spec);
  ask(*other, "x = 5");
  const auto answer = ask(*one, "hoard = []\nwhile True: hoard.append(bytearray(b'1') * (8 << 20))");
  // A cell without cgroups meets the wall itself, as MemoryError.
  if (answer.finish != Finish::raised) {
    EXPECT_EQ(answer.finish, Finish::ended);
    EXPECT_NE(answer.why.find("used more than its 200 MB of memory"), std::string::npos) << answer.why;
  } else {
    EXPECT_EQ(answer.raised->type, "MemoryError");
  }
  EXPECT_EQ(plain(ask(*other, "x")), "5");
}

TEST_F(SessionTest, AnIdleSessionEndsAndGivesItsMemoryBack) {
  ASSERT_NO_FATAL_FAILURE(start({.warden = {}, .sessions = 3, .memory_bytes = 1000u << 20}));
  SessionSpec spec;
  spec.memory_bytes = 600u << 20;
  spec.idle_seconds = 0.7;
  const auto first = open(spec);
  const auto refused = workshop_->open(environment_, spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(refused.error().message.find("400 MB of the 1000 MB"), std::string::npos)
      << refused.error().message;
  std::this_thread::sleep_for(500ms);
  ask(*first, "1");  // which begins the wait anew
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(first->why_ended());
  std::this_thread::sleep_for(600ms);
  EXPECT_TRUE(workshop_->open(environment_, spec));
  ASSERT_TRUE(first->why_ended());
  EXPECT_NE(first->why_ended()->find("0.7 s without a request"), std::string::npos) << *first->why_ended();
}

TEST_F(SessionTest, ThereAreOnlySoManySessions) {
  ASSERT_NO_FATAL_FAILURE(start({.warden = {}, .sessions = 1}));
  auto first = open();
  const auto refused = workshop_->open(environment_, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("all 1 sessions are in use"), std::string::npos);
  first.reset();
  EXPECT_TRUE(workshop_->open(environment_, {}));
}

}  // namespace
}  // namespace cells
