// From a fork to a sealed process, in one call: no line of Python runs meanwhile, so that a cell which waits
// shares nearly all of its zygote's pages. Allocates nothing; knows nothing of Python.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/sandbox/order.h"
#include "machine/sandbox/steps.h"

namespace {

constexpr const char* kStage = "/stage";
constexpr std::size_t kLargestPacket = 64u << 10, kMostDescriptors = 250;

agora_sealed g_sealed;
char g_packet[kLargestPacket + 1];
int g_link = -1;

void say(const char* text) {
  while (::send(g_link, text, std::strlen(text), MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void give_up(const char* why) {
  char words[600];
  std::snprintf(words, sizeof words, "failed %s", why);
  say(words);
  ::_exit(1);
}

void check(int answer) {
  if (answer < 0) give_up(agora_failure());
}

[[noreturn]] void fail(const char* call, const char* object) {
  char why[300];
  std::snprintf(why, sizeof why, "%s %s: %s (%d)", call, object, std::strerror(errno), errno);
  give_up(why);
}

struct Packet {
  const char* text;
  std::size_t size;
  int fds[kMostDescriptors];
  int count;
};

void receive(Packet& packet) {
  iovec piece{g_packet, kLargestPacket};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * (kMostDescriptors + 3))];
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = 0;
  do got = ::recvmsg(g_link, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0) ::_exit(1);  // the warden is gone
  g_packet[got] = '\0';
  packet.text = g_packet;
  packet.size = static_cast<std::size_t>(got);
  packet.count = 0;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    packet.count = static_cast<int>((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    if (packet.count > static_cast<int>(kMostDescriptors)) give_up("the warden sent too many descriptors");
    std::memcpy(packet.fds, CMSG_DATA(head), static_cast<std::size_t>(packet.count) * sizeof(int));
  }
}

// A cgroup's file takes "0" for the process that writes; its right to is that of who opened the file.
void enter_groups(const int* files, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    if (::write(files[i], "0", 1) != 1) fail("write", "of a cgroup's list of processes");
    ::close(files[i]);
  }
}

void keep_only(const int* fds, int count) {
  int sorted[16];
  if (count > 16) give_up("there are more descriptors than a fork is given");
  std::copy(fds, fds + count, sorted);
  std::sort(sorted, sorted + count);
  check(agora_close_others(sorted, count));
}

void take_streams(int output) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing < 0) fail("open", "/dev/null");
  for (const auto& [from, to] : {std::pair{nothing, 0}, std::pair{output, 1}, std::pair{output, 2}})
    if (::dup2(from, to) < 0) fail("dup2", "a standard stream");
  ::close(nothing);
  ::close(output);
}

void build_base(const char* at, const char* end) {
  const auto word = [&] {
    const char* start = at;
    at += std::strlen(at) + 1;
    return start;
  };
  while (at < end) {
    const char kind = *word();
    const char* target = word();
    if (kind == 'l') {
      check(agora_link(target, word()));
      continue;
    }
    const int tree = agora_tree(target);
    check(tree);
    check(agora_attach(tree, target));
  }
}

void take_handed(const char* names, std::size_t size, const int* fds, int count) {
  if (size > sizeof g_sealed.handed_names) give_up("the names of what is handed to the cell are too long");
  std::memcpy(g_sealed.handed_names, names, size);
  std::copy(fds, fds + count, g_sealed.handed);
  g_sealed.handed_count = count;
}

// "TREES MORE" and a zero, then as many targets; where there are no more, the names of what is handed.
void attach_mounts() {
  Packet packet;
  for (bool more = true; more;) {
    receive(packet);
    int trees = 0, goes_on = 0;
    if (std::sscanf(packet.text, "%d %d", &trees, &goes_on) != 2 || trees > packet.count)
      give_up("the warden's mounts cannot be read");
    const char* at = packet.text + std::strlen(packet.text) + 1;
    for (int i = 0; i < trees; ++i, at += std::strlen(at) + 1) check(agora_attach(packet.fds[i], at));
    more = goes_on != 0;
    if (more)
      say("mounts");
    else
      take_handed(at, static_cast<std::size_t>(packet.text + packet.size - at), packet.fds + trees,
                  packet.count - trees);
  }
}

void build_root(const agora_order& order, const char* work, const char* base, unsigned base_size) {
  check(agora_own_namespaces());
  if (order.loopback != 0) {
    check(agora_new_network());
    check(agora_loopback());
  }
  check(agora_root_open(kStage));
  check(agora_tmpfs("/tmp", order.scratch_bytes, order.files));
  check(agora_tmpfs("/dev/shm", order.scratch_bytes, order.files));
  if (order.out_bytes != 0) check(agora_tmpfs("/out", order.out_bytes, order.files));
  build_base(base, base + base_size);
  check(agora_folder(work, 0755));
  attach_mounts();
  if (order.is_zygote != 0) check(agora_folder(kStage, 0755));
  check(agora_proc());
  check(agora_root_close());
  if (::chdir(work) != 0) fail("chdir", work);
}

// What the process holds already, as RLIMIT_DATA counts it.
unsigned long long data_bytes() {
  char text[4096];
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const ssize_t got = file < 0 ? -1 : ::read(file, text, sizeof text - 1);
  if (got <= 0) fail("read", "/proc/self/status");
  ::close(file);
  text[got] = '\0';
  const char* line = std::strstr(text, "\nVmData:");
  if (line == nullptr) give_up("read /proc/self/status: no VmData in it");
  return std::strtoull(line + 8, nullptr, 10) << 10;
}

// The point of no return: limits, user, capabilities, system calls.
void close_in(const agora_order& order, int filter) {
  const auto data = order.data_bytes == 0 ? 0 : data_bytes() + order.data_bytes;
  const agora_limits limits{order.file_bytes, data, order.processes};
  check(agora_become(order.user, static_cast<int>(order.own_users)));
  check(agora_limit(&limits));
  check(agora_filter(filter));
}

const agora_order& read_order(int fd) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) fail("stat", "the order");
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) fail("mmap", "the order");
  ::close(fd);
  return *static_cast<const agora_order*>(memory);
}

bool seal(const char* base, unsigned base_size, const int* fds, int count) {
  g_link = fds[0];
  keep_only(fds, count);
  const agora_order& order = read_order(fds[4]);
  char* work = const_cast<char*>(reinterpret_cast<const char*>(&order + 1));
  const int* doors = fds + (order.is_zygote != 0 ? 6 : 5);
  enter_groups(doors, order.groups);
  take_streams(fds[2]);
  ::setsid();
  build_root(order, work, base, base_size);
  if (order.is_zygote == 0) close_in(order, fds[3]);
  ::close(fds[3]);
  g_sealed.channel = fds[1];
  g_sealed.control = order.is_zygote != 0 ? fds[5] : -1;
  g_sealed.entry = work + order.work_size;
  g_sealed.argument = g_sealed.entry + order.entry_size;
  g_sealed.argument_size = order.argument_size;
  g_sealed.counts_itself = order.data_bytes != 0 ? 1 : 0;
  return order.parks != 0;
}

void await_go() {
  Packet go;
  say("sealed");
  receive(go);  // the warden has counted this process in
  ::close(g_link);
}

void park() {
  pollfd channel{g_sealed.channel, POLLIN, 0};
  while (::poll(&channel, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace

int agora_fork(const char* base, unsigned base_size, const int* fds, int count, void (*awake)(void)) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const bool parks = seal(base, base_size, fds, count);
  await_go();
  awake();
  if (parks) park();
  return 0;
}

const agora_sealed* agora_hands(void) {
  return &g_sealed;
}
