// Each rule of the sandbox, and code that tries to break it.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

namespace fs = std::filesystem;

TEST_F(Room, OnlyWhatWasMountedIsThere) {
  const auto outcome = run(R"(
import os
print(sorted(os.listdir('/')))
print(sorted(os.listdir('/dev')), os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('/agora'))
print(os.listdir('/proc/1/root') == os.listdir('/'))
)");
  std::string links;
  for (const char* name : {"bin", "lib", "lib32", "lib64", "libx32", "sbin"})
    if (fs::exists(fs::path("/") / name)) links += fmt::format("'{}', ", name);
  const auto bin = links.substr(0, 7), rest = links.substr(7);
  const auto sbin = rest.find("'sbin'");
  const auto expected = fmt::format("['agora', {}'dev', 'etc', 'kit', {}'proc', {}'tests', 'tmp', 'usr']\n",
                                    bin, rest.substr(0, sbin), rest.substr(sbin));
  EXPECT_TRUE(outcome.output.starts_with(expected)) << outcome.output << expected;
  EXPECT_NE(outcome.output.find("['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout', "
                                "'urandom', 'zero'] [] []"),
            std::string::npos)
      << outcome.output;
  EXPECT_TRUE(outcome.output.ends_with("True\n")) << outcome.output;
}

TEST_F(Room, OnlyItsOwnProcessesAreThere) {
  EXPECT_EQ(
      run("import os\nprint([p for p in os.listdir('/proc') if p.isdigit()], os.getpid(), os.getppid())")
          .output,
      "['1'] 1 0\n");
}

TEST_F(Room, NothingCanBeWrittenButTheScratchFolders) {
  const auto outcome = run(R"(
import errno, os
def tell(where):
    try:
        with open(where, 'w') as file: file.write('x')
        print(where, 'written')
    except OSError as failure:
        print(where, errno.errorcode[failure.errno])
for where in ('/tmp/x', '/dev/shm/x', '/dev/null', '/x', '/kit/x', '/usr/x', '/etc/passwd', '/dev/x', '/agora/x',
              '/agora/agora_cell/seal.py', '/tests/cells/script.py', '/proc/sys/kernel/hostname',
              '/proc/sysrq-trigger', '/proc/self/uid_map'):
    tell(where)
)");
  std::istringstream lines(outcome.output);
  std::string where, what;
  int seen = 0;
  for (; lines >> where >> what; ++seen) {
    const bool open = seen < 3;
    EXPECT_EQ(what == "written", open) << where << " " << what;
  }
  EXPECT_EQ(seen, 14) << outcome.output;
}

TEST_F(Room, NoDescriptorIsInherited) {
  const auto outcome = run(R"(
import os
def is_open(fd):
    try: os.fstat(fd); return True
    except OSError: return False
print([fd for fd in range(4096) if is_open(fd)] == [0, 1, 2, channel.socket.fileno()])
)");
  EXPECT_EQ(outcome.output, "True\n");
}

TEST_F(Room, NothingOfTheHostsEnvironmentIsThere) {
  ::setenv("AGORA_SECRET", "label", 1);
  const auto outcome =
      run("import os\nprint('AGORA_SECRET' in os.environ, os.environ['HOME'], len(os.environ) < 16)");
  EXPECT_EQ(outcome.output, "False /tmp True\n");
}

TEST_F(Room, ThereIsNoNetwork) {
  EXPECT_EQ(run(attempts({"socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
                          "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
                          "socket.socket(socket.AF_NETLINK, 3)", "socket.socket(40, 1)",
                          "socket.socket(socket.AF_PACKET, 3)",
                          "socket.socket(socket.AF_UNIX).connect('\\0host')"}))
                .output,
            "EACCES\nEACCES\nEACCES\nEACCES\nEACCES\nECONNREFUSED\n");
}

TEST_F(Room, ALoopbackLeadsNowhere) {
  const base::Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto host = fmt::format("socket.create_connection(('127.0.0.1', {}), 5)", ntohs(address.sin_port));
  auto spec = script(attempts(
      {"[s := socket.create_server(('127.0.0.1', 0)), socket.create_connection(s.getsockname())] and 'own'",
       "socket.create_connection(('192.0.2.1', 443), 5)",
       "socket.create_connection(('169.254.169.254', 80), 5)",
       "socket.create_connection(('2001:db8::1', 443), 5)", host.c_str(),
       "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
       "socket.socket(socket.AF_INET, socket.SOCK_RAW, 6)",
       "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)", "socket.socket(socket.AF_NETLINK, 3)",
       "socket.socket(socket.AF_PACKET, 3)"}));
  spec.network = Network::loopback;
  EXPECT_EQ(run(spec).output,
            "own\nENETUNREACH\nENETUNREACH\nENETUNREACH\nECONNREFUSED\nEPERM\nEPERM\nEPERM\nEPERM\nEPERM\n");
}

