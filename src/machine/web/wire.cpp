#include "machine/web/wire.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace web {
namespace {

using std::chrono::milliseconds;

void set_time(int fd, milliseconds time) {
  const timeval value{time.count() / 1000, (time.count() % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

// Returns errno, 0 when connected.
int connect_within(int fd, const addrinfo& to, milliseconds time) {
  if (::connect(fd, to.ai_addr, to.ai_addrlen) != 0 && errno != EINPROGRESS) return errno;
  pollfd wait{fd, POLLOUT, 0};
  if (::poll(&wait, 1, static_cast<int>(time.count())) != 1) return ETIMEDOUT;
  int failed = 0;
  socklen_t size = sizeof failed;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  return failed;
}

base::Result<base::Fd> connect_to(const WireSettings& settings) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(settings.host.c_str(), settings.port.c_str(), &hints, &found);
      failed != 0)
    return base::unavailable(fmt::format("{} cannot be found: {}", settings.host, ::gai_strerror(failed)));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  int failed = ECONNREFUSED;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    base::Fd fd(::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) continue;
    failed = connect_within(fd.get(), *each, settings.connect_time);
    if (failed != 0) continue;
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    set_time(fd.get(), settings.silent_time);
    return fd;
  }
  return base::unavailable(
      fmt::format("{}:{} cannot be reached: {}", settings.host, settings.port, std::strerror(failed)));
}

base::Failure broken(std::string_view doing) {
  const bool slow = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS;
  return base::unavailable(slow ? std::string("the server was silent for too long")
                                : fmt::format("the connection broke while {}", doing),
                           std::strerror(errno));
}

// What is wrong with a certificate, and what to change.
std::string words_for(long verdict) {
  switch (verdict) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "comes from an authority that is unknown here: where it is the center's own, set SSL_CERT_FILE "
             "to that "
             "authority's certificate (whoever runs the server has it)";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "is another server's: check the address";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "has expired: ask whoever runs the server to renew it, and see that the clock here is right";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "is not valid yet: see that the clock here is right";
    default:
      return fmt::format("is not right: {}", X509_verify_cert_error_string(verdict));
  }
}

}  // namespace

struct Wire::Tls {
  SSL_CTX* context = nullptr;
  SSL* session = nullptr;
  ~Tls() {
    SSL_free(session);
    SSL_CTX_free(context);
  }
};

Wire::Wire(base::Fd fd) : fd_(std::move(fd)) {}
Wire::~Wire() = default;

base::Result<std::unique_ptr<Wire>> Wire::open(const WireSettings& settings) {
  auto fd = connect_to(settings);
  if (!fd) return base::Failure(fd.error());
  std::unique_ptr<Wire> wire(new Wire(std::move(*fd)));
  if (settings.tls)
    if (auto begun = wire->begin_tls(settings); !begun) return base::Failure(begun.error());
  return wire;
}

base::Result<void> Wire::begin_tls(const WireSettings& settings) {
  // OpenSSL writes with write(2): a peer that closed must give an error and not end the program.
  struct sigaction present {};
  ::sigaction(SIGPIPE, nullptr, &present);
  if (present.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);

  tls_ = std::make_unique<Tls>();
  tls_->context = SSL_CTX_new(TLS_client_method());
  if (tls_->context == nullptr) return base::internal("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(tls_->context, TLS1_2_VERSION);
  SSL_CTX_set_verify(tls_->context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(tls_->context);
  if (!settings.certificates.empty() &&
      SSL_CTX_load_verify_locations(tls_->context, settings.certificates.c_str(), nullptr) != 1)
    return base::invalid(fmt::format("{} holds no certificates in PEM", settings.certificates));
  tls_->session = SSL_new(tls_->context);
  unsigned char address[16];
  const bool is_address = ::inet_pton(AF_INET, settings.host.c_str(), address) == 1 ||
                          ::inet_pton(AF_INET6, settings.host.c_str(), address) == 1;
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_->session), settings.host.c_str());
  } else {
    SSL_set_tlsext_host_name(tls_->session, settings.host.c_str());
    SSL_set1_host(tls_->session, settings.host.c_str());
  }
  SSL_set_fd(tls_->session, fd_.get());
  if (SSL_connect(tls_->session) == 1) return {};
  const auto verdict = SSL_get_verify_result(tls_->session);
  if (verdict != X509_V_OK)
    return base::unavailable(fmt::format("the certificate of {} {}", settings.host, words_for(verdict)),
                             X509_verify_cert_error_string(verdict));
  return base::unavailable(fmt::format("{}:{} does not speak TLS: does its address begin with http://?",
                                       settings.host, settings.port));
}

base::Result<std::size_t> Wire::read(char* into, std::size_t most) {
  if (tls_) {
    std::size_t got = 0;
    if (SSL_read_ex(tls_->session, into, most, &got) == 1) return got;
    // Without close_notify an end may be an attacker's: lengths in the message decide whether it was whole.
    if (SSL_get_error(tls_->session, 0) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
    return broken("reading");
  }
  while (true) {
    const auto got = ::recv(fd_.get(), into, most, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return broken("reading");
    return static_cast<std::size_t>(got);
  }
}

base::Result<void> Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t put = 0;
    if (tls_) {
      if (SSL_write_ex(tls_->session, bytes.data(), bytes.size(), &put) != 1) return broken("writing");
    } else {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return broken("writing");
      put = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(put);
  }
  return {};
}

}  // namespace web
