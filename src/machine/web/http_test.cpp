#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>

#include "machine/web/room_for_tests.h"

namespace web {
namespace {

base::Result<Response> hello(const Request& request) {
  return answer_json(base::json::object{{"hello", request.query.get("name")}});
}

Route echo_route() {
  auto route = route_for_test("POST", "/api/echo", [](const Request& request) -> base::Result<Response> {
    return answer_text(request.body);
  });
  route.takes = Takes::bytes;
  route.most_bytes = 1000;
  return route;
}

Route hello_route() {
  auto route = route_for_test("GET", "/api/hello", hello);
  route.parameters = {{"name"}};
  return route;
}

// The ports and connections of a killed server would stay open with any program that it had started.
TEST(Http, NoProgramThatIsStartedInheritsASocket) {
  const auto server = start_for_test({hello_route()});
  Raw line(server->port());
  line.say("GET /api/hello HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(line.read_until("hello"));
  int found = 0;
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in end{};
    socklen_t size = sizeof end;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&end), &size) != 0) continue;
    if (end.sin_family != AF_INET || ntohs(end.sin_port) != server->port()) continue;
    ++found;
    EXPECT_TRUE(::fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
  EXPECT_EQ(found, 2) << "the one that listens, and the connection";
}

TEST(Http, MalformedRequestsAreRefusedAndTheConnectionEnds) {
  const auto server = start_for_test({hello_route(), echo_route()});
  struct Case {
    std::string what;
    std::string bytes;
    int status;
  };
  const std::string post = "POST /api/echo HTTP/1.1\r\nHost: a\r\n";
  const std::string get = "GET /api/hello HTTP/1.1\r\n";
  const Case cases[] = {
      {"both lengths", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"both lengths, turned", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
       400},
      {"two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
      {"two equal lengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"a list of lengths", post + "Content-Length: 4, 4\r\n\r\nabcd", 400},
      {"a signed length", post + "Content-Length: +4\r\n\r\nabcd", 400},
      {"another coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"a coding behind chunked", post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501},
      {"a coding before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"chunked with a tab", post + "Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n", 400},
      {"a space before the colon", get + "Host: a\r\nContent-Length : 4\r\n\r\n", 400},
      {"a folded line", get + "Host: a\r\nX-Long: one\r\n two\r\n\r\n", 400},
      {"a line folded by a tab", get + "Host: a\r\nX-Long: one\r\n\ttwo\r\n\r\n", 400},
      {"bare line feeds", "GET /api/hello HTTP/1.1\nHost: a\n\n", 400},
      {"one bare line feed", get + "Host: a\nX: b\r\n\r\n", 400},
      {"a CR within a value", get + "Host: a\r\nX: b\rc\r\n\r\n", 400},
      {"a NUL", get + std::string("Host: a\r\nX: b\0c\r\n\r\n", 19), 400},
      {"no host", get + "\r\n", 400},
      {"two hosts", get + "Host: a\r\nHost: b\r\n\r\n", 400},
      {"HTTP/1.0", "GET /api/hello HTTP/1.0\r\nHost: a\r\n\r\n", 505},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"no HTTP", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"a huge head", get + "Host: a\r\nX: " + std::string(17000, 'x') + "\r\n\r\n", 431},
      {"a huge head without end", get + "Host: a\r\nX: " + std::string(17000, 'x'), 431},
      {"a chunk size that is no number", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
       400},
      {"a chunk size that overflows",
       post + "Transfer-Encoding: chunked\r\n\r\n10000000000000004\r\nab\r\n0\r\n\r\n", 400},
      {"a negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n", 400},
      {"a chunk longer than said", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", 400},
      {"a chunk's head without end", post + "Transfer-Encoding: chunked\r\n\r\n2;" + std::string(40000, 'x'),
       400},
      {"a bad escape", "GET /api/hello?name=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an escaped NUL", "GET /api/hello?name=%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no UTF-8", "GET /api/hello?name=%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"another expectation", post + "Expect: tea\r\nContent-Length: 2\r\n\r\nab", 417},
  };
  for (const auto& c : cases) {
    const auto answer = said_back(*server, c.bytes);
    EXPECT_EQ(status_in(answer), c.status) << c.what << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << c.what;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << c.what;
    EXPECT_EQ(answer.find("}HTTP/1.1"), std::string::npos) << c.what << ": answered twice\n" << answer;
  }
}

TEST(Http, PipelinedRequestsAreAnsweredInTheirOrder) {
  auto slow = route_for_test("GET", "/api/slow", [](const Request&) -> base::Result<Response> {
    std::this_thread::sleep_for(milliseconds(60));
    return answer_text("slow");
  });
  const auto server = start_for_test({hello_route(), echo_route(), slow});
  Raw raw(server->port());
  std::string all = "GET /api/slow HTTP/1.1\r\nHost: a\r\n\r\n";
  all +=
      "POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n";
  all += "\r\nPOST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfghij";
  for (int i = 0; i < 20; ++i)
    all += "GET /api/hello?name=n" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  all += "GET /api/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  raw.say(all);
  const auto heard = raw.read_to_end();
  std::size_t at = 0;
  std::vector<std::string> expected{"slow", "abcde", "fghij"};
  for (int i = 0; i < 20; ++i) expected.push_back("\"n" + std::to_string(i) + "\"");
  for (const auto& word : expected) {
    const auto found = heard.find(word, at);
    ASSERT_NE(found, std::string::npos) << word;
    at = found;
  }
  EXPECT_TRUE(raw.ended);
}

TEST(Http, BytesMayComeOneByOne) {
  const auto server = start_for_test({echo_route()});
  Raw raw(server->port());
  for (const char c :
       std::string("POST /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"))
    raw.say(std::string_view(&c, 1));
  EXPECT_EQ(body_in(raw.read_to_end()), "hello");
}

TEST(Http, ABodyTooLargeIsRefusedBeforeItIsRead) {
  const auto server = start_for_test({echo_route()});
  const auto said =
      said_back(*server, "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n");
  EXPECT_EQ(status_in(said), 413) << said;
  std::string chunks = "POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status_in(said_back(*server, chunks)), 413);
}

TEST(Http, AClientThatWaitsForLeaveGetsIt) {
  const auto server = start_for_test({echo_route()});
  Raw raw(server->port());
  raw.say(
      "POST /api/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: "
      "2\r\n\r\n");
  ASSERT_TRUE(raw.read_until("100 Continue\r\n\r\n"));
  raw.say("ok");
  EXPECT_TRUE(raw.read_to_end().ends_with("ok"));
}

TEST(Http, SlowHeadsAndBodiesAreCutOff) {
  Settings settings;
  settings.limits.header_time = milliseconds(200);
  settings.limits.silent_time = milliseconds(2000);
  settings.limits.grace_time = milliseconds(300);
  settings.limits.least_bytes_per_second = 1000;
  const auto server = start_for_test({hello_route(), echo_route()}, settings);
  const auto began = std::chrono::steady_clock::now();
  Raw dripping(server->port());
  dripping.say("GET /api/hello HTTP/1.1\r\n");
  std::thread drip([&] {
    for (int i = 0; i < 20 && !dripping.ended; ++i) {
      dripping.say("X");
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  EXPECT_EQ(status_in(dripping.read_to_end()), 408);
  drip.join();
  Raw silent(server->port());
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(silent.ended);
  Raw body(server->port());
  body.say("POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
  std::thread drop([&] {
    for (int i = 0; i < 40 && !body.ended; ++i) {
      body.say("X");
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  EXPECT_EQ(status_in(body.read_to_end()), 408);
  drop.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(6000));
}

TEST(Http, AReaderThatStopsReadingIsCutOff) {
  Settings settings;
  settings.limits.silent_time = milliseconds(200);
  const auto server =
      start_for_test({route_for_test("GET", "/api/big",
                                     [](const Request&) -> base::Result<Response> {
                                       return answer_text(std::string(64u << 20, 'x'), "image/png");
                                     })},
                     settings);
  Raw raw(server->port(), 4096);
  raw.say("GET /api/big HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return server->connections() == 1; }));
  EXPECT_TRUE(comes_true([&] { return server->connections() == 0; }));
}

TEST(Http, HeadIsGetWithoutTheBody) {
  const auto server = start_for_test({hello_route()});
  const auto get =
      said_back(*server, "GET /api/hello?name=ann HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto head =
      said_back(*server, "HEAD /api/hello?name=ann HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body_in(head), "");
  EXPECT_NE(body_in(get), "");
  const auto without = [](std::string text) {  // what differs between any two answers
    text.resize(text.find("\r\n\r\n"));
    for (const auto* name : {"X-Request-Id: ", "Date: ", "RateLimit: "})
      if (const auto at = text.find(name); at != std::string::npos)
        text.erase(at, text.find("\r\n", at) - at);
    return text;
  };
  EXPECT_EQ(without(get), without(head));
}

TEST(Http, OtherMethodsAndPathsAreSaidPlainly) {
  const auto server = start_for_test({hello_route(), echo_route()});
  const auto wrong = said_back(*server, "DELETE /api/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_in(wrong), 405);
  EXPECT_NE(wrong.find("Allow: GET, HEAD, OPTIONS"), std::string::npos) << wrong;
  const auto options =
      said_back(*server, "OPTIONS /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_in(options), 204);
  EXPECT_NE(options.find("Allow: POST, OPTIONS"), std::string::npos);
  EXPECT_EQ(options.find("Access-Control"), std::string::npos);
  EXPECT_EQ(status_in(said_back(*server, "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
            404);
  EXPECT_EQ(status_in(said_back(*server, "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 204);
}

TEST(Http, OnlyListedOriginsMayReadAcrossOrigins) {
  Settings settings;
  settings.cors_origins = {"https://good.example"};
  const auto server = start_for_test({hello_route()}, settings);
  const auto ask = [&](const std::string& method, const std::string& origin) {
    return said_back(*server, method + " /api/hello HTTP/1.1\r\nHost: a\r\nOrigin: " + origin +
                                  "\r\nAccess-Control-Request-Method: GET\r\nConnection: close\r\n\r\n");
  };
  EXPECT_NE(ask("GET", "https://good.example").find("Access-Control-Allow-Origin: https://good.example"),
            std::string::npos);
  EXPECT_NE(ask("OPTIONS", "https://good.example").find("Access-Control-Allow-Methods: GET"),
            std::string::npos);
  EXPECT_EQ(ask("GET", "https://bad.example").find("Access-Control"), std::string::npos);
  EXPECT_EQ(ask("OPTIONS", "https://bad.example").find("Access-Control"), std::string::npos);
}

TEST(Http, AHandlersExceptionBecomes500WithoutItsText) {
  const auto server =
      start_for_test({route_for_test("GET", "/api/throws", [](const Request&) -> base::Result<Response> {
        throw std::runtime_error("the secret path");
      })});
  const auto answer = said_back(*server, "GET /api/throws HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_in(answer), 500);
  EXPECT_EQ(answer.find("secret"), std::string::npos);
  const auto body = base::parse_json(body_in(answer));
  ASSERT_TRUE(body) << answer;
  const std::string id = body->at("instance").as_string().c_str();
  EXPECT_NE(answer.find("X-Request-Id: " + id), std::string::npos);
}

TEST(Http, EveryAnswerCarriesTheSafetyHeaders) {
  const auto server = start_for_test({hello_route()});
  for (const auto* path : {"/api/hello", "/nowhere"}) {
    const auto answer =
        said_back(*server, std::string("GET ") + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    for (const auto* line :
         {"X-Content-Type-Options: nosniff",
          "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy:", "Cross-Origin-Opener-Policy: same-origin", "Cache-Control: no-store"})
      EXPECT_NE(answer.find(line), std::string::npos) << line << "\n" << answer;
  }
}

TEST(Http, AValueCannotBeginANewHeader) {
  const auto server =
      start_for_test({route_for_test("GET", "/api/go", [](const Request&) -> base::Result<Response> {
        auto answer = answer_nothing();
        answer.headers.add("Location", "/x\r\nSet-Cookie: stolen=1");
        return answer;
      })});
  const auto answer = said_back(*server, "GET /api/go HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.find("\r\nSet-Cookie"), std::string::npos) << answer;
}

TEST(Http, TooManyConnectionsAreTurnedAway) {
  Settings settings;
  settings.limits.most_connections = 3;
  const auto server = start_for_test({hello_route()}, settings);
  std::vector<std::unique_ptr<Raw>> held;
  for (int i = 0; i < 3; ++i) held.push_back(std::make_unique<Raw>(server->port()));
  EXPECT_TRUE(comes_true([&] { return server->connections() == 3; }));
  Raw extra(server->port());
  EXPECT_EQ(status_in(extra.read_to_end()), 503);
  held.clear();
  EXPECT_TRUE(comes_true([&] { return server->connections() == 0; }));
  EXPECT_EQ(status_in(said_back(*server, "GET /api/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
            200);
}

TEST(Http, MoreRequestsThanWorkersCanTakeAreTurnedAway) {
  Settings settings;
  settings.worker_threads = 1;
  settings.limits.most_waiting_requests = 1;
  std::atomic<bool> go{false};
  std::atomic<int> running{0};
  const auto server = start_for_test({route_for_test("GET", "/api/wait",
                                                     [&](const Request&) -> base::Result<Response> {
                                                       ++running;
                                                       while (!go)
                                                         std::this_thread::sleep_for(milliseconds(1));
                                                       return answer_nothing();
                                                     })},
                                     settings);
  const std::string get = "GET /api/wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  Raw first(server->port());
  first.say(get);
  ASSERT_TRUE(comes_true([&] { return running == 1; }));
  Raw second(server->port()), third(server->port());
  second.say(get);
  std::this_thread::sleep_for(milliseconds(50));
  third.say(get);
  EXPECT_EQ(status_in(third.read_to_end()), 503);
  go = true;
  EXPECT_EQ(status_in(first.read_to_end()), 204);
  EXPECT_EQ(status_in(second.read_to_end()), 204);
}

TEST(Http, StoppingLetsARunningRequestFinish) {
  std::atomic<bool> began{false};
  auto server =
      start_for_test({route_for_test("GET", "/api/long", [&](const Request&) -> base::Result<Response> {
        began = true;
        std::this_thread::sleep_for(milliseconds(150));
        return answer_text("done");
      })});
  const auto port = server->port();
  Raw idle(port), raw(port);
  raw.say("GET /api/long HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return began.load(); }));
  std::thread stopping([&] { server->stop(milliseconds(3000)); });
  const auto answer = raw.read_to_end();
  EXPECT_TRUE(answer.ends_with("done")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(idle.ended);
  raw.shut();
  stopping.join();
  EXPECT_EQ(server->connections(), 0u);
  Raw late(port);
  EXPECT_FALSE(late.connected);
}

TEST(Http, AnAddressInUseIsSaid) {
  const auto server = start_for_test({hello_route()});
  Settings settings;
  settings.port = server->port();
  const auto second = Server::start({}, settings);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, base::ErrorKind::unavailable);
}

}  // namespace
}  // namespace web
