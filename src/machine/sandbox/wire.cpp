#include "machine/sandbox/wire.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace sandbox {
namespace {

constexpr std::size_t kRoom = CMSG_SPACE(sizeof(int) * (kMostDescriptors + 3));

std::vector<base::Fd> descriptors_of(msghdr& message) {
  std::vector<base::Fd> fds;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return fds;
}

// -1 with errno, 0 at the end, else the length. A reset is told once, before what is still to be read: it
// means that the other side closed without reading all of ours, and takes nothing back of what it said.
ssize_t receive(int socket, msghdr& message, Wait wait) {
  const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::no ? MSG_DONTWAIT : 0);
  while (true) {
    const ssize_t got = ::recvmsg(socket, &message, flags);
    if (got >= 0 || (errno != EINTR && errno != ECONNRESET)) return got;
  }
}

base::Failure why_not(int number) {
  if (number == EAGAIN) return base::unavailable("no message is there");
  return base::system_failure("recvmsg", "socket", number);
}

}  // namespace

base::Result<std::pair<base::Fd, base::Fd>> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return base::system_failure("socketpair", "SOCK_SEQPACKET", errno);
  return std::pair(base::Fd(ends[0]), base::Fd(ends[1]));
}

base::Result<void> send_packet(int socket, std::string_view bytes, std::span<const int> fds, Wait wait) {
  iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[kRoom] = {};
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(head), fds.data(), fds.size_bytes());
  }
  while (::sendmsg(socket, &message, MSG_NOSIGNAL | (wait == Wait::no ? MSG_DONTWAIT : 0)) < 0) {
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return base::unavailable("the other side does not read its messages");
    return base::system_failure("sendmsg", "socket", errno);
  }
  return {};
}

base::Result<std::optional<Packet>> receive_packet(int socket, std::size_t most, Wait wait) {
  Packet packet;
  packet.bytes.resize(most);
  iovec piece{packet.bytes.data(), most};
  alignas(cmsghdr) char control[kRoom];
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = receive(socket, message, wait);
  if (got < 0) return why_not(errno);
  packet.fds = descriptors_of(message);
  if ((message.msg_flags & MSG_TRUNC) != 0) return base::too_large("a message is too long");
  if (got == 0) return std::nullopt;
  packet.bytes.resize(static_cast<std::size_t>(got));
  return packet;
}

base::Result<std::optional<std::string>> receive_bytes(int socket, std::size_t most, Wait wait) {
  std::string bytes(most, '\0');
  iovec piece{bytes.data(), most};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  const ssize_t got = receive(socket, message, wait);
  if (got < 0) return why_not(errno);
  if ((message.msg_flags & MSG_TRUNC) != 0) return base::too_large("a message is too long");
  if (got == 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace sandbox
