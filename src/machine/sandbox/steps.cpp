#include "machine/sandbox/steps.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// <sys/mount.h> and <linux/mount.h> define the same names in some systems; these calls are taken raw.
namespace {

constexpr unsigned long kReadOnly = 1, kNoSuid = 2, kNoDev = 4, kNoExec = 8;  // MS_*
constexpr unsigned long kRecursive = 16384, kPrivate = 1ul << 18;             // MS_REC, MS_PRIVATE
constexpr int kDetach = 2;                                                    // MNT_DETACH
constexpr int kLastCapability = 40;

char g_failure[512] = "nothing failed";
int g_root = -1;

int fail(const char* call, const char* object) {
  const int number = errno;
  std::snprintf(g_failure, sizeof g_failure, "%s %s: %s (%d)", call, object, std::strerror(number), number);
  return -1;
}

int mount_at(const char* source, const char* target, const char* type, unsigned long flags,
             const char* options) {
  return static_cast<int>(::syscall(SYS_mount, source, target, type, flags, options));
}

const char* inside(const char* target) {  // "/kit/data" → "kit/data"
  while (*target == '/') ++target;
  return *target == '\0' ? "." : target;
}

// Opens a place below the new root without ever following a link.
int open_inside(const char* relative, unsigned long long flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, g_root, relative, &how, sizeof how));
}

// Makes the folders that lead to `target`; the last part is left in `name` and its parent is returned open.
int open_parent(const char* target, char* name, std::size_t size) {
  char path[4096];
  const auto length = std::strlen(inside(target));
  if (length >= sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(path, inside(target), length + 1);
  char* part = path;
  int parent = open_inside(".", O_PATH | O_DIRECTORY);
  while (parent >= 0) {
    char* slash = std::strchr(part, '/');
    if (slash == nullptr) break;
    *slash = '\0';
    if (::mkdirat(parent, part, 0755) != 0 && errno != EEXIST && errno != EROFS) break;
    ::close(parent);
    parent = open_inside(path, O_PATH | O_DIRECTORY);
    *slash = '/';
    for (part = slash + 1; *part == '/';) ++part;
  }
  if (parent < 0) return parent;
  const bool stuck = std::strchr(part, '/') != nullptr;
  const auto last = std::strlen(part);
  if (!stuck && last < size) {
    std::memcpy(name, part, last + 1);
    return parent;
  }
  const int number = stuck ? errno : ENAMETOOLONG;
  ::close(parent);
  errno = number;
  return -1;
}

int make_mount_point(int parent, const char* name, bool folder) {
  struct stat facts {};
  if (::fstatat(parent, name, &facts, AT_SYMLINK_NOFOLLOW) == 0) {
    if (folder == S_ISDIR(facts.st_mode)) return 0;
    errno = folder ? ENOTDIR : EISDIR;
    return -1;
  }
  if (folder) return ::mkdirat(parent, name, 0755);
  const int file = ::openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) return -1;
  return ::close(file);
}

int write_text(const char* path, const char* text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fail("open", path);
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const ssize_t put = ::write(fd, text, static_cast<std::size_t>(size));
  const int number = errno;
  ::close(fd);
  errno = number;
  return put == size ? 0 : fail("write", path);
}

int limit(int which, const char* name, unsigned long long soft, unsigned long long hard) {
  struct rlimit now {};
  if (::getrlimit(static_cast<__rlimit_resource_t>(which), &now) != 0) return fail("getrlimit", name);
  struct rlimit wanted {
    soft, hard
  };
  if (wanted.rlim_max > now.rlim_max) wanted.rlim_max = now.rlim_max;
  if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
  return ::setrlimit(static_cast<__rlimit_resource_t>(which), &wanted) == 0 ? 0 : fail("setrlimit", name);
}

int map_only(const char* path, unsigned id, unsigned outside) {
  char line[64];
  std::snprintf(line, sizeof line, "%u %u 1\n", id, outside);
  return write_text(path, line);
}

}  // namespace

const char* agora_failure(void) {
  return g_failure;
}

int agora_own_namespaces(void) {
  if (::unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
    return fail("unshare", "mount, ipc and uts namespaces");
  if (::sethostname("cell", 4) != 0) return fail("sethostname", "cell");
  return 0;
}

int agora_new_network(void) {
  return ::unshare(CLONE_NEWNET) == 0 ? 0 : fail("unshare", "network namespace");
}

int agora_enter_network(int network) {
  return ::setns(network, CLONE_NEWNET) == 0 ? 0 : fail("setns", "network namespace");
}

int agora_loopback(void) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return fail("socket", "for the loopback");
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int done = ::ioctl(socket, SIOCSIFFLAGS, &request);
  if (done != 0) fail("ioctl SIOCSIFFLAGS", "lo");
  ::close(socket);
  return done;
}

