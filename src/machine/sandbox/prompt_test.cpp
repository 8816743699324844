#include "machine/sandbox/prompt.h"

#include <array>
#include <cstdint>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sandbox {
namespace {

struct Scheduling {
  std::int32_t nice;
  std::uint64_t turn;
};

Scheduling scheduling() {
  std::array<std::uint32_t, 14> words{};  // struct sched_attr: nice at byte 16, runtime at byte 24
  EXPECT_EQ(::syscall(SYS_sched_getattr, 0, words.data(), sizeof words, 0), 0);
  return {static_cast<std::int32_t>(words[4]), std::uint64_t{words[7]} << 32 | words[6]};
}

TEST(Prompt, ItsTurnsAreShortAndNobodyInheritsThem) {
  std::thread([] {
    ASSERT_EQ(::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + 1), 0);
    const auto before = scheduling();
    if (before.turn == 0) GTEST_SKIP() << "this kernel (before Linux 6.12) knows no turns of a thread's own";
    become_prompt();
    EXPECT_EQ(scheduling().turn, 100'000u);
    EXPECT_EQ(scheduling().nice, before.nice) << "its share of the core stays";
    std::thread([&] { EXPECT_EQ(scheduling().turn, before.turn); }).join();
  }).join();
}

}  // namespace
}  // namespace sandbox
