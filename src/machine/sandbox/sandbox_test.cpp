#include "machine/sandbox/sandbox.h"

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/time.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

using base::Stopwatch;

TEST_F(Room, ACellSaysHello) {
  const auto outcome = run("channel.send(b'hello')\nprint('and goodbye')");
  EXPECT_EQ(said_, "hello");
  EXPECT_EQ(outcome.output, "and goodbye\n");
  EXPECT_EQ(outcome.end, End::finished);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_GT(outcome.wall_seconds, 0);
  EXPECT_LT(outcome.wall_seconds, 20);
}

TEST_F(Room, AnExceptionEndsWithCodeOneAndItsTraceback) {
  const auto outcome = run("raise ValueError('wrong')");
  EXPECT_EQ(outcome.end, End::finished);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.output.find("ValueError: wrong"), std::string::npos) << outcome.output;
}

TEST_F(Room, ACrashIsASignal) {
  const auto outcome = run("import ctypes; ctypes.string_at(0)");
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_EQ(outcome.code, 11);
}

TEST_F(Room, MessagesAndDescriptorsReachTheCell) {
  const auto cell = spawn(script(R"(
import os
data, fds = channel.receive()
channel.send(data.upper() + os.pread(fds[0], 100, 0))
)"));
  const auto memory = sealed_memory("note", " and a note");
  ASSERT_TRUE(memory);
  const int fd = memory->get();
  ASSERT_TRUE(cell->send("a question", std::span(&fd, 1)));
  const auto answer = cell->receive();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->bytes, "A QUESTION and a note");
  EXPECT_EQ(cell->wait().end, End::finished);
}

TEST_F(Room, AParkedCellRunsNothingUntilItIsSpokenTo) {
  auto spec = script("print('ran'); print(channel.receive()[0])");
  spec.parks = true;
  const auto cell = spawn(spec);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(cell->is_alive());
  EXPECT_TRUE(cell->send("now"));
  const auto outcome = cell->wait();
  EXPECT_EQ(outcome.end, End::finished);
  EXPECT_EQ(outcome.output, "ran\nb'now'\n");
}