TEST_F(Room, AbstractSocketsOfTheHostAreOutOfReach) {
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{AF_UNIX, {}};
  const auto text = fmt::format("agora-escape-{}", ::getpid());
  text.copy(name.sun_path + 1, text.size());
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&name),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size())),
            0);
  ASSERT_EQ(::listen(listener, 1), 0);
  const auto line = fmt::format("socket.socket(socket.AF_UNIX).connect('\\0{}')", text);
  EXPECT_EQ(run(attempts({line.c_str()})).output, "ECONNREFUSED\n");
  ::close(listener);
}

TEST_F(Room, ForbiddenCallsFail) {
  struct Case {
    const char* what;
    int number;
    const char* expected = "EPERM";
  };
  const Case cases[] = {
      {"mount", SYS_mount},
      {"umount2", SYS_umount2},
      {"pivot_root", SYS_pivot_root},
      {"chroot", SYS_chroot},
      {"unshare", SYS_unshare},
      {"setns", SYS_setns},
      {"clone3", SYS_clone3, "ENOSYS"},
      {"ptrace", SYS_ptrace},
      {"process_vm_readv", SYS_process_vm_readv},
      {"process_vm_writev", SYS_process_vm_writev},
      {"pidfd_getfd", SYS_pidfd_getfd},
      {"kcmp", SYS_kcmp},
      {"io_uring_setup", SYS_io_uring_setup},
      {"bpf", SYS_bpf},
      {"perf_event_open", SYS_perf_event_open},
      {"userfaultfd", SYS_userfaultfd},
      {"keyctl", SYS_keyctl},
      {"add_key", SYS_add_key},
      {"request_key", SYS_request_key},
      {"open_tree", SYS_open_tree},
      {"move_mount", SYS_move_mount},
      {"fsopen", SYS_fsopen},
      {"fsmount", SYS_fsmount},
      {"mount_setattr", SYS_mount_setattr},
      {"name_to_handle_at", SYS_name_to_handle_at},
      {"open_by_handle_at", SYS_open_by_handle_at},
      {"shmget", SYS_shmget},
      {"semget", SYS_semget},
      {"msgget", SYS_msgget},
      {"mq_open", SYS_mq_open},
      {"clock_settime", SYS_clock_settime},
      {"settimeofday", SYS_settimeofday},
      {"adjtimex", SYS_adjtimex},
      {"swapon", SYS_swapon},
      {"kexec_load", SYS_kexec_load},
      {"init_module", SYS_init_module},
      {"finit_module", SYS_finit_module},
      {"quotactl", SYS_quotactl},
      {"acct", SYS_acct},
      {"syslog", SYS_syslog},
      {"reboot", SYS_reboot},
      {"sethostname", SYS_sethostname},

      {"mbind", SYS_mbind},
      {"move_pages", SYS_move_pages},
      {"mknodat", SYS_mknodat},
      {"setxattr", SYS_setxattr},
      {"seccomp", SYS_seccomp},
      {"capset", SYS_capset},
      {"setgroups", SYS_setgroups},
      {"fanotify_init", SYS_fanotify_init},
      {"inotify_init1", SYS_inotify_init1},
      {"cachestat", 451},
      {"vhangup", SYS_vhangup},
  };
#ifdef __x86_64__
  const Case of_this_machine[] = {{"iopl", SYS_iopl}, {"ioperm", SYS_ioperm}, {"modify_ldt", SYS_modify_ldt}};
#else
  const std::span<const Case> of_this_machine;
#endif
  std::string python = attempts({}), expected;
  const auto add = [&](const Case& c) {
    python +=
        fmt::format("print('{}', end=' '); attempt(lambda: call({}, 0, 0, 0, 0, 0, 0))\n", c.what, c.number);
    expected += fmt::format("{} {}\n", c.what, c.expected);
  };
  for (const auto& c : cases) add(c);
  for (const auto& c : of_this_machine) add(c);
  EXPECT_EQ(run(python).output, expected);
}

TEST_F(Room, NamespacesCannotBeMadeThroughClone) {
  const auto clone = [](unsigned long flags) {
    return fmt::format("call({}, {}, 0, 0, 0, 0)", SYS_clone, flags | SIGCHLD);
  };
  const auto user = clone(0x10000000), net = clone(0x40000000), mount = clone(0x20000),
             pid = clone(0x20000000);
  EXPECT_EQ(run(attempts({user.c_str(), net.c_str(), mount.c_str(), pid.c_str()})).output,
            "EPERM\nEPERM\nEPERM\nEPERM\n");
}

