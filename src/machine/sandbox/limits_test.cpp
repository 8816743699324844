// Each limit, and a cell that passes it.
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/time.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

using base::Stopwatch;

TEST_F(Room, SleepingForeverIsTime) {
  auto spec = script("import time\nprint('began')\ntime.sleep(1000)");
  spec.limits.wall_seconds = 0.4;
  const Stopwatch watch;
  const auto outcome = run(spec);
  EXPECT_EQ(outcome.end, End::time);
  EXPECT_EQ(outcome.output, "began\n");
  EXPECT_LT(watch.seconds(), 5);
}

TEST_F(Room, ADeadlineReplacesTheFirstOne) {
  const auto cell = spawn(script("import time\nchannel.send(b'x')\ntime.sleep(1000)"));
  ASSERT_TRUE(cell->receive());
  cell->set_deadline(0.2);
  EXPECT_EQ(cell->wait().end, End::time);
}

TEST_F(Room, ProcessorTimeIsALimitOfItsOwn) {
  auto spec = script(R"(
import os
channel.receive()
os.fork()
while True: pass
)");
  spec.limits.cores = 0.25;
  const auto cell = spawn(spec);
  cell->set_deadline(8);
  ASSERT_TRUE(cell->send("go"));
  const auto outcome = cell->wait();
  EXPECT_EQ(outcome.end, End::processor);
  EXPECT_GE(outcome.cpu_seconds, 2);
  EXPECT_LT(outcome.cpu_seconds, 3);
  EXPECT_LT(outcome.wall_seconds, 8);
}

TEST_F(Room, CancelEndsACell) {
  const auto cell =
      spawn(script("import signal, time\nsignal.pthread_sigmask(0, range(1, 64))\ntime.sleep(100)"));
  cell->cancel();
  EXPECT_EQ(cell->wait().end, End::cancelled);
}

TEST_F(Room, TheDeadlineEndsTheWholeTree) {
  auto spec = script(R"(
import os, time
for depth in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork(): os._exit(0)
        time.sleep(1000)
print('forked')
time.sleep(1000)
)");
  spec.limits.wall_seconds = 0.7;
  const auto outcome = run(spec);  // the output's end comes only when every writer is dead
  EXPECT_EQ(outcome.end, End::time);
  EXPECT_EQ(outcome.output, "forked\n");
}

TEST_F(Room, SurvivorsOfADoubleForkDieWithTheCell) {
  const auto outcome = run(R"(
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    time.sleep(1000)
)");
  EXPECT_EQ(outcome.end, End::finished);
}

TEST_F(Room, AForkBombIsProcesses) {
  const auto outcome = run(R"(
import os, time
while True:
    if os.fork() == 0:
        time.sleep(1000)
)");
  EXPECT_EQ(outcome.end, End::processes) << outcome.output;
  EXPECT_EQ(run("print('next')").output, "next\n");
}

TEST_F(Room, AForkBombWithoutAnErrorIsStillProcesses) {
  auto spec = script(R"(
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.05)
)");
  spec.limits.wall_seconds = 1;
  EXPECT_EQ(run(spec).end, End::processes);
}

TEST_F(Room, AllocatingWithoutEndIsMemory) {
  auto spec = script(R"(
import ctypes
ctypes.CDLL(None).prctl(15, b"RssAnon: 0 kB")  # a name that reads like a number
hoard = []
while True:
    hoard.append(bytearray(b'x') * (16 << 20))
)");
  spec.limits.memory_bytes = 200u << 20;
  const auto outcome = run(spec);
  if (probe_host().accounting == Accounting::none)
    EXPECT_TRUE(outcome.end == End::memory || outcome.output.ends_with("MemoryError\n")) << outcome.output;
  else
    EXPECT_EQ(outcome.end, End::memory) << outcome.output;
  EXPECT_GT(outcome.peak_memory_bytes, 100u << 20);
}

// What the kernel holds for a cell is memory too: bytes on their way, and tables of pages.
TEST_F(Room, WhatTheKernelHoldsIsMemory) {
  const char* hoards[] = {R"(
import socket
import ctypes
ctypes.CDLL(None).prctl(15, b"RssAnon: 0 kB")  # a name that reads like a number
hoard = []
while True:
    pair = socket.socketpair()
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    pair[0].setblocking(False)
    hoard.append(pair)
    try:
        while True: pair[0].send(bytes(1 << 16))
    except BlockingIOError: pass
)",
                          R"(
import ctypes, mmap
import ctypes
ctypes.CDLL(None).prctl(15, b"RssAnon: 0 kB")  # a name that reads like a number
hoard = []
while True:
    hoard.append(mmap.mmap(-1, 1 << 36, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ))
    for at in range(0, 1 << 36, 1 << 21): hoard[-1][at]
)"};
  for (const char* hoard : hoards) {
    auto spec = script(hoard);
    spec.limits.memory_bytes = 100u << 20;
    spec.limits.wall_seconds = 20;
    const auto outcome = run(spec);
    EXPECT_EQ(outcome.end, End::memory) << hoard << outcome.output;
  }
}

TEST_F(Room, ForkedMemoryCountsOnce) {
  auto spec = script(R"(
import os, time
for child in range(8):
    if os.fork() == 0:
        hoard = bytearray(b'x') * (60 << 20)
        time.sleep(1000)
time.sleep(1000)
)");
  spec.limits.memory_bytes = 200u << 20;
  spec.limits.wall_seconds = 2;
  const auto outcome = run(spec);
  if (outcome.end == End::time)
    EXPECT_LE(outcome.peak_memory_bytes, 200u << 20);  // the kernel took children
  else
    EXPECT_EQ(outcome.end, End::memory);
}

TEST_F(Room, ScratchSpaceIsMeasured) {
  auto spec = script(R"(
import errno
for place in ('/tmp', '/dev/shm'):
    try:
        with open(place + '/big', 'wb') as f:
            while True: f.write(b'x' * (1 << 20))
    except OSError as e:
        print(errno.errorcode[e.errno])
try:
    for i in range(100000): open(f'/tmp/{i}', 'w').close()
except OSError as e:
    print(errno.errorcode[e.errno], i < 2000)
)");
  spec.limits.scratch_bytes = 8u << 20;
  spec.limits.files = 1000;
  EXPECT_EQ(run(spec).output, "ENOSPC\nENOSPC\nENOSPC True\n");
}

TEST_F(Room, AFileHasALargestSize) {
  auto spec = script(R"(
import errno
try:
    with open('/tmp/big', 'wb') as f:
        while True: f.write(b'x' * (1 << 20))
except OSError as e:
    print(errno.errorcode[e.errno])
)");
  spec.limits.file_bytes = 4u << 20;
  EXPECT_EQ(run(spec).output, "EFBIG\n");
}

TEST_F(Room, AFloodOfOutputIsOutput) {
  auto spec = script("while True: print('x' * 1000)");
  spec.limits.output_bytes = 100000;
  const auto outcome = run(spec);
  EXPECT_EQ(outcome.end, End::output);
  EXPECT_EQ(outcome.output.size(), 100000u);
}

}  // namespace
}  // namespace sandbox
