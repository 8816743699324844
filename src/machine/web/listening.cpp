#include "machine/web/listening.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/socket.h>

namespace web {
namespace {
constexpr int kWaiting =
    1024;  // connections that the kernel keeps for us; it takes the host's maximum if less
constexpr int kOurs = SOCK_CLOEXEC | SOCK_NONBLOCK;
}  // namespace

base::Result<base::Fd> listen_at(const boost::asio::ip::tcp::endpoint& place) {
  base::Fd fd(::socket(place.protocol().family(), SOCK_STREAM | kOurs, 0));
  const int yes = 1;
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(fd.get(), place.data(), static_cast<socklen_t>(place.size())) != 0 ||
      ::listen(fd.get(), kWaiting) != 0)
    return base::unavailable(fmt::format("cannot listen on {}:{}: {}", place.address().to_string(),
                                         place.port(), std::generic_category().message(errno)));
  return fd;
}

base::Fd accept_from(int listening) {
  return base::Fd(::accept4(listening, nullptr, nullptr, kOurs));
}

}  // namespace web
