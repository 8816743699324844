#include "machine/web/hub.h"

#include <fstream>
#include <random>
#include <thread>

#include <sys/resource.h>

#include "machine/web/client.h"
#include "machine/web/room_for_tests.h"

namespace web {
namespace {

// What a database's event log is to the server: events with growing ids, read from any point.
class Log {
 public:
  void append(Hub& hub, std::string data = "{}") {
    const std::scoped_lock lock(mutex_);
    events_.push_back({events_.size() + 1, "board", std::move(data)});
    hub.publish({"board"}, events_.back());
  }
  std::vector<Event> read(std::uint64_t after, std::size_t limit) {
    const std::scoped_lock lock(mutex_);
    std::vector<Event> page;
    for (auto i = after; i < events_.size() && page.size() < limit; ++i) page.push_back(events_[i]);
    return page;
  }

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
};

Route stream_route(Log& log) {
  return route_for_test("GET", "/api/stream", [&log](const Request& request) -> base::Result<Response> {
    auto stream = std::make_shared<Stream>();
    stream->topics = {"board"};
    stream->after = last_event_id(request).value_or(0);
    stream->replay = [&log](std::uint64_t after, std::size_t limit) -> base::Result<std::vector<Event>> {
      return log.read(after, limit);
    };
    return answer_events(std::move(stream));
  });
}

Route live_route() {
  return route_for_test("GET", "/api/live", [](const Request&) -> base::Result<Response> {
    auto stream = std::make_shared<Stream>();
    stream->topics = {"board"};
    return answer_events(std::move(stream));
  });
}

Settings without_rates() {
  Settings settings;
  settings.rates = {{"default", 0, std::chrono::seconds(1)}};
  return settings;
}

TEST(Hub, AnEventIsSentAsItIsDefined) {
  EXPECT_EQ(*frame_of({7, "board", "{\"a\": 1}"}), "event: board\nid: 7\ndata: {\"a\": 1}\n\n");
  EXPECT_EQ(*frame_of({7, "x", "one\ntwo\r\nthree"}),
            "event: x\nid: 7\ndata: one\ndata: two\ndata: three\n\n");
}

TEST(Hub, NothingIsLostOrDoubledOverReconnects) {
  constexpr std::uint64_t kEvents = 4000;
  Log log;
  auto settings = without_rates();
  settings.limits.most_waiting_events = 8;  // so that slow readers are dropped often
  const auto server = start_for_test({stream_route(log)}, settings);
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      log.append(server->hub(), std::to_string(i + 1));
      if (i % 16 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
  });
  const auto listen = [&](unsigned seed) {
    std::mt19937 chance(seed);
    std::uint64_t last = 0;
    while (last < kEvents) {
      ClientSettings client_settings;
      client_settings.first_pause = milliseconds(1);
      client_settings.most_tries = 50;
      auto client = Client::make(url_of(*server), client_settings);
      auto until = last + 1 + chance() % 400;
      const auto ended = client->listen(
          "/api/stream", last == 0 ? std::nullopt : std::optional(last), [&](const Event& event) {
            EXPECT_EQ(event.id, last + 1);
            EXPECT_EQ(event.data, std::to_string(event.id));
            last = event.id;
            return last < std::min(until, kEvents) && event.id == last ? GoOn::yes : GoOn::no;
          });
      ASSERT_TRUE(ended) << ended.error().message;
    }
    EXPECT_EQ(last, kEvents);
  };
  std::vector<std::thread> readers;
  for (unsigned seed = 1; seed <= 4; ++seed) readers.emplace_back(listen, seed);
  for (auto& reader : readers) reader.join();
  writer.join();
  EXPECT_TRUE(comes_true([&] { return server->hub().subscribers() == 0; }));
}

TEST(Hub, ASilentStreamHasAHeartbeat) {
  auto settings = without_rates();
  settings.limits.heartbeat = milliseconds(40);
  const auto server = start_for_test({live_route()}, settings);
  Raw raw(server->port());
  raw.say("GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(raw.read_until("\r\n\r\n:\n\n:\n\n:\n\n"));
  EXPECT_NE(raw.heard.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_EQ(raw.heard.find("Content-Length"), std::string::npos);
  raw.shut();
  EXPECT_TRUE(comes_true([&] { return server->hub().subscribers() == 0 && server->connections() == 0; }));
}

TEST(Hub, ASlowConsumerIsDroppedAndAQuickOneIsNot) {
  auto settings = without_rates();
  settings.limits.most_waiting_events = 32;
  const auto server = start_for_test({live_route()}, settings);
  Raw slow(server->port(), 4096), quick(server->port());
  for (auto* raw : {&slow, &quick}) {
    raw->say("GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(raw->read_until("\r\n\r\n"));
  }
  ASSERT_TRUE(comes_true([&] { return server->hub().subscribers() == 2; }));
  std::uint64_t id = 0;
  while (server->hub().subscribers() == 2 && id < 5000) {
    server->hub().publish({"board"}, {++id, "board", std::string(20000, 'x')});
    ASSERT_TRUE(quick.read_until("id: " + std::to_string(id) + "\n"));
    quick.heard.clear();
  }
  EXPECT_EQ(server->hub().subscribers(), 1u);
  server->hub().publish({"board"}, {++id, "board", "still here"});
  EXPECT_TRUE(quick.read_until("still here"));
}

TEST(Hub, ASubscriberOfTwoTopicsGetsAnEventOnce) {
  Hub hub;
  Stream stream;
  stream.topics = {"a", "b"};
  const auto subscriber = hub.subscribe(stream);
  hub.publish({"a", "b"}, {1, "x", ""});
  hub.publish({"c"}, {2, "x", ""});
  EXPECT_EQ(subscriber->next().state, Subscriber::State::frame);
  EXPECT_EQ(subscriber->next().state, Subscriber::State::idle);
}

TEST(Hub, AReplayThatFailsEndsTheStreamAndNotTheServer) {
  auto route = route_for_test("GET", "/api/stream", [](const Request&) -> base::Result<Response> {
    auto stream = std::make_shared<Stream>();
    stream->topics = {"board"};
    stream->replay = [](std::uint64_t, std::size_t) -> base::Result<std::vector<Event>> {
      throw std::runtime_error("no database");
    };
    return answer_events(std::move(stream));
  });
  const auto server = start_for_test({route}, without_rates());
  Raw raw(server->port());
  raw.say("GET /api/stream HTTP/1.1\r\nHost: a\r\n\r\n");
  raw.read_to_end();
  EXPECT_TRUE(raw.ended);
}

TEST(Hub, StoppingEndsStreams) {
  auto server = start_for_test({live_route()}, without_rates());
  Raw raw(server->port());
  raw.say("GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(raw.read_until("\r\n\r\n"));
  const auto began = std::chrono::steady_clock::now();
  server->stop(milliseconds(3000));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1000));
  raw.read_to_end();
  EXPECT_TRUE(raw.ended);
}

// Sanitizers keep several times what the program does.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * 4096;
}

TEST(Hub, AThousandIdleClientsNeedLittleMemory) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < 2100)
    GTEST_SKIP() << "2,100 descriptors are needed, " << limit.rlim_cur << " are allowed";
  const auto server = start_for_test({live_route()}, without_rates());
  const auto before = resident_bytes();
  std::vector<std::unique_ptr<Raw>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<Raw>(server->port()));
    clients.back()->say("GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  for (auto& client : clients) ASSERT_TRUE(client->read_until("\r\n\r\n"));
  ASSERT_TRUE(comes_true([&] { return server->hub().subscribers() == 1000; }));
  const auto grown = resident_bytes() - before;
  std::cout << "1,000 idle clients: " << grown / 1024 << " KiB\n";
  EXPECT_LT(grown, kSanitized ? 1u << 30 : 10u << 20);
  server->hub().publish({"board"}, {1, "board", "to all"});
  for (auto& client : clients) EXPECT_TRUE(client->read_until("to all"));
}

}  // namespace
}  // namespace web
