// An allowlist: what is not named here fails with EPERM. Names that this kernel's libseccomp does not know
// are skipped, so a call of tomorrow is refused until somebody has thought about it.
#include "machine/sandbox/filter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "machine/sandbox/memory.h"

namespace sandbox {
namespace {

// Reading, writing and moving bytes through descriptors.
constexpr std::array kBytes{"read",     "write",     "readv",           "writev",   "pread64",
                            "pwrite64", "preadv",    "pwritev",         "pwritev2", "lseek",
                            "_llseek",  "sendfile",  "copy_file_range", "splice",   "tee",
                            "vmsplice", "readahead", "sync_file_range"};
// Opening, closing and naming descriptors; waiting for them. inotify stays out: it tells when another cell
// reads a file that both see.
constexpr std::array kDescriptors{"open",
                                  "openat",
                                  "openat2",
                                  "creat",
                                  "close",
                                  "close_range",
                                  "dup",
                                  "dup2",
                                  "dup3",
                                  "pipe",
                                  "pipe2",
                                  "poll",
                                  "ppoll",
                                  "select",
                                  "pselect6",
                                  "epoll_create",
                                  "epoll_create1",
                                  "epoll_ctl",
                                  "epoll_wait",
                                  "epoll_pwait",
                                  "epoll_pwait2",
                                  "eventfd",
                                  "eventfd2",
                                  "signalfd",
                                  "signalfd4",
                                  "timerfd_create",
                                  "timerfd_settime",
                                  "timerfd_gettime"};
// Files and folders, inside the cell's own root.
constexpr std::array kFiles{
    "stat",       "fstat",     "lstat",      "newfstatat", "statx",     "access",     "faccessat",
    "faccessat2", "getdents",  "getdents64", "getcwd",     "chdir",     "fchdir",     "mkdir",
    "mkdirat",    "rmdir",     "unlink",     "unlinkat",   "rename",    "renameat",   "renameat2",
    "link",       "linkat",    "symlink",    "symlinkat",  "readlink",  "readlinkat", "chmod",
    "fchmod",     "fchmodat",  "fchmodat2",  "chown",      "fchown",    "lchown",     "fchownat",
    "truncate",   "ftruncate", "fallocate",  "fsync",      "fdatasync", "msync",      "umask",
    "utime",      "utimes",    "utimensat",  "futimesat",  "statfs",    "fstatfs",    "getxattr",
    "lgetxattr",  "fgetxattr", "listxattr",  "llistxattr", "flistxattr"};
// Memory. mbind and set_mempolicy stay out: one cell must not steer another's pages.
constexpr std::array kMemory{"brk",           "mmap",       "munmap",     "mremap",    "mprotect",
                             "mlock",         "mlock2",     "munlock",    "mlockall",  "munlockall",
                             "get_mempolicy", "membarrier", "pkey_alloc", "pkey_free", "pkey_mprotect"};
// Processes and threads; clone is below, clone3 cannot be looked into and so is "not there".
constexpr std::array kProcesses{"fork",
                                "vfork",
                                "execve",
                                "execveat",
                                "exit",
                                "exit_group",
                                "wait4",
                                "waitid",
                                "waitpid",
                                "kill",
                                "tkill",
                                "tgkill",
                                "rt_sigqueueinfo",
                                "rt_tgsigqueueinfo",
                                "pidfd_open",
                                "pidfd_send_signal",
                                "getpid",
                                "getppid",
                                "gettid",
                                "getpgid",
                                "getpgrp",
                                "setpgid",
                                "getsid",
                                "setsid",
                                "set_tid_address",
                                "set_robust_list",
                                "get_robust_list",
                                "rseq",
                                "futex",
                                "futex_time64",
                                "futex_waitv",
                                "arch_prctl",
                                "set_thread_area",
                                "get_thread_area",
                                "restart_syscall",
                                "getcpu",
                                "sched_yield",
                                "sched_getaffinity",
                                "sched_setaffinity",
                                "sched_getparam",
                                "sched_setparam",
                                "sched_getscheduler",
                                "sched_setscheduler",
                                "sched_getattr",
                                "sched_get_priority_max",
                                "sched_get_priority_min",
                                "sched_rr_get_interval",
                                "getpriority",
                                "setpriority",
                                "ioprio_get"};
// Signals.
constexpr std::array kSignals{"rt_sigaction", "rt_sigprocmask", "rt_sigpending",
                              "rt_sigreturn", "rt_sigsuspend",  "rt_sigtimedwait",
                              "sigaltstack",  "pause",          "alarm"};
// Who and where one is. The set* calls fail by themselves: a cell has no capability.
constexpr std::array kSelf{"getuid",    "geteuid", "getgid",    "getegid",   "getresuid", "getresgid",
                           "getgroups", "setuid",  "setgid",    "setresuid", "setresgid", "setreuid",
                           "setregid",  "capget",  "getrlimit", "setrlimit", "prlimit64", "getrusage",
                           "sysinfo",   "uname",   "times",     "getrandom"};
// Clocks, to read and to wait on; never to set.
constexpr std::array kClocks{"clock_gettime",       "clock_gettime64", "clock_getres",
                             "clock_getres_time64", "clock_nanosleep", "clock_nanosleep_time64",
                             "nanosleep",           "gettimeofday",    "time",
                             "getitimer",           "setitimer",       "timer_create",
                             "timer_settime",       "timer_gettime",   "timer_getoverrun",
                             "timer_delete"};
// Talking over descriptors that exist; socket itself is below.
constexpr std::array kSockets{"bind",        "listen",      "accept",     "accept4",  "connect",
                              "getsockname", "getpeername", "getsockopt", "sendto",   "recvfrom",
                              "sendmsg",     "recvmsg",     "sendmmsg",   "recvmmsg", "shutdown"};

// What terminals and pipes are asked; TIOCSTI and TIOCLINUX, which type for somebody else, are not here.
constexpr std::array<unsigned long, 9> kRequests{TCGETS,  TIOCGWINSZ, TIOCGPGRP, FIONREAD, FIONBIO,
                                                 FIOCLEX, FIONCLEX,   FIOASYNC,  TIOCOUTQ};
// What descriptors are asked. F_GETLK, F_NOTIFY and F_SETLEASE are not here: they tell what others do.
constexpr std::array kQuestions{F_DUPFD,     F_DUPFD_CLOEXEC, F_GETFD,      F_SETFD,
                                F_GETFL,     F_SETFL,         F_GETOWN,     F_SETOWN,
                                F_GETSIG,    F_SETSIG,        F_GETOWN_EX,  F_SETOWN_EX,
                                F_GET_SEALS, F_ADD_SEALS,     F_GETPIPE_SZ, F_SETPIPE_SZ};
constexpr std::array kLocks{F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW};
constexpr std::array kPersonal{PR_SET_NAME,
                               PR_GET_NAME,
                               PR_SET_PDEATHSIG,
                               PR_GET_PDEATHSIG,
                               PR_GET_DUMPABLE,
                               PR_CAPBSET_READ,
                               PR_GET_SECCOMP,
                               PR_GET_NO_NEW_PRIVS,
                               PR_SET_NO_NEW_PRIVS,
                               PR_SET_TIMERSLACK,
                               PR_GET_TIMERSLACK,
                               PR_SET_THP_DISABLE,
                               PR_GET_THP_DISABLE,
                               PR_SET_CHILD_SUBREAPER,
                               PR_GET_CHILD_SUBREAPER,
                               0x53564d41 /* PR_SET_VMA: names of mappings */};

constexpr std::uint32_t kNothing = SCMP_ACT_ERRNO(0);  // the call returns 0, and has done nothing
constexpr unsigned long kNewNamespaces = 0x7E020000;   // every CLONE_NEW* that clone takes

class Program {
 public:
  Program() : context_(::seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { ::seccomp_release(context_); }

  void add(std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> when = {}) {
    const int number = ::seccomp_syscall_resolve_name(name);
    if (number < 0 || context_ == nullptr) return;  // not a call of this machine
    const int done =
        ::seccomp_rule_add_array(context_, action, number, static_cast<unsigned>(when.size()), when.begin());
    if (done != 0 && failed_.empty()) failed_ = base::errno_text("seccomp_rule_add", name, -done);
  }
  template <class Names>
  void allow(const Names& names) {
    for (const char* name : names) add(SCMP_ACT_ALLOW, name);
  }

  base::Result<base::Fd> exported() {
    if (context_ == nullptr) return base::internal("seccomp_init failed: out of memory");
    if (!failed_.empty()) return base::internal(failed_);
    ::seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // A tree instead of a list: the kernel walks it for every call when the filter is installed.
    ::seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    auto memory = open_memory("seccomp");
    if (!memory) return memory;
    if (const int done = ::seccomp_export_bpf(context_, memory->get()); done != 0)
      return base::system_failure("seccomp_export_bpf", "memfd", -done);
    if (auto sealed = seal_memory(memory->get()); !sealed) return base::Failure(sealed.error());
    return memory;
  }

 private:
  scmp_filter_ctx context_;
  std::string failed_;
};

// Allows a call for every value of an int argument but one, which gets another action. The kernel takes the
// low half of the register, so a comparison of the whole would be passed by a bit in the high half: one rule
// for each bit in which the value may differ.
void allow_but(Program& program, const char* name, unsigned argument, std::uint32_t value,
               std::uint32_t action) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    const scmp_datum_t mask = 1ul << bit;
    program.add(SCMP_ACT_ALLOW, name, {scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, mask, ~value & mask}});
  }
  program.add(action, name, {scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value}});
}

