// What events use stays, whoever tidies; what nothing uses goes after a day.
#include <fmt/format.h>

#include "features/compute/jobs_types.h"
#include "features/compute/testing.h"
#include "judge/environments/keeping.h"
#include "judge/environments/wanted.h"

namespace compute {
namespace {

using environments::Want;
using people::text_of;
using std::chrono::hours;

class Tidying : public WithRoom {
 protected:
  environments::Environment made(const char* name, const char* version) {
    const auto environment =
        environments::create(home(), {name, fmt::format("six=={}\n", version), "six.txt"}, {});
    EXPECT_TRUE(environment) << environment.error().message;
    return *environment;
  }
  std::vector<Want> wants() {
    const auto lists = environments::want_lists(home());
    EXPECT_TRUE(lists && lists->size() == 1 && lists->front().center == folder_->path());
    return lists->empty() ? std::vector<Want>() : lists->front().wants;
  }
  std::optional<Tidied> tidied() {
    return *storage::read(*database_, [](storage::Snapshot& seen) { return last_tidied(seen); });
  }
  int waiting() {
    return storage::read(*database_, [](storage::Snapshot& seen) { return engine::load(seen, kTidy); })
        ->waiting;
  }
  bool comes_to_be_tidied() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!tidied() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return tidied().has_value();
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Tidying, storage::both_kinds(), storage::kind_name);

TEST_P(Tidying, TheMachinesCommandsKnowWhatEventsUse) {
  const auto x = made("x", "1.17.0");
  made("y", "1.16.0");
  const auto now = base::now();
  used_ = "x";
  ASSERT_TRUE(compute_->keep_house(now));
  EXPECT_EQ(wants(), (std::vector<Want>{{x.hash, "x"}}));
  EXPECT_FALSE(environments::remove(home(), "x"));
  EXPECT_TRUE(environments::remove(home(), "y"));
  used_ = x.hash;
  ASSERT_TRUE(compute_->keep_house(now + hours(1)));
  EXPECT_EQ(wants(), (std::vector<Want>{{x.hash, ""}}));
  used_.clear();
  EXPECT_EQ(chief_->status("DELETE", "/environments/x"), 204) << "the list of before stands in its way";
  EXPECT_EQ(wants(), std::vector<Want>());
  EXPECT_FALSE(fs::exists(x.folder));
}

TEST_P(Tidying, ADayAfterTheFirstStartWhatNothingUsesGoes) {
  const auto unused = made("unused", "1.17.0"), used = made("used", "1.16.0"),
             named = made("named", "1.15.0");
  for (const char* name : {"unused", "used"}) fs::remove(home() / "names" / name);
  used_ = used.hash;
  const auto now = base::now();
  ASSERT_TRUE(compute_->keep_house(now - hours(30)));
  ASSERT_TRUE(compute_->keep_house(now - hours(7)));
  EXPECT_EQ(waiting(), 0) << "a day has not passed";
  ASSERT_TRUE(compute_->keep_house(now - hours(6)));
  ASSERT_TRUE(compute_->keep_house(now - hours(5)));
  EXPECT_EQ(waiting(), 1);
  EXPECT_FALSE(tidied());
  start_executor();
  ASSERT_TRUE(comes_to_be_tidied());
  EXPECT_FALSE(fs::exists(unused.folder));
  EXPECT_FALSE(environments::why_broken(used));
  EXPECT_FALSE(environments::why_broken(named));
  EXPECT_GT(tidied()->freed_bytes, 10'000u);
  EXPECT_GT(tidied()->disk_bytes, tidied()->freed_bytes);
  const auto audit = chief_->get("/audit");
  EXPECT_EQ(text_of(audit, "/items/2/what"), "environment.tidy") << base::to_text(audit);
  EXPECT_NE(base::to_text(audit).find("the environment " + unused.hash), std::string::npos);
  EXPECT_EQ(base::to_text(audit).find(home().string()), std::string::npos);
}

}  // namespace
}  // namespace compute
