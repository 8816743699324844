// Routes that take no body, over a real socket.
#include "machine/web/client.h"
#include "machine/web/room_for_tests.h"

namespace web {
namespace {

base::Result<Response> act(const Request& request) {
  return answer_json(base::json::object{{"said", "done with " + std::to_string(request.body.size())}});
}
Route act_route() {
  return route_for_test("POST", "/api/act", act);
}
Route look_route() {
  return route_for_test("GET", "/api/act", act);
}

TEST(NoBody, ARouteThatTakesNothingForgivesAnEmptyObjectAlone) {
  const auto server = start_for_test({act_route(), look_route()});
  const std::string post = "POST /api/act HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  const std::string as_json = post + "Content-Type: application/json\r\n";
  const std::string chunked = as_json + "Transfer-Encoding: chunked\r\n\r\n";
  struct Case {
    std::string what;
    std::string bytes;
    int status;
  };
  const Case cases[] = {
      {"no body", post + "\r\n", 200},
      {"no body, said", post + "Content-Length: 0\r\n\r\n", 200},
      {"no body, as JSON", as_json + "Content-Length: 0\r\n\r\n", 200},
      {"an empty object", as_json + "Content-Length: 2\r\n\r\n{}", 200},
      {"with blanks", as_json + "Content-Length: 5\r\n\r\n{ \n }", 200},
      {"in chunks", chunked + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200},
      {"no chunk", chunked + "0\r\n\r\n", 200},
      {"with its charset",
       post + "Content-Type: application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}", 200},
      {"a field", as_json + "Content-Length: 7\r\n\r\n{\"a\":1}", 400},
      {"an array", as_json + "Content-Length: 2\r\n\r\n[]", 400},
      {"no JSON", as_json + "Content-Length: 2\r\n\r\n{x", 400},
      {"another type", post + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 400},
      {"no type", post + "Content-Length: 2\r\n\r\n{}", 400},
      {"too long", as_json + "Content-Length: 65\r\n\r\n{" + std::string(63, ' ') + "}", 400},
      {"too long in chunks", chunked + "41\r\n{" + std::string(63, ' ') + "}\r\n0\r\n\r\n", 400},
      {"where one reads",
       "GET /api/act HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
       400},
  };
  for (const auto& c : cases) {
    const auto answer = said_back(*server, c.bytes);
    EXPECT_EQ(status_in(answer), c.status) << c.what << "\n" << answer;
    EXPECT_NE(answer.find(c.status == 200 ? "done with 0" : "send none"), std::string::npos) << c.what;
  }
}

TEST(NoBody, AClientsEmptyObjectIsWelcomeAndTheConnectionStays) {
  auto once = act_route();
  once.pattern = "/api/once";
  once.retry = Retry::keyed;
  const auto server = start_for_test({act_route(), once});
  auto client = std::move(*Client::make(url_of(*server)));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.post("/api/act", base::json::object()));
  EXPECT_EQ(server->connections(), 1u);
  EXPECT_TRUE(client.post("/api/once", base::json::object(), "a-key"));
  Headers headers;
  headers.add("Idempotency-Key", "a-key");
  const auto again = client.send("POST", "/api/once", {}, headers);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->headers.get("Idempotency-Replayed"), "true") << again->body;
}

}  // namespace
}  // namespace web
