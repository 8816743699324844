// What cells see in common, and code that would tell another cell by it.
#include <set>
#include <string>

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine/sandbox/memory.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

// Cells see the same files and memories: what one does with them must tell the other nothing.
TEST_F(Room, LocksOfWhatIsSharedTellNothing) {
  const auto memory = sealed_memory("shared", std::string(100, 'x'));
  const auto one = reader_of(memory->get()), two = reader_of(memory->get());
  const std::string lock = R"(
import errno, fcntl, os, struct
memory = os.open(f'/proc/self/fd/{handed["memory"]}', os.O_RDWR)
file = os.open('/usr/bin/env', os.O_RDONLY)
def lock(what, fd, command, kind):
    try: print(what, fcntl.fcntl(fd, command, struct.pack('hhqqi4x', kind, 0, 7, 1, 0)) != b'')
    except OSError as failure: print(what, errno.errorcode[failure.errno])
lock('shared', file, fcntl.F_SETLK, fcntl.F_RDLCK)
lock('exclusive', memory, fcntl.F_SETLK, fcntl.F_WRLCK)
lock('of the file', memory, 37, fcntl.F_WRLCK)
fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
)";
  auto holds = script(lock + "channel.send(b'locked')\nimport time\ntime.sleep(1000)");
  holds.handed = {{"memory", one->get()}};
  const auto holder = spawn(holds);
  ASSERT_TRUE(holder->receive().value());
  auto asks = script(lock + R"(
lock('who', file, fcntl.F_GETLK, fcntl.F_WRLCK)
lock('who', memory, 36, fcntl.F_WRLCK)
lock('told', file, fcntl.F_NOTIFY, 1)
lock('lease', file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
)");
  asks.handed = {{"memory", two->get()}};
  EXPECT_EQ(run(asks).output,
            "shared True\nexclusive True\nof the file True\nwho EPERM\nwho EPERM\ntold EPERM\nlease EPERM\n");
}

TEST_F(Room, PagesOfSharedFilesTellNothing) {
  EXPECT_EQ(run(attempts({"os.preadv(os.open('/usr/bin/env', 0), [bytearray(64)], 0, os.RWF_NOWAIT)",
                          "os.preadv(os.open('/usr/bin/env', 0), [bytearray(64)], 0, 0)",
                          "os.posix_fadvise(os.open('/usr/bin/env', 0), 0, 0, os.POSIX_FADV_DONTNEED)",
                          "call(28, 1, 4096, 12)", "call(28, 1, 4096, ctypes.c_long(12 + (1 << 32)))",
                          "call(28, 1, 4096, 20)", "call(28, 1, 4096, 21)",
                          "call(28, 1, 4096, ctypes.c_long(21 + (1 << 32)))", "call(28, 1, 4096, 4)",
                          "call(28, 1, 4096, 25)", "call(28, 1, 4096, 52)", "call(28, 1, 4096, -1)"}))
                .output,
            "ENOTSUP\n64\nNone\n0\n0\n0\n0\n0\nEINVAL\nEINVAL\nEINVAL\nEINVAL\n");
}

TEST_F(Room, MemoryHandedToTwoCellsHasNoCommonPosition) {
  const auto memory = sealed_memory("shared", std::string(100, 'x'));
  ASSERT_TRUE(memory);
  const auto one = reader_of(memory->get()), two = reader_of(memory->get());
  ASSERT_TRUE(one && two);
  auto writer = script("import os; print(os.lseek(handed['memory'], 42, 0), os.read(handed['memory'], 3))");
  writer.handed = {{"memory", one->get()}};
  EXPECT_EQ(run(writer).output, "42 b'xxx'\n");
  auto reader = script(R"(
import fcntl, os
print(os.lseek(handed['memory'], 0, 1), fcntl.fcntl(handed['memory'], fcntl.F_GETFL) & os.O_ACCMODE)
)");
  reader.handed = {{"memory", two->get()}};
  EXPECT_EQ(run(reader).output, "0 0\n");
}

TEST_F(Room, NetworksOfTheLivingAreApart) {
  const auto holder = spawn(script(R"(
import socket
door = socket.socket(socket.AF_UNIX)
door.bind('\0door')
door.listen()
channel.send(b'open')
channel.receive()
)"));
  ASSERT_TRUE(holder->receive().value());
  EXPECT_EQ(run(R"(
import errno, os, socket
try: socket.socket(socket.AF_UNIX).connect('\0door')
except OSError as failure: print(errno.errorcode[failure.errno])
socket.socket(socket.AF_UNIX).bind('\0door')
)")
                .output,
            "ECONNREFUSED\n");
}

// Sockets that are left on their way to each other live until the kernel looks for them.
TEST_F(Room, ADeadCellsNetworkServesAgainButNeverWithASocketInIt) {
  std::set<std::string> networks;
  constexpr int kCells = 20;
  for (int i = 0; i < kCells; ++i) {
    const auto output = run(R"(
import os, socket
print(os.readlink('/proc/self/ns/net'))
print(open('/proc/self/net/sockstat').readline(), open('/proc/self/net/unix').read().count('\n'))
for i in range(50):
    one, two = socket.socketpair(socket.AF_UNIX)
    socket.send_fds(one, [b'x'], [one.fileno(), two.fileno()])
    socket.send_fds(two, [b'x'], [one.fileno(), two.fileno()])
)")
                            .output;
    const auto line = output.find('\n');
    networks.insert(output.substr(0, line));
    EXPECT_EQ(output.substr(line + 1), "sockets: used 0\n 1\n");
  }
  EXPECT_LT(networks.size(), static_cast<std::size_t>(kCells));
}

}  // namespace
}  // namespace sandbox
