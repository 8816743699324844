// For this room's tests: a server on a free port, and a socket that may say anything.
#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "machine/web/web.h"

namespace web {

using std::chrono::milliseconds;

inline std::unique_ptr<Server> start_for_test(std::vector<Route> routes, Settings settings = {}) {
  base::set_log(base::LogLevel::off, base::LogForm::text);
  settings.io_threads = 2;
  if (settings.worker_threads == 0) settings.worker_threads = 4;
  if (!settings.gate) settings.gate = [](const Request&, const Route&) { return base::Result<void>(); };
  auto server = Server::start({std::move(routes), {{"open", "anyone"}, {"member", "who signed in"}}, {}},
                              std::move(settings));
  if (!server) ADD_FAILURE() << server.error().message;
  return server ? std::move(*server) : nullptr;
}

inline Route route_for_test(std::string_view method, std::string_view pattern, Handler handler) {
  Route route{method, pattern, "A test's route", kOpen};
  route.handler = std::move(handler);
  return route;
}

inline std::string url_of(const Server& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

// A raw connection. Waits at most five seconds for anything.
class Raw {
 public:
  explicit Raw(std::uint16_t port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~Raw() { shut(); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // False at the end, or after five seconds of silence.
  bool read_some() {
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, 5000) != 1) return false;
    char buffer[65536];
    const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) {
      ended = true;
      return false;
    }
    heard.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::string read_to_end() {
    while (read_some()) continue;
    return heard;
  }
  bool read_until(std::string_view text) {
    while (heard.find(text) == std::string::npos)
      if (!read_some()) return false;
    return true;
  }
  void shut() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int descriptor() const { return fd_; }

  std::string heard;
  bool connected = false;
  std::atomic<bool> ended{false};  // read by a thread that goes on talking

 private:
  int fd_;
};

// Says it on a new connection, and returns all that comes until the server closes.
inline std::string said_back(const Server& server, std::string_view bytes) {
  Raw raw(server.port());
  raw.say(bytes);
  return raw.read_to_end();
}

inline int status_in(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

inline std::string body_in(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

template <class Condition>
bool comes_true(Condition condition, milliseconds within = milliseconds(5000)) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::usleep(2000);
  }
  return true;
}

}  // namespace web