// Cells see the same files, and a memory that several were handed can be opened for writing through /proc: a
// lock that held another off would be a bit from the one cell to the other. So locks of files are granted
// unasked and hold nobody off. Honest code has its files to itself, one process alone loses nothing by it,
// and the locks of multiprocessing are semaphores.
void grant_locks(Program& program) {
  for (const auto lock : kLocks)
    program.add(kNothing, "fcntl",
                {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, static_cast<scmp_datum_t>(lock))});
  program.add(kNothing, "flock");
}

// A socket holds what is on its way, and where no cgroup counts that, the watch counts each as full: so its
// room stays what it was made with.
void keep_socket_buffers(Program& program) {
  allow_but(program, "setsockopt", 2, SO_SNDBUF, kNothing);
}

// Rootless, a cell owns on the host the files that it is shown, and so might throw their pages out.
void add_advice(Program& program) {
  constexpr std::array kUnfollowed{MADV_MERGEABLE, 20 /* MADV_COLD */, 21 /* MADV_PAGEOUT */};
  constexpr unsigned kBits = 5;  // all advice in which these lie
  for (int advice = 0; advice < 1 << kBits; ++advice) {
    const bool follows = std::find(kUnfollowed.begin(), kUnfollowed.end(), advice) == kUnfollowed.end();
    program.add(follows ? SCMP_ACT_ALLOW : kNothing, "madvise",
                {SCMP_A2(SCMP_CMP_MASKED_EQ, 0xffffffff, static_cast<scmp_datum_t>(advice))});
  }
  for (unsigned bit = kBits; bit < 32; ++bit)
    program.add(SCMP_ACT_ALLOW, "madvise", {SCMP_A2(SCMP_CMP_MASKED_EQ, 1ul << bit, 1ul << bit)});
}