int agora_children_apart(void) {
  return ::unshare(CLONE_NEWPID) == 0 ? 0 : fail("unshare", "pid namespace");
}

int agora_own_children(int pid_ns) {
  return ::setns(pid_ns, CLONE_NEWPID) == 0 ? 0 : fail("setns", "own pid namespace");
}

int agora_root_open(const char* stage) {
  if (mount_at(nullptr, "/", nullptr, kRecursive | kPrivate, nullptr) != 0)
    return fail("mount", "/ as private");
  if (mount_at("root", stage, "tmpfs", kNoSuid | kNoDev, "mode=0755,size=4m,nr_inodes=65536") != 0)
    return fail("mount tmpfs", stage);
  g_root = ::open(stage, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return g_root >= 0 ? 0 : fail("open", stage);
}

int agora_folder(const char* target, unsigned mode) {
  char name[256];
  const int parent = open_parent(target, name, sizeof name);
  if (parent < 0) return fail("mkdir", target);
  const bool made = ::mkdirat(parent, name, mode) == 0 || errno == EEXIST || errno == EROFS;
  const int number = errno;
  ::close(parent);
  errno = number;
  return made ? 0 : fail("mkdir", target);
}

int agora_file(const char* target, const char* text) {
  char name[256];
  const int parent = open_parent(target, name, sizeof name);
  if (parent < 0) return fail("open", target);
  const int file = ::openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  ::close(parent);
  if (file < 0) return fail("open", target);
  const auto size = std::strlen(text);
  const bool whole = ::write(file, text, size) == static_cast<ssize_t>(size);
  ::close(file);
  return whole ? 0 : fail("write", target);
}

int agora_link(const char* target, const char* to) {
  char name[256];
  const int parent = open_parent(target, name, sizeof name);
  if (parent < 0) return fail("symlink", target);
  const int done = ::symlinkat(to, parent, name);
  ::close(parent);
  return done == 0 ? 0 : fail("symlink", target);
}

int agora_tmpfs(const char* target, unsigned long long bytes, unsigned long long inodes) {
  if (agora_folder(target, 01777) != 0) return -1;
  const int place = open_inside(inside(target), O_PATH | O_DIRECTORY);
  if (place < 0) return fail("open", target);
  char path[64], options[128];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", place);
  std::snprintf(options, sizeof options, "mode=1777,size=%llu,nr_inodes=%llu", bytes, inodes + 2);
  const int done = mount_at("scratch", path, "tmpfs", kNoSuid | kNoDev, options);
  const int number = errno;
  ::close(place);
  errno = number;
  return done == 0 ? 0 : fail("mount tmpfs", target);
}

int agora_tree(const char* path) {
  const auto flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW;
  const int tree = static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, path, flags));
  return tree >= 0 ? tree : fail("open_tree", path);
}

int agora_attach(int tree, const char* target) {
  struct stat facts {};
  if (::fstat(tree, &facts) != 0) return fail("stat", target);
  char name[256];
  const int parent = open_parent(target, name, sizeof name);
  if (parent < 0) return fail("make the mount point", target);
  const int made = make_mount_point(parent, name, S_ISDIR(facts.st_mode));
  const int number = errno;
  ::close(parent);
  errno = number;
  if (made != 0) return fail("make the mount point", target);
  const int place = open_inside(inside(target), O_PATH);
  if (place < 0) return fail("open", target);
  const auto flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  const int done = static_cast<int>(::syscall(SYS_move_mount, tree, "", place, "", flags));
  if (done != 0) fail("move_mount", target);
  ::close(place);
  ::close(tree);
  return done;
}

int agora_proc(void) {
  if (agora_folder("/proc", 0555) != 0) return -1;
  const int place = open_inside("proc", O_PATH | O_DIRECTORY);
  if (place < 0) return fail("open", "/proc");
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", place);
  const int done = mount_at("proc", path, "proc", kNoSuid | kNoDev | kNoExec, nullptr);
  if (done != 0) fail("mount proc", "/proc");
  ::close(place);
  return done;
}

int agora_root_close(void) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (::syscall(SYS_mount_setattr, g_root, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0)
    return fail("mount_setattr", "the new root as read-only");
  if (::fchdir(g_root) != 0) return fail("chdir", "the new root");
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return fail("pivot_root", "the new root");
  if (::syscall(SYS_umount2, ".", kDetach) != 0) return fail("umount", "the old root");
  if (::chdir("/") != 0) return fail("chdir", "/");
  ::close(g_root);
  g_root = -1;
  return 0;
}