TEST_F(Room, TypingForOthersAndPersonalitiesAreRefused) {
  EXPECT_EQ(run(attempts({"call(16, 0, 0x5412, b'x')", "call(16, 0, 0x541C, b'x')", "call(135, 0x0040000)",
                          "call(135, 0xffffffff)"}))
                .output,
            "EPERM\nEPERM\nEPERM\n0\n");
}

TEST_F(Room, AnotherArchitecturesCallsKill) {
#ifdef __x86_64__
  const auto outcome = run(attempts({"call(0x40000000 + 39)"}));  // x32's getpid
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_EQ(outcome.code, SIGSYS);
#endif
}

TEST_F(Room, NoCapabilityAndNoWayToOne) {
  const auto outcome = run(R"(
import subprocess
wanted = ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp')
def show(text):
    print([line.split()[1] for line in text.splitlines() if line.split(':')[0] in wanted])
show(open('/proc/self/status').read())
show(subprocess.run(['/bin/cat', '/proc/self/status'], capture_output=True, text=True).stdout)
)");
  const std::string none =
      "['0000000000000000', '0000000000000000', '0000000000000000', '0000000000000000', "
      "'0000000000000000', '1', '2']\n";
  EXPECT_EQ(outcome.output, none + none);
}

TEST_F(Room, CoresAreNotDumpedAndLimitsCannotBeRaised) {
  EXPECT_EQ(run(R"(
import resource
print(resource.getrlimit(resource.RLIMIT_CORE))
for limit in (resource.RLIMIT_CORE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
    try:
        resource.setrlimit(limit, (1 << 40, 1 << 40)); print('raised')
    except (ValueError, OSError):
        print('refused')
)")
                .output,
            "(0, 0)\nrefused\nrefused\nrefused\nrefused\n");
}

TEST_F(Room, TwoCellsHaveUsersOfTheirOwnAndCannotReachEachOther) {
  const auto tell = script(
      "import os, time\nopen('/tmp/secret', 'w').write('mine')\nopen('/dev/shm/secret', "
      "'w')\nchannel.send(str(os.getuid()).encode())\ntime.sleep(1000)");
  const auto one = spawn(tell), two = spawn(tell);
  const auto first = one->receive(), second = two->receive();
  ASSERT_TRUE(first && *first && second && *second);
  if (::geteuid() == 0) {
    EXPECT_NE((*first)->bytes, (*second)->bytes);
  }
  const auto outcome = run(R"(
import os
print(os.listdir('/tmp'), os.listdir('/dev/shm'))
for pid in range(2, 300):
    try: os.kill(pid, 9); print('reached', pid)
    except ProcessLookupError: pass
try: os.kill(-1, 9)
except ProcessLookupError: print('nobody else')
)");
  EXPECT_EQ(outcome.output, "[] []\nnobody else\n");
  one->cancel();
  EXPECT_EQ(one->wait().end, End::cancelled);
}

TEST_F(Room, AClosedDoorOfTheHostStaysClosed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only as root a cell's user is a stranger on the host";
  const auto folder = base::TemporaryFolder::make("closed");
  std::ofstream(folder->path() / "secret") << "label";
  fs::permissions(folder->path() / "secret", fs::perms::owner_read);
  auto spec = script("pass");
  spec.mounts = {{folder->path() / "secret", "/kit/secret"}};
  const auto cell = warden_->spawn(zygote(), spec);
  ASSERT_FALSE(cell);
  EXPECT_NE(cell.error().message.find("readable for others"), std::string::npos) << cell.error().message;
}

TEST_F(Room, AMountNeverFollowsALinkOfTheKit) {
  const auto folder = base::TemporaryFolder::make("links");
  fs::create_directory(folder->path() / "kit");
  fs::permissions(folder->path() / "kit", fs::perms(0755));
  fs::create_symlink("/tmp", folder->path() / "kit" / "data");
  std::ofstream(folder->path() / "file") << "x";
  auto spec = script("pass");
  spec.mounts = {{folder->path() / "kit", "/kit"}, {folder->path() / "file", "/kit/data/file"}};
  EXPECT_FALSE(warden_->spawn(zygote(), spec));
}

TEST_F(Room, MountedProgramsGainNothingFromTheirBits) {
  const auto outcome =
      run("import subprocess\nprint([l.split()[5] for l in open('/proc/self/mountinfo') if "
          "'nosuid' not in l])");
  EXPECT_EQ(outcome.output, "[]\n");
}

TEST_F(Room, TheWholeTreeEndsWhateverItIgnores) {
  auto spec = script(R"(
import os, signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True:
    try: time.sleep(100)
    except BaseException: pass
)");
  spec.limits.wall_seconds = 0.4;
  EXPECT_EQ(run(spec).end, End::time);
}

}  // namespace
}  // namespace sandbox
