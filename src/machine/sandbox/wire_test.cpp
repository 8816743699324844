#include "machine/sandbox/wire.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

TEST(Wire, WhatWasSaidIsHeardThoughTheSayerClosedWithoutReading) {
  for (const auto wait : {Wait::yes, Wait::no}) {
    auto ends = socket_pair();
    ASSERT_TRUE(ends);
    ASSERT_TRUE(send_packet(ends->first.get(), "deadline 10", {}, wait));
    ASSERT_TRUE(send_packet(ends->second.get(), "ended", {}, wait));
    ends->second.reset();
    const auto heard = receive_bytes(ends->first.get(), kLargestPacket, wait);
    ASSERT_TRUE(heard) << heard.error().message;
    EXPECT_EQ(*heard, "ended");
    const auto end = receive_bytes(ends->first.get(), kLargestPacket, wait);
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_FALSE(*end);
  }
}

}  // namespace
}  // namespace sandbox