int agora_limit(const struct agora_limits* limits) {
  constexpr unsigned long long kMega = 1ull << 20;
  const auto data = limits->data_bytes == 0 ? RLIM_INFINITY : limits->data_bytes;
  if (limit(RLIMIT_CORE, "core", 0, 0) != 0) return -1;
  if (limit(RLIMIT_FSIZE, "file size", limits->file_bytes, limits->file_bytes) != 0) return -1;
  if (limit(RLIMIT_NOFILE, "open files", 4096, 4096) != 0) return -1;
  if (limit(RLIMIT_MEMLOCK, "locked memory", 64 << 10, 64 << 10) != 0) return -1;
  if (limit(RLIMIT_MSGQUEUE, "message queues", 0, 0) != 0) return -1;
  if (limit(RLIMIT_SIGPENDING, "pending signals", 1024, 1024) != 0) return -1;
  if (limit(RLIMIT_STACK, "stack", 8 * kMega, 64 * kMega) != 0) return -1;
  if (limit(RLIMIT_NICE, "nice", 0, 0) != 0 || limit(RLIMIT_RTPRIO, "priority", 0, 0) != 0) return -1;
  if (limit(RLIMIT_NPROC, "processes", limits->processes, limits->processes) != 0) return -1;
  return limit(RLIMIT_DATA, "data", data, data);
}

namespace {

int become_alone(unsigned id) {
  const unsigned uid = ::geteuid(), gid = ::getegid();
  if (::unshare(CLONE_NEWUSER) != 0) return fail("unshare", "user namespace");
  if (map_only("/proc/self/uid_map", id, uid) != 0) return -1;
  if (write_text("/proc/self/setgroups", "deny") != 0) return -1;
  return map_only("/proc/self/gid_map", id, gid);
}

}  // namespace

int agora_become(unsigned id, int own_users) {
  if (own_users != 0 && become_alone(id) != 0) return -1;
  for (int capability = 0; capability <= kLastCapability; ++capability)
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL)
      return fail("prctl", "drop of the bounding set");
  if (own_users == 0 && ::setgroups(0, nullptr) != 0) return fail("setgroups", "none");
  if (::setresgid(id, id, id) != 0) return fail("setresgid", "the slot's id");
  if (::setresuid(id, id, id) != 0) return fail("setresuid", "the slot's id");
  if (agora_keep_capabilities(0) != 0) return -1;
  // Honest code reads /proc/self; nothing outside this tree can see it, and ptrace is filtered.
  if (::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return fail("prctl", "dumpable");
  uid_t real = 0, effective = 0, saved = 0;
  if (::getresuid(&real, &effective, &saved) != 0) return fail("getresuid", "self");
  errno = EPERM;
  return real == id && effective == id && saved == id ? 0 : fail("setresuid", "did not hold");
}

int agora_keep_capabilities(unsigned long long keep) {
  for (int capability = 0; capability <= kLastCapability; ++capability)
    if ((keep >> capability & 1) == 0 && ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
        ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      return fail("prctl", "drop of the bounding set");
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return fail("prctl", "clearing of the ambient set");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  for (int half = 0; half < 2; ++half)
    data[half].effective = data[half].permitted = static_cast<unsigned>(keep >> (32 * half));
  if (::syscall(SYS_capset, &header, data) != 0) return fail("capset", "self");
  return 0;
}

int agora_filter(int filter) {
  static sock_filter program[4096];
  const ssize_t size = ::pread(filter, program, sizeof program, 0);
  if (size <= 0 || static_cast<std::size_t>(size) == sizeof program)
    return fail("read", "the seccomp program");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail("prctl", "no new privileges");
  sock_fprog whole{static_cast<unsigned short>(static_cast<std::size_t>(size) / sizeof program[0]), program};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) != 0) return fail("seccomp", "the filter");
  return 0;
}

int agora_close_others(const int* keep, int count) {
  unsigned from = 3;
  for (int i = 0; i < count; ++i) {
    const auto fd = static_cast<unsigned>(keep[i]);
    if (fd < from) continue;
    if (fd > from && ::close_range(from, fd - 1, 0) != 0) return fail("close_range", "other descriptors");
    from = fd + 1;
  }
  return ::close_range(from, ~0u, 0) == 0 ? 0 : fail("close_range", "other descriptors");
}

int agora_die_with_parent(void) {
  return ::prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0) == 0 ? 0 : fail("prctl", "death with the parent");
}
