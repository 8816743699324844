#include "machine/sandbox/sandbox.h"

#include <chrono>

#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

TEST_F(Room, ACellSaysHello) {
  const auto outcome = run("channel.send(b'hello')\nprint('and goodbye')");
  EXPECT_EQ(said_, "hello");
  EXPECT_EQ(outcome.output, "and goodbye\n");
  EXPECT_EQ(outcome.end, End::finished);
  EXPECT_EQ(outcome.code, 0);
}

}  // namespace
}  // namespace sandbox
