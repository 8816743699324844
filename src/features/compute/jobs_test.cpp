// A server that is stopped or killed while it makes an environment makes it all the same.
#include "features/compute/jobs_types.h"
#include "features/compute/testing.h"

namespace compute {
namespace {

class Jobs : public WithRoom {};
INSTANTIATE_TEST_SUITE_P(Both, Jobs, storage::both_kinds(), storage::kind_name);

TEST_P(Jobs, AStoppedServerGoesOnAtItsNextStart) {
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  start_executor();
  const auto lines = [&] { return member_->send("GET", "/environments/x/log").body.size(); };
  for (int turn = 0; turn < 2000 && lines() == 0; ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_GT(lines(), 0u) << "it had not begun";
  executor_.reset();
  const auto state = state_of("x");
  EXPECT_TRUE(state == "building" || state == "ready") << state;
  start_executor();
  ASSERT_TRUE(comes_to("x", "ready"));
}

// As after a kill -9: the claim is nobody's, and its lease runs out or is released.
TEST_P(Jobs, AKilledServersJobIsTakenUpAgain) {
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  const std::array types{std::string(kBuild)};
  const auto claimed = engine::claim(*database_, types, "killed", base::Seconds(600), base::now());
  ASSERT_TRUE(claimed && *claimed);
  ASSERT_TRUE(engine::release(*database_, "killed", base::now(), ended(*compute_)));
  start_executor();
  ASSERT_TRUE(comes_to("x", "ready"));
}

TEST_P(Jobs, WhatNeverComesToItsEndFails) {
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  const std::array types{std::string(kBuild)};
  auto now = base::now();
  for (int turn = 0; turn < 40 && state_of("x") == "building"; ++turn) {
    static_cast<void>(engine::claim(*database_, types, "killed", base::Seconds(1), now));
    now += std::chrono::hours(1);
    ASSERT_TRUE(engine::expire(*database_, now, ended(*compute_)));
    now += std::chrono::hours(1);
  }
  EXPECT_EQ(state_of("x"), "failed");
  EXPECT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
}

}  // namespace
}  // namespace compute
