#include "judge/cells/gate.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/time.h>

#include "base/time.h"
#include "judge/cells/rules.h"

namespace cells {
namespace {

using environments::IndexHost;

constexpr double kConnectSeconds = 15;
constexpr int kSlice = 100;  // milliseconds between two looks at `stop`
constexpr std::size_t kLongestAnswer = 16u << 10;

struct Block {
  std::uint32_t network;
  int bits;
};
// "This host", its loopback, its link (where clouds keep their metadata), groups and broadcast.
constexpr std::array kHere{Block{0x00000000, 8}, Block{0x7f000000, 8}, Block{0xa9fe0000, 16},
                           Block{0xe0000000, 3}};

bool is_elsewhere_v4(std::uint32_t address) {
  return std::none_of(kHere.begin(), kHere.end(), [&](const Block& block) {
    return (address ^ block.network) >> (32 - block.bits) == 0;
  });
}

// The IPv4 address that some of IPv6's carry: mapped, compatible, or translated by 64:ff9b::/96.
std::optional<std::uint32_t> embedded_v4(const unsigned char* bytes) {
  const bool zeros = std::all_of(bytes, bytes + 10, [](unsigned char byte) { return byte == 0; });
  const bool mapped = zeros && bytes[10] == bytes[11] && (bytes[10] == 0 || bytes[10] == 0xff);
  constexpr std::array<unsigned char, 12> kTranslated{0, 0x64, 0xff, 0x9b};
  if (!mapped && std::memcmp(bytes, kTranslated.data(), kTranslated.size()) != 0) return std::nullopt;
  std::uint32_t address = 0;
  std::memcpy(&address, bytes + 12, sizeof address);
  return ntohl(address);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

base::Result<Addresses> addresses_of(const std::string& host, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (failed != 0)
    return base::unavailable(fmt::format("{} has no address here: {}", host, ::gai_strerror(failed)));
  return Addresses(found, &::freeaddrinfo);
}

// 0, or why it failed.
int finish_connecting(int socket, const std::atomic<bool>& stop) {
  const base::Stopwatch watch;
  pollfd place{socket, POLLOUT, 0};
  while (::poll(&place, 1, kSlice) <= 0) {
    if (stop) return ECANCELED;
    if (watch.seconds() > kConnectSeconds) return ETIMEDOUT;
  }
  int number = 0;
  socklen_t size = sizeof number;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size);
  return number;
}

// A blocking stream; nothing, and errno, where it failed.
base::Fd connected(const addrinfo& to, const std::atomic<bool>& stop) {
  base::Fd socket(::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return socket;
  int number = ::connect(socket.get(), to.ai_addr, to.ai_addrlen) == 0 ? 0 : errno;
  if (number == EINPROGRESS) number = finish_connecting(socket.get(), stop);
  if (number != 0) {
    errno = number;
    return {};
  }
  ::fcntl(socket.get(), F_SETFL, 0);
  return socket;
}

base::Result<base::Fd> connect_to(const IndexHost& host, const std::atomic<bool>& stop) {
  const auto addresses = addresses_of(host.name, host.port);
  if (!addresses) return tl::unexpected(addresses.error());
  int number = 0;
  for (const auto* each = addresses->get(); each != nullptr; each = each->ai_next) {
    if (host.is_remote && !is_elsewhere(*each->ai_addr)) {
      number = EACCES;
      continue;
    }
    auto socket = connected(*each, stop);
    if (socket) return socket;
    number = errno;
  }
  if (number == EACCES)
    return base::unavailable(fmt::format(
        "{} has an address of this host itself here, which builds do not reach: where the index stands here, "
        "name it so in pip's settings (index-url)",
        host.name));
  return base::unavailable(
      fmt::format("{}:{} cannot be reached: {}", host.name, host.port, std::strerror(number)));
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j)
      three = three << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : kLetters[three >> (18 - 6 * j) & 63];
  }
  return text;
}

// A URL writes a colon or an at sign of a password as %3A or %40.
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = std::string(text.substr(std::min(i + 1, text.size()), 2));
    char* end = nullptr;
    const auto value = std::strtol(digits.c_str(), &end, 16);
    if (text[i] != '%' || digits.size() < 2 || *end != '\0') {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(value);
    i += 2;
  }
  return plain;
}

// The first line of a proxy's answer; its head is read, and not a byte of what follows it.
std::string read_answer(int socket) {
  std::string head;
  char byte = 0;
  while (head.size() < kLongestAnswer && !head.ends_with("\r\n\r\n")) {
    if (::recv(socket, &byte, 1, 0) != 1) return "";
    head += byte;
  }
  head.resize(std::min(head.size(), head.find('\r')));
  return head;
}

}  // namespace

bool is_elsewhere(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return is_elsewhere_v4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  const auto* bytes = six.sin6_addr.s6_addr;
  if (const auto four = embedded_v4(bytes)) return is_elsewhere_v4(*four);
  const bool is_link = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
  return !is_link && bytes[0] != 0xff;
}

base::Result<IndexHost> Gate::allowed(std::string_view place) const {
  for (const auto& host : index_.hosts) {
    const bool is_six = host.name.find(':') != std::string::npos;
    if (place ==
        (is_six ? fmt::format("[{}]:{}", host.name, host.port) : fmt::format("{}:{}", host.name, host.port)))
      return host;
  }
  std::string names;
  for (const auto& host : index_.hosts) names += fmt::format("{}{}", names.empty() ? "" : ", ", host.name);
  return tl::unexpected(base::Error{
      base::ErrorKind::forbidden, fmt::format("{} is not the package index: a build reaches {} and no other",
                                              printable(place), names.empty() ? "no host" : names)});
}

bool Gate::goes_directly(const std::string& host) const {
  if (index_.proxy.empty()) return true;
  return std::any_of(index_.no_proxy.begin(), index_.no_proxy.end(), [&](const std::string& end) {
    const auto name = end.starts_with('.') ? end.substr(1) : end;
    return end == "*" || host == name || (!name.empty() && host.ends_with("." + name));
  });
}

base::Result<base::Fd> Gate::connect(std::string_view place, const std::atomic<bool>& stop) const {
  const auto host = allowed(place);
  if (!host) return tl::unexpected(host.error());
  return goes_directly(host->name) ? connect_to(*host, stop) : connect_through_proxy(*host, stop);
}

base::Result<base::Fd> Gate::connect_through_proxy(const IndexHost& host,
                                                   const std::atomic<bool>& stop) const {
  const auto proxy = environments::proxy_from(index_.proxy);
  if (!proxy)
    return base::unavailable(
        "this host's proxy is none that builds can use: set HTTPS_PROXY to an http:// one");
  auto socket = connect_to({proxy->host, proxy->port, false}, stop);
  if (!socket) return socket;
  auto asked = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n", host.name, host.port);
  if (!proxy->credentials.empty())
    asked += fmt::format("Proxy-Authorization: Basic {}\r\n", base64(decoded(proxy->credentials)));
  const timeval patience{static_cast<time_t>(kConnectSeconds), 0};
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (auto told = base::write_all(socket->get(), asked + "\r\n"); !told) return tl::unexpected(told.error());
  const auto answer = read_answer(socket->get());
  if (answer.find(" 200") == std::string::npos)
    return base::unavailable(fmt::format("this host's proxy does not connect to {}: it says \"{}\"",
                                         host.name, printable(answer)));
  const timeval forever{};
  ::setsockopt(socket->get(), SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
  return socket;
}

}  // namespace cells