TEST_F(Room, AnInterruptReachesTheFirstProcessAndLeavesItItsLife) {
  const auto cell = spawn(script(R"(
import time
try:
    channel.send(b'busy')
    while True: pass
except KeyboardInterrupt:
    channel.send(b'interrupted')
try:
    time.sleep(20)
except KeyboardInterrupt:
    print('woken')
)"));
  const auto busy = cell->receive();
  ASSERT_TRUE(busy && *busy);
  cell->interrupt();
  const auto interrupted = cell->receive();
  ASSERT_TRUE(interrupted && *interrupted) << cell->wait().end << cell->wait().output;
  EXPECT_EQ((*interrupted)->bytes, "interrupted");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // into its sleep
  cell->interrupt();
  const auto outcome = cell->wait();
  EXPECT_EQ(outcome.end, End::finished);
  EXPECT_EQ(outcome.output, "woken\n");
}

TEST_F(Room, HandedDescriptorsHaveNames) {
  const auto first = sealed_memory("first", "one"), second = sealed_memory("second", "two");
  auto spec = script("import os\nprint(os.pread(handed['b'], 9, 0), os.pread(handed['a'], 9, 0))");
  spec.handed = {{"a", first->get()}, {"b", second->get()}};
  EXPECT_EQ(run(spec).output, "b'two' b'one'\n");
}

TEST_F(Room, AnArgumentOfAnyBytesArrivesWhole) {
  std::string python = "print(len('";
  python += std::string(30'000, '\x01') + "'))";
  EXPECT_EQ(run(python).output, "30000\n");
  EXPECT_FALSE(warden_->spawn(zygote(), script(std::string(33'000, 'x'))));
  const auto wrong = warden_->spawn(zygote(), script("\xff\xfe"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, base::ErrorKind::invalid);
}

TEST_F(Room, ACellDoesNotSeeWhatEarlierOnesWereTold) {
  run("x = 'a-secret-' + 'of-another-cell'  # needle-in-argument");
  const auto outcome = run(R"(
import re
own = 'needle-of-myself'
others = mine = 0
with open('/proc/self/mem', 'rb', 0) as memory:
    for line in open('/proc/self/maps'):
        start, end, how = re.match(r'(\w+)-(\w+) (\S+)', line).groups()
        if how[0] != 'r' or '[v' in line: continue
        memory.seek(int(start, 16))
        try: held = memory.read(int(end, 16) - int(start, 16))
        except OSError: continue
        others += len(re.findall(b'needle-in-[a]rgument', held))
        mine += len(re.findall(b'needle-of-[m]yself', held))
print(others, mine > 0)
)");
  EXPECT_EQ(outcome.output, "0 True\n");
}

TEST_F(Room, SealedMemoryCannotBeWritten) {
  const auto memory = sealed_memory("truth", "labels");
  auto spec = script(R"(
import os, mmap
for attempt in (lambda: os.pwrite(handed['m'], b'x', 0), lambda: os.ftruncate(handed['m'], 0),
                lambda: mmap.mmap(handed['m'], 6)):
    try:
        attempt(); print('done')
    except OSError as e:
        print(e.errno)
)");
  spec.handed = {{"m", memory->get()}};
  EXPECT_EQ(run(spec).output, "1\n1\n1\n");
  EXPECT_EQ(*copy_out(memory->get(), 0, 6), "labels");
}

TEST_F(Room, ResultMemoryKeepsItsSize) {
  const auto memory = result_memory("result", 4096);
  auto spec = script(R"(
import os
os.pwrite(handed['m'], b'ok', 4094)
for attempt in (lambda: os.pwrite(handed['m'], b'xx', 4095), lambda: os.ftruncate(handed['m'], 0),
                lambda: os.ftruncate(handed['m'], 1 << 20)):
    try:
        print(attempt())
    except OSError as e:
        print(e.errno)
)");
  spec.handed = {{"m", memory->get()}};
  EXPECT_EQ(run(spec).output, "1\n1\n1\n");  // a write stops at the end; the rest is EPERM
  EXPECT_EQ(size_of(memory->get()), 4096u);
  EXPECT_EQ(*copy_out(memory->get(), 4094, 1), "o");
  EXPECT_FALSE(copy_out(memory->get(), 4094, 3));
}

TEST_F(Room, AFolderForResultsHasItsOwnSize) {
  EXPECT_EQ(run("import os; print(os.path.exists('/out'))").output, "False\n");
  auto spec = script(R"(
import errno
try:
    open('/out/a', 'wb').write(bytes(3 << 20))
except OSError as e:
    print(e.errno == errno.ENOSPC)
)");
  spec.limits.out_bytes = 1u << 20;
  EXPECT_EQ(run(spec).output, "True\n");
}

TEST_F(Room, AFileInAClosedHostFolderCanBeMounted) {
  const auto folder = base::TemporaryFolder::make("closed");  // only its owner can enter
  ASSERT_TRUE(folder);
  ASSERT_TRUE(base::write_file(folder->path() / "shown.txt", "seen"));
  ASSERT_TRUE(base::write_file(folder->path() / "hidden.txt", "not seen"));
  auto spec = script(R"(
import os
print(open('data/shown.txt').read(), os.getcwd(), sorted(os.listdir('.')), os.listdir('data'))
)");
  spec.mounts = {{folder->path() / "shown.txt", "/kit/data/shown.txt"}};
  EXPECT_EQ(run(spec).output, "seen /kit ['data'] ['shown.txt']\n");
}

TEST_F(Room, ThousandsOfFilesCanBeMounted) {
  const auto folder = base::TemporaryFolder::make("many");
  CellSpec spec = script("import os\nprint(len(os.listdir('data')), open('data/999').read())");
  for (int i = 0; i < 1000; ++i) {
    const auto name = std::to_string(i);
    std::ofstream(folder->path() / name) << name;
    spec.mounts.push_back({folder->path() / name, "/kit/data/" + name});
  }
  EXPECT_EQ(run(spec).output, "1000 999\n");
}

TEST_F(Room, AMissingMountNamesItself) {
  auto spec = script("pass");
  spec.mounts = {{"/there/is/nothing", "/kit/data"}};
  const auto cell = warden_->spawn(zygote(), spec);
  ASSERT_FALSE(cell);
  EXPECT_NE(cell.error().message.find("/there/is/nothing"), std::string::npos) << cell.error().message;
  EXPECT_EQ(run("print(1)").output, "1\n");  // and the zygote lives on
}

TEST_F(Room, ASecondZygotesMemoryIsSeenByItsCells) {
  CellSpec loader;
  loader.kind = Kind::zygote;
  loader.entry = "/tests/cells/loader.py";
  loader.argument = "features = list(range(100000))\nimport os\nsecret = os.getpid()";
  const auto folder = base::TemporaryFolder::make("kit");
  ASSERT_TRUE(base::write_file(folder->path() / "problem.py", "x = 1"));
  loader.mounts = {{folder->path() / "problem.py", "/kit/problem.py"}};
  const auto second = warden_->spawn(zygote(), loader);
  ASSERT_TRUE(second) << second.error().message;
  for (int i = 0; i < 3; ++i) {
    const auto cell = warden_->spawn(
        **second, script("import sys, os\nprint(sum(sys.loaded['features']), os.listdir('/kit'))"));
    ASSERT_TRUE(cell) << cell.error().message;
    const auto outcome = (*cell)->wait();
    EXPECT_EQ(outcome.output, "4999950000 []\n");  // its memory is there, its mounts are not
    EXPECT_EQ(outcome.end, End::finished);
  }
}

TEST_F(Room, AParentWithTwoThreadsIsRefused) {
  CellSpec loader;
  loader.kind = Kind::zygote;
  loader.entry = "/tests/cells/loader.py";
  loader.argument = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()";
  const auto second = warden_->spawn(zygote(), loader);
  ASSERT_TRUE(second) << second.error().message;
  const auto cell = warden_->spawn(**second, script("pass"));
  ASSERT_FALSE(cell);
  EXPECT_EQ(cell.error().kind, base::ErrorKind::conflict);
}

TEST_F(Room, ASecondZygoteThatCannotLoadSaysWhy) {
  CellSpec loader;
  loader.kind = Kind::zygote;
  loader.entry = "/tests/cells/loader.py";
  loader.argument = "import no_such_module";
  const auto second = warden_->spawn(zygote(), loader);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("no_such_module"), std::string::npos) << second.error().message;
}

TEST_F(Room, AZygoteThatCannotStartSaysWhy) {
  auto spec = zygote_spec();
  spec.preload = {"no_such_module"};
  const auto preload = warden_->open_zygote(spec);
  ASSERT_FALSE(preload);
  EXPECT_NE(preload.error().message.find("no_such_module"), std::string::npos) << preload.error().message;
  spec = zygote_spec();
  spec.python = "/opt/no/python";
  const auto python = warden_->open_zygote(spec);
  ASSERT_FALSE(python);
  EXPECT_NE(python.error().message.find("/opt/no/python"), std::string::npos) << python.error().message;
}

TEST_F(Room, DroppingACellKillsItAndFreesItsSlot) {
  for (int i = 0; i < 2 * warden_->slots(); ++i)
    spawn(script("import time\ntime.sleep(1000)"));  // dropped at once
  EXPECT_EQ(run("print('alive')").output, "alive\n");
}

TEST_F(Room, ACellWaitsForAFreeSlot) {
  std::vector<std::unique_ptr<Cell>> cells;
  for (int i = 0; i < warden_->slots(); ++i) cells.push_back(spawn(script("import time\ntime.sleep(1000)")));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cells.pop_back();
  });
  EXPECT_EQ(run("print('my turn')").output, "my turn\n");
  later.join();
}

TEST_F(Room, SeveralThreadsSpawnAtOnce) {
  zygote();
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        const auto cell = warden_->spawn(*zygote_, script(fmt::format("print({})", i)));
        if (cell && (*cell)->wait().output == fmt::format("{}\n", i)) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 20);
}

TEST_F(Room, AStrangersMessageMayBeAnything) {
  const auto cell = spawn(script(R"(
import os, socket
channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
socket.send_fds(channel.socket, [b'with a descriptor'], [0])
channel.socket.send(b'x' * 100000)
)"));
  const auto first = cell->receive();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->bytes, "with a descriptor");
  const auto second = cell->receive();
  EXPECT_FALSE(second);  // too large
  cell->cancel();
  cell->wait();
}

TEST_F(Room, WhenAZygoteEndsItsCellsAreLost) {
  const auto cell = spawn(script("import time\ntime.sleep(1000)"));
  zygote_.reset();
  EXPECT_EQ(cell->wait().end, End::lost);
}

TEST_F(Room, MeasuresCpuAndMemory) {
  const auto outcome =
      run("x = bytearray(b'x') * (80 << 20)\nimport time\nt = time.process_time()\n"
          "while time.process_time() - t < 0.3: pass");
  EXPECT_GT(outcome.cpu_seconds, 0.25);
  EXPECT_LT(outcome.cpu_seconds, 3);
  EXPECT_GT(outcome.peak_memory_bytes, 70u << 20);
  EXPECT_LT(outcome.peak_memory_bytes, 160u << 20);
}

}  // namespace
}  // namespace sandbox