// Pages of files that two cells see are neither asked whether they are in memory nor thrown out of it, and
// equal pages are not merged: each would be a bit from the one to the other that needs no clock. Their advice
// is taken and not followed.
void add_calls_about_pages(Program& program) {
  program.add(SCMP_ACT_ALLOW, "preadv2", {SCMP_A5(SCMP_CMP_MASKED_EQ, RWF_NOWAIT, 0)});
  program.add(SCMP_ACT_ERRNO(EOPNOTSUPP), "preadv2", {SCMP_A5(SCMP_CMP_MASKED_EQ, RWF_NOWAIT, RWF_NOWAIT)});
  allow_but(program, "fadvise64", 3, POSIX_FADV_DONTNEED, kNothing);
  add_advice(program);
}

void add_calls_by_argument(Program& program) {
  program.add(SCMP_ACT_ALLOW, "clone", {SCMP_A0(SCMP_CMP_MASKED_EQ, kNewNamespaces, 0)});
  program.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
  // Between the cell's own processes, as multiprocessing and joblib do; never to a network.
  program.add(SCMP_ACT_ALLOW, "socket", {SCMP_A0(SCMP_CMP_EQ, AF_UNIX)});
  program.add(SCMP_ACT_ALLOW, "socketpair", {SCMP_A0(SCMP_CMP_EQ, AF_UNIX)});
  program.add(SCMP_ACT_ALLOW, "personality", {SCMP_A0(SCMP_CMP_EQ, 0)});
  program.add(SCMP_ACT_ALLOW, "personality", {SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, 0xffffffff)});
  for (const auto request : kRequests)
    program.add(SCMP_ACT_ALLOW, "ioctl", {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, request)});
  for (const auto question : kQuestions)
    program.add(SCMP_ACT_ALLOW, "fcntl",
                {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, static_cast<scmp_datum_t>(question))});
  for (const auto option : kPersonal)
    program.add(SCMP_ACT_ALLOW, "prctl", {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(option))});
}

void add_for_any(Program& program) {
  program.add(SCMP_ACT_ERRNO(EACCES), "socket", {SCMP_A0(SCMP_CMP_NE, AF_UNIX)});
}

void add_for_install(Program& program) {
  constexpr scmp_datum_t kType = 0xf;  // without SOCK_CLOEXEC and SOCK_NONBLOCK
  for (const scmp_datum_t family : {AF_INET, AF_INET6})
    for (const scmp_datum_t protocol : {0, static_cast<int>(IPPROTO_TCP)})
      program.add(SCMP_ACT_ALLOW, "socket",
                  {SCMP_A0(SCMP_CMP_EQ, family), SCMP_A1(SCMP_CMP_MASKED_EQ, kType, SOCK_STREAM),
                   SCMP_A2(SCMP_CMP_EQ, protocol)});
}

}  // namespace

base::Result<base::Fd> seccomp_program(MemoryFiles memory_files, Work work) {
  Program program;
  program.allow(kBytes);
  program.allow(kDescriptors);
  program.allow(kFiles);
  program.allow(kMemory);
  program.allow(kProcesses);
  program.allow(kSignals);
  program.allow(kSelf);
  program.allow(kClocks);
  program.allow(kSockets);
  add_calls_by_argument(program);
  work == Work::install ? add_for_install(program) : add_for_any(program);
  grant_locks(program);
  keep_socket_buffers(program);
  add_calls_about_pages(program);
  if (memory_files == MemoryFiles::allowed) program.add(SCMP_ACT_ALLOW, "memfd_create");
  return program.exported();
}

}  // namespace sandbox
