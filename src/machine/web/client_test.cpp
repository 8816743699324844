#include "machine/web/client.h"

#include <thread>

#include "base/hash.h"
#include "machine/web/room_for_tests.h"

namespace web {
namespace {

// Sits before a server and cuts each connection after so many bytes of its answer, `cuts` times in all.
class CuttingProxy {
 public:
  CuttingProxy(std::uint16_t to, std::size_t after, int cuts) : to_(to), after_(after), cuts_(cuts) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
    socklen_t size = sizeof here;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
    port = ntohs(here.sin_port);
    ::listen(fd_, 8);
    thread_ = std::thread([this] { run(); });
  }
  ~CuttingProxy() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port = 0;
  int connections = 0;

 private:
  void run() {
    while (true) {
      const int client = ::accept(fd_, nullptr, nullptr);
      if (client < 0) return;
      ++connections;
      carry(client, connections <= cuts_ ? after_ : SIZE_MAX);
      ::close(client);
    }
  }
  void carry(int client, std::size_t most) {
    Raw server(to_);
    std::size_t carried = 0;
    char buffer[16384];
    while (carried < most) {
      pollfd both[2] = {{client, POLLIN, 0}, {server.descriptor(), POLLIN, 0}};
      if (::poll(both, 2, 5000) < 1) return;
      const bool asks = (both[0].revents & (POLLIN | POLLHUP)) != 0;
      const auto got = ::recv(asks ? client : server.descriptor(), buffer, sizeof buffer, 0);
      if (got <= 0) return;
      if (asks) {
        server.say({buffer, static_cast<std::size_t>(got)});
        continue;
      }
      const auto part = std::min<std::size_t>(static_cast<std::size_t>(got), most - carried);
      if (::send(client, buffer, part, MSG_NOSIGNAL) < 0) return;
      carried += part;
    }
  }

  std::uint16_t to_;
  std::size_t after_;
  int cuts_;
  int fd_ = -1;
  std::thread thread_;
};

TEST(Client, ReadsAddresses) {
  for (const auto* good : {"http://127.0.0.1:8080", "https://agora.example.org/below/", "http://[::1]:80"})
    EXPECT_TRUE(Client::make(good)) << good;
  for (const auto* bad : {"", "agora.example.org", "ftp://x", "http://", "http://x:99999", "http://x:y",
                          "http://a b", "http://u@h"})
    EXPECT_FALSE(Client::make(bad)) << bad;
}

TEST(Client, AFailureCarriesTheServersWords) {
  const auto server =
      start_for_test({route_for_test("GET", "/api/full", [](const Request&) -> base::Result<Response> {
        return base::conflict("today's submissions are used up: try again tomorrow");
      })});
  auto client = std::move(*Client::make(url_of(*server)));
  const auto answer = client.get("/api/full");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(answer.error().message, "today's submissions are used up: try again tomorrow");
  EXPECT_EQ(client.get("/api/none").error().kind, base::ErrorKind::not_found);
}

TEST(Client, NoServerIsSaidPlainly) {
  auto client = std::move(*Client::make("http://127.0.0.1:1"));
  const auto answer = client.get("/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(answer.error().message.find("127.0.0.1:1 cannot be reached"), std::string::npos);
  auto nowhere = std::move(*Client::make("http://no-such-host.invalid"));
  EXPECT_NE(nowhere.get("/").error().message.find("cannot be found"), std::string::npos);
}

TEST(Client, AKeptConnectionThatWasClosedIsOpenedAnew) {
  const auto handler = [](const Request&) -> base::Result<Response> {
    return answer_json(base::json::object{{"a", 1}});
  };
  Settings settings;
  settings.limits.keep_alive_time = milliseconds(50);
  settings.limits.heartbeat = milliseconds(100);
  const auto server = start_for_test({route_for_test("GET", "/api/a", handler)}, settings);
  auto client = std::move(*Client::make(url_of(*server)));
  EXPECT_TRUE(client.get("/api/a"));
  EXPECT_TRUE(client.get("/api/a"));
  EXPECT_EQ(server->connections(), 1u);
  ASSERT_TRUE(comes_true([&] { return server->connections() == 0; }));
  EXPECT_TRUE(client.get("/api/a"));
}

TEST(Client, ADownloadGoesOnWhereItBroke) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  std::string bytes;
  for (int i = 0; i < 400000; ++i) bytes += std::to_string(i * 37 % 1000);
  ASSERT_TRUE(base::write_file(folder.path() / "source", bytes));
  const auto hash = base::sha256_hex(bytes);
  const auto server = start_for_test({route_for_test("GET", "/api/file", [&](const Request&) {
    return answer_file(folder.path() / "source", {"application/zip", "x.zip", hash});
  })});
  CuttingProxy proxy(server->port(), 250000, 3);
  ClientSettings settings;
  settings.first_pause = milliseconds(1);
  auto client = std::move(*Client::make("http://127.0.0.1:" + std::to_string(proxy.port), settings));
  std::uint64_t done = 0, all = 0;
  const auto got = client.download("/api/file", folder.path() / "target", [&](auto now, auto total) {
    done = now;
    all = total;
  });
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(*base::read_file(folder.path() / "target") == bytes);
  EXPECT_EQ(done, bytes.size());
  EXPECT_EQ(all, bytes.size());
  EXPECT_EQ(proxy.connections, 4);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "target.part"));
}

TEST(Client, ADamagedDownloadIsRefused) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  ASSERT_TRUE(base::write_file(folder.path() / "source", "bytes"));
  const auto server = start_for_test({route_for_test("GET", "/api/file", [&](const Request&) {
    return answer_file(folder.path() / "source",
                       {"application/zip", "x.zip", base::sha256_hex("other bytes")});
  })});
  auto client = std::move(*Client::make(url_of(*server)));
  const auto got = client.download("/api/file", folder.path() / "target");
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("damaged"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "target"));
}

TEST(Client, AStreamThatIsForbiddenIsNotTriedAgain) {
  std::atomic<int> asked{0};
  const auto server =
      start_for_test({route_for_test("GET", "/api/stream", [&](const Request&) -> base::Result<Response> {
        ++asked;
        return base::not_found("there is no such event");
      })});
  auto client = std::move(*Client::make(url_of(*server)));
  const auto ended = client.listen("/api/stream", std::nullopt, [](const Event&) { return GoOn::yes; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message, "there is no such event");
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace web
