#include <gtest/gtest.h>

#include "machine/sandbox/sandbox.h"

namespace sandbox {
namespace {

constexpr auto kNone = Accounting::none, kFirst = Accounting::cgroup_v1, kSecond = Accounting::cgroup_v2;

struct Case {
  const char* what;
  bool as_root, can_isolate;
  Accounting accounting, mounted;
  Tier tier;
  const char* words;
  const char* way;     // what the way to better accounting holds; "" where there is none
  const char* no_way;  // what it must not hold
};

constexpr Case kCases[] = {
    {"version 2 as root", true, true, kSecond, kSecond, Tier::cgroup_v2, "cgroup v2, delegated (root)", "",
     ""},
    {"version 2 rootless", false, true, kSecond, kSecond, Tier::cgroup_v2, "cgroup v2, delegated (rootless)",
     "", ""},
    {"version 1", true, true, kFirst, kFirst, Tier::cgroup_v1, "cgroup v1 (root)",
     "unified_cgroup_hierarchy=1", "exact"},
    {"not delegated", false, true, kNone, kSecond, Tier::none, "no cgroup (rootless)", "Delegate=yes",
     "boot"},
    {"an ordinary user on version 1", false, true, kNone, kFirst, Tier::none, "no cgroup (rootless)",
     "as root", "container"},
    {"version 1 read-only", true, true, kNone, kFirst, Tier::none, "no cgroup (root)", "writable",
     "Delegate"},
    {"cgroups hidden", true, true, kNone, kNone, Tier::none, "no cgroup (root)", "/sys/fs/cgroup", "boot"},
    {"no user namespaces", false, false, kNone, kSecond, Tier::refused, "refused (rootless)", "Delegate=yes",
     "boot"},
    {"no user namespaces, though counted", true, false, kSecond, kSecond, Tier::refused, "refused (root)", "",
     ""},
};

Host host_of(const Case& c) {
  Host host;
  host.as_root = c.as_root;
  host.can_isolate = c.can_isolate;
  host.accounting = c.accounting;
  host.mounted = c.mounted;
  return host;
}

TEST(Tier, FollowsFromWhatTheHostCanDo) {
  for (const auto& c : kCases) {
    EXPECT_EQ(tier_of(host_of(c)), c.tier) << c.what;
    EXPECT_EQ(tier_in_words(host_of(c)), c.words) << c.what;
  }
}

TEST(Tier, TheWayToABetterOneIsTheRightOneForThisHost) {
  for (const auto& c : kCases) {
    const auto way = way_to_better_accounting(host_of(c));
    EXPECT_EQ(way.empty(), *c.way == '\0') << c.what;
    EXPECT_NE(way.find(c.way), std::string::npos) << c.what << ": " << way;
    if (*c.no_way == '\0') continue;
    EXPECT_EQ(way.find(c.no_way), std::string::npos) << c.what << ": " << way;
  }
}

}  // namespace
}  // namespace sandbox
