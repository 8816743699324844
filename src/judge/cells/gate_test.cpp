#include "judge/cells/gate.h"

#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include "base/time.h"

namespace cells {
namespace {

const std::atomic<bool> kGo{false};

// Listens on this host, and answers one connection as it is told.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(socket_.get(), 8) != 0)
      throw std::runtime_error("cannot listen on the loopback");
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  int port() const { return port_; }
  // What came until the empty line, then `answer` goes back.
  std::string answer_one(std::string_view answer) const {
    const base::Fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(client.get(), &byte, 1, 0) == 1) head += byte;
    (void)base::write_all(client.get(), answer);
    return head;
  }

 private:
  base::Fd socket_;
  int port_ = 0;
};

environments::Index index_of(std::vector<environments::IndexHost> hosts) {
  environments::Index index;
  index.hosts = std::move(hosts);
  return index;
}

TEST(Gate, AddressesOfThisHostAreToldFromAllOthers) {
  const std::pair<const char*, bool> cases[] = {
      {"151.101.0.223", true},     {"10.0.0.5", true},
      {"2a04:4e42::223", true},    {"::ffff:10.0.0.5", true},
      {"0.0.0.0", false},          {"127.0.0.1", false},
      {"127.8.0.1", false},        {"169.254.169.254", false},
      {"224.0.0.1", false},        {"::", false},
      {"255.255.255.255", false},  {"::1", false},
      {"::ffff:127.0.0.1", false}, {"fe80::1", false},
      {"ff02::1", false},          {"::ffff:169.254.169.254", false},
      {"64:ff9b::7f00:1", false},  {"fd00::1", true},
  };
  for (const auto& [text, elsewhere] : cases) {
    addrinfo hint{}, *found = nullptr;
    hint.ai_flags = AI_NUMERICHOST;
    ASSERT_EQ(::getaddrinfo(text, nullptr, &hint, &found), 0) << text;
    EXPECT_EQ(is_elsewhere(*found->ai_addr), elsewhere) << text;
    ::freeaddrinfo(found);
  }
}

TEST(Gate, OnlyTheIndexIsReached) {
  const Listener here;
  const Gate gate(index_of({{"pypi.org", 443, true}, {"127.0.0.1", here.port(), false}}));
  const std::string other = fmt::format("localhost:{}", here.port());
  for (const auto* place :
       {"example.com:443", "pypi.org:80", "pypi.org", "", "pypi.org.example.com:443", "pypi.org:443 ",
        "169.254.169.254:80", "127.0.0.1:1", "pypi.org:0443", "x@pypi.org:443", other.c_str()}) {
    const auto refused = gate.connect(place, kGo);
    ASSERT_FALSE(refused) << place;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden) << place;
    EXPECT_NE(refused.error().message.find("a build reaches pypi.org, 127.0.0.1 and no other"),
              std::string::npos);
  }
  EXPECT_TRUE(gate.connect(fmt::format("127.0.0.1:{}", here.port()), kGo))
      << "a site's own index may stand here";
}

TEST(Gate, AKnownHostWithAnAddressOfThisHostIsATrick) {
  const Listener here;
  const auto refused = Gate(index_of({{"localhost", here.port(), true}}))
                           .connect(fmt::format("localhost:{}", here.port()), kGo);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("has an address of this host itself"), std::string::npos)
      << refused.error().message;
}

TEST(Gate, WhereThisHostAsksAProxySoDoesTheGate) {
  const Listener proxy;
  auto index = index_of({{"pypi.org", 443, true}});
  index.proxy = fmt::format("http://me:s%40crt@127.0.0.1:{}", proxy.port());
  std::string asked;
  {
    std::jthread other([&] { asked = proxy.answer_one("HTTP/1.1 200 Connection established\r\n\r\nhello"); });
    const auto stream = Gate(index).connect("pypi.org:443", kGo);
    ASSERT_TRUE(stream) << stream.error().message;
    char words[6] = {};
    EXPECT_EQ(::recv(stream->get(), words, 5, MSG_WAITALL), 5);
    EXPECT_STREQ(words, "hello") << "not a byte more than the head is read";
  }
  EXPECT_EQ(asked,
            "CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org:443\r\nProxy-Authorization: Basic "
            "bWU6c0BjcnQ=\r\n\r\n");
  std::jthread other([&] { (void)proxy.answer_one("HTTP/1.1 407 Who are you\r\n\r\n"); });
  const auto refused = Gate(index).connect("pypi.org:443", kGo);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("it says \"HTTP/1.1 407 Who are you\""), std::string::npos);
  EXPECT_EQ(refused.error().message.find("crt"), std::string::npos) << "no password in what a build is told";
}

TEST(Gate, AStopEndsAWait) {
  const Gate gate(index_of({{"192.0.2.1", 443, false}}));  // where nobody answers
  std::atomic<bool> stop{true};
  const base::Stopwatch watch;
  EXPECT_FALSE(gate.connect("192.0.2.1:443", stop));
  EXPECT_LT(watch.seconds(), 5);
}

}  // namespace
}  // namespace cells
