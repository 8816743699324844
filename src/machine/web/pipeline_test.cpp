#include "machine/web/pipeline.h"

#include <thread>

#include "base/hash.h"
#include "machine/web/client.h"
#include "machine/web/gzip.h"
#include "machine/web/room_for_tests.h"
#include "machine/web/text.h"

namespace web {
namespace {

Client client_of(const Server& server) {
  auto client = Client::make(url_of(server));
  return std::move(*client);
}

Headers with_header(std::string name, std::string value) {
  Headers headers;
  headers.add(std::move(name), std::move(value));
  return headers;
}

Route text_route(std::string text, std::string etag = {}) {
  return route_for_test("GET", "/api/text", [=](const Request&) -> base::Result<Response> {
    auto answer = answer_text(text);
    if (!etag.empty()) answer.headers.add("ETag", etag);
    return answer;
  });
}

TEST(Pipeline, LargeTextsAreCompressedForThoseWhoAsk) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "line " + std::to_string(i) + "\n";
  const auto server = start_for_test({text_route(text, "\"v1\"")});
  auto client = client_of(*server);
  const auto plain = client.send("GET", "/api/text");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->body, text);
  EXPECT_EQ(plain->headers.get("Vary"), "Accept-Encoding");
  const auto packed = client.send("GET", "/api/text", {}, with_header("Accept-Encoding", "br, gzip;q=0.5"));
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(packed->headers.get("ETag"), "\"v1-gzip\"");
  EXPECT_LT(packed->body.size(), text.size() / 2);
  EXPECT_EQ(gunzipped(packed->body, 1u << 20), text);
  const auto refused = client.send("GET", "/api/text", {}, with_header("Accept-Encoding", "gzip;q=0, *"));
  EXPECT_FALSE(refused->headers.has("Content-Encoding"));
  const auto held = client.send("GET", "/api/text", {}, with_header("If-None-Match", "\"v1-gzip\""));
  EXPECT_EQ(held->status, 304);
}

TEST(Pipeline, ShortTextsAreNotCompressed) {
  const auto server = start_for_test({text_route("short")});
  const auto answer = client_of(*server).send("GET", "/api/text", {}, with_header("Accept-Encoding", "gzip"));
  EXPECT_FALSE(answer->headers.has("Content-Encoding"));
  EXPECT_EQ(answer->body, "short");
}

TEST(Pipeline, WhatTheClientHoldsIsNotSentAgain) {
  const auto server = start_for_test({text_route("x", "\"v2\"")});
  auto client = client_of(*server);
  for (const auto* tags : {"\"v2\"", "W/\"v2\"", "\"v1\", \"v2\"", "*"}) {
    const auto answer = client.send("GET", "/api/text", {}, with_header("If-None-Match", tags));
    EXPECT_EQ(answer->status, 304) << tags;
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(answer->headers.get("ETag"), "\"v2\"");
  }
  EXPECT_EQ(client.send("GET", "/api/text", {}, with_header("If-None-Match", "\"v1\""))->status, 200);
}

TEST(Pipeline, AChangeOfAnOldVersionIsRefused) {
  auto route = route_for_test("PUT", "/api/text", [](const Request& request) -> base::Result<Response> {
    if (auto refusal = why_not_current(request, "\"v2\"")) return std::move(*refusal);
    return answer_nothing();
  });
  route.takes = Takes::bytes;
  const auto server = start_for_test({route});
  auto client = client_of(*server);
  EXPECT_EQ(client.send("PUT", "/api/text", "x")->status, 428);
  const auto stale = client.send("PUT", "/api/text", "x", with_header("If-Match", "\"v1\""));
  EXPECT_EQ(stale->status, 409);
  EXPECT_EQ(stale->headers.get("ETag"), "\"v2\"");
  EXPECT_EQ(client.send("PUT", "/api/text", "x", with_header("If-Match", "W/\"v2\""))->status, 409);
  EXPECT_EQ(client.send("PUT", "/api/text", "x", with_header("If-Match", "\"v2\""))->status, 204);
  EXPECT_EQ(client.send("PUT", "/api/text", "x", with_header("If-Match", "\"v2-gzip\""))->status, 204);
}

TEST(Pipeline, FilesAreServedWithRangesAndDigests) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  ASSERT_TRUE(base::write_file(folder.path() / "f", bytes));
  const auto hash = base::sha256_hex(bytes);
  const auto server = start_for_test({route_for_test("GET", "/api/file", [&](const Request&) {
    return answer_file(folder.path() / "f", {"text/html", "a \"b\" ü.html", hash});
  })});
  auto client = client_of(*server);
  const auto whole = client.send("GET", "/api/file");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->body, bytes);
  EXPECT_EQ(whole->headers.get("Digest"), "sha-256=" + base64(bytes_from_hex(hash)));
  EXPECT_EQ(whole->headers.get("Content-Disposition"),
            "attachment; filename=\"a _b_ __.html\"; filename*=UTF-8''a%20%22b%22%20%C3%BC.html");
  EXPECT_TRUE(whole->headers.get("Content-Security-Policy").starts_with("sandbox"));
  struct Case {
    std::string range;
    int status;
    std::size_t first, count;
  };
  const std::size_t size = bytes.size();
  const Case cases[] = {
      {"bytes=0-9", 206, 0, 10},
      {"bytes=100-", 206, 100, size - 100},
      {"bytes=-5", 206, size - 5, 5},
      {"bytes=-9999999", 206, 0, size},
      {"bytes=10-9999999", 206, 10, size - 10},
      {"bytes=300000-", 416, 0, 0},
      {"bytes=-0", 416, 0, 0},
      {"bytes=0-1,5-6", 200, 0, size},
      {"bytes=9-5", 200, 0, size},
      {"lines=1-2", 200, 0, size},
      {"bytes=a-b", 200, 0, size},
      {"bytes=", 200, 0, size},
  };
  for (const auto& c : cases) {
    const auto part = client.send("GET", "/api/file", {}, with_header("Range", c.range));
    ASSERT_TRUE(part) << c.range;
    EXPECT_EQ(part->status, c.status) << c.range;
    if (c.status == 416) {
      EXPECT_EQ(part->headers.get("Content-Range"), "bytes */300000");
      continue;
    }
    EXPECT_TRUE(part->body == bytes.substr(c.first, c.count)) << c.range;
    if (c.status != 206) continue;
    const auto last = std::to_string(c.first + c.count - 1);
    EXPECT_EQ(part->headers.get("Content-Range"),
              "bytes " + std::to_string(c.first) + "-" + last + "/300000");
  }
  Headers conditional = with_header("Range", "bytes=0-9");
  conditional.add("If-Range", "\"other\"");
  EXPECT_EQ(client.send("GET", "/api/file", {}, conditional)->status, 200);
  EXPECT_EQ(client.send("GET", "/api/file", {}, with_header("If-None-Match", "\"" + hash + "\""))->status,
            304);
  const auto head = client.send("HEAD", "/api/file");
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->headers.get("Content-Length"), "300000");
  EXPECT_EQ(head->body, "");
}

TEST(Pipeline, ABodyMayGoToAFileAndStay) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  auto route = route_for_test("PUT", "/api/file", {});
  route.takes = Takes::file;
  route.most_bytes = 4u << 20;
  route.taker = [&](Request& request) -> base::Result<Response> {
    if (request.query.get("keep").empty()) return answer_nothing();
    if (auto kept = request.file.keep(folder.path() / "kept"); !kept) return base::Failure(kept.error());
    return answer_nothing();
  };
  route.parameters = {{"keep"}};
  Settings settings;
  settings.spool = folder.path();
  const auto server = start_for_test({route}, settings);
  auto client = client_of(*server);
  const std::string bytes(3u << 20, 'q');
  EXPECT_EQ(client.send("PUT", "/api/file?keep=1", bytes)->status, 204);
  EXPECT_TRUE(*base::read_file(folder.path() / "kept") == bytes);
  EXPECT_EQ(client.send("PUT", "/api/file", bytes)->status, 204);
  EXPECT_EQ(client.send("PUT", "/api/file", std::string(5u << 20, 'q'))->status, 413);
  EXPECT_TRUE(comes_true([&] {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1;
  })) << "a spooled body was left behind";
}

TEST(Pipeline, JsonIsCheckedAgainstItsSchema) {
  auto route = route_for_test("POST", "/api/things", [](const Request& request) -> base::Result<Response> {
    return answer_json(request.json);
  });
  route.takes = Takes::json;
  route.request = {R"({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}})",
                   R"({"name": "x"})"};
  const auto server = start_for_test({route});
  auto client = client_of(*server);
  EXPECT_EQ(client.post("/api/things", {{"name", "lamp"}})->at("name").as_string(), "lamp");
  Headers json = with_header("Content-Type", "application/json; charset=utf-8");
  const auto missing = client.send("POST", "/api/things", "{}", json);
  EXPECT_EQ(missing->status, 400);
  EXPECT_EQ(base::parse_json(missing->body)->at("errors").at(0).at("pointer").as_string(), "/name");
  EXPECT_EQ(client.send("POST", "/api/things", "{", json)->status, 400);
  EXPECT_EQ(client.send("POST", "/api/things", "", json)->status, 400);
  EXPECT_EQ(client.send("POST", "/api/things", "{}", with_header("Content-Type", "text/plain"))->status, 415);
}

TEST(Pipeline, ParametersAreChecked) {
  auto route = route_for_test("GET", "/api/list",
                              [](const Request&) -> base::Result<Response> { return answer_nothing(); });
  route.parameters = {{"limit", In::query, R"({"type": "integer", "minimum": 1, "maximum": 200})"}};
  const auto server = start_for_test({route});
  auto client = client_of(*server);
  EXPECT_EQ(client.send("GET", "/api/list?limit=50")->status, 204);
  for (const auto* query : {"limit=0", "limit=201", "limit=x", "limit=", "limti=5"})
    EXPECT_EQ(client.send("GET", std::string("/api/list?") + query)->status, 400) << query;
}

TEST(Pipeline, TheSameKeyDoesItOnce) {
  std::atomic<int> done{0}, waiting{0};
  std::atomic<bool> wait{false};
  auto route = route_for_test("POST", "/api/make", [&](const Request& request) -> base::Result<Response> {
    if (wait) ++waiting;
    while (wait) std::this_thread::sleep_for(milliseconds(1));
    if (request.body == "bad") return base::conflict("full");
    return answer_created("/api/1", base::json::object{{"count", ++done}});
  });
  route.takes = Takes::bytes;
  route.retry = Retry::keyed;
  Settings settings;
  settings.authenticate = [](const Request& request) -> base::Result<Viewer> {
    return Viewer{std::string(request.headers.get("X-Who")), {}};
  };
  const auto server = start_for_test({route}, settings);
  auto client = client_of(*server);
  const auto send = [&](std::string key, std::string body, std::string who = "ann") {
    Headers headers = with_header("Idempotency-Key", std::move(key));
    headers.add("X-Who", std::move(who));
    return *client.send("POST", "/api/make", body, headers);
  };
  const auto first = send("\"k1\"", "x");
  const auto again = send("k1", "x");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.get("Location"), "/api/1");
  EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
  EXPECT_EQ(done, 1);
  EXPECT_EQ(send("k1", "y").status, 422);
  EXPECT_EQ(send("k1", "x", "bob").headers.has("Idempotency-Replayed"), false);
  EXPECT_EQ(done, 2);
  EXPECT_EQ(send("k2", "bad").status, 409);
  EXPECT_EQ(send("k2", "good").status, 201) << "a refusal must not hold the key";
  EXPECT_EQ(send("", "x").status, 400);
  wait = true;
  std::thread other([&] {
    auto second = client_of(*server);
    Headers headers = with_header("Idempotency-Key", "k3");
    headers.add("X-Who", "ann");
    EXPECT_EQ(second.send("POST", "/api/make", "x", headers)->status, 201);
  });
  ASSERT_TRUE(comes_true([&] { return waiting == 1; }));
  EXPECT_EQ(send("k3", "x").status, 409);
  wait = false;
  other.join();
}

TEST(Pipeline, AKeyInUseIsSaid) {
  const auto keys = keys_in_memory(std::chrono::seconds(10), 2);
  const base::Instant start{};
  EXPECT_EQ(keys->begin("a", "1", start)->turn, Turn::first);
  EXPECT_EQ(keys->begin("a", "1", start)->turn, Turn::running);
  EXPECT_EQ(keys->begin("a", "2", start)->turn, Turn::other);
  ASSERT_TRUE(keys->keep("a", {201, {}, "made"}));
  EXPECT_EQ(keys->begin("a", "1", start)->answer.body, "made");
  EXPECT_EQ(keys->begin("a", "1", start + std::chrono::seconds(11))->turn, Turn::first)
      << "kept past its time";
  keys->forget("a");
  EXPECT_EQ(keys->begin("a", "1", start + std::chrono::seconds(12))->turn, Turn::first);
}

TEST(Pipeline, TooManyRequestsAreToldWhenToComeBack) {
  Settings settings;
  settings.rates = {{"default", 600, std::chrono::seconds(60)}, {"few", 3, std::chrono::seconds(60)}};
  settings.authenticate = [](const Request& request) -> base::Result<Viewer> {
    if (request.headers.get("X-Who") == "bad")
      return base::Failure(base::Error{base::ErrorKind::unauthenticated, "no such token", {}});
    return Viewer{std::string(request.headers.get("X-Who")), {}};
  };
  auto route = text_route("x");
  route.rate = "few";
  const auto server = start_for_test({route}, settings);
  auto client = client_of(*server);
  const auto ask = [&](std::string who) {
    return *client.send("GET", "/api/text", {}, with_header("X-Who", std::move(who)));
  };
  EXPECT_EQ(ask("ann").headers.get("RateLimit-Policy"), "\"few\";q=3;w=60");
  EXPECT_EQ(ask("ann").headers.get("RateLimit").substr(0, 10), "\"few\";r=1;");
  EXPECT_EQ(ask("ann").status, 200);
  const auto refused = ask("ann");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "20");
  EXPECT_EQ(ask("bob").status, 200) << "another viewer has a bucket of their own";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("bad").status, 401);
  EXPECT_EQ(ask("bad").status, 429) << "guessing tokens must be limited by address";
}

TEST(Rates, ABucketFillsWithTime) {
  Rates rates({{"r", 2, std::chrono::seconds(10)}});
  const Rates::Clock::time_point start{};
  EXPECT_TRUE(rates.take("r", "a", start).allowed);
  EXPECT_TRUE(rates.take("r", "a", start).allowed);
  EXPECT_FALSE(rates.take("r", "a", start).allowed);
  EXPECT_EQ(rates.take("r", "a", start).wait, std::chrono::seconds(5));
  EXPECT_TRUE(rates.take("r", "a", start + std::chrono::seconds(5)).allowed);
  EXPECT_FALSE(rates.take("r", "a", start + std::chrono::seconds(5)).allowed);
  EXPECT_TRUE(rates.take("none", "a", start).allowed);
  for (int i = 0; i < 20000; ++i)
    rates.take("r", std::to_string(i), start + std::chrono::milliseconds(100 * i));
  EXPECT_LT(rates.buckets(), 5000u) << "buckets that are full again must be forgotten";
}

TEST(Rates, AnIpv6HouseholdIsOneAddress) {
  EXPECT_EQ(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::9"));
  EXPECT_NE(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
  EXPECT_EQ(address_key("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(Pipeline, OnlyATrustedProxyIsBelieved) {
  const auto handler = [](const Request& request) -> base::Result<Response> {
    return answer_text(request.peer + (request.secure ? " secure" : ""));
  };
  Headers claims = with_header("X-Forwarded-For", "6.6.6.6, 192.0.2.7");
  claims.add("X-Forwarded-Proto", "https");
  const auto stranger = start_for_test({route_for_test("GET", "/api/me", handler)});
  EXPECT_EQ(client_of(*stranger).send("GET", "/api/me", {}, claims)->body, "127.0.0.1");
  Settings settings;
  settings.trusted_proxies = {"127.0.0.1"};
  const auto behind = start_for_test({route_for_test("GET", "/api/me", handler)}, settings);
  const auto answer = client_of(*behind).send("GET", "/api/me", {}, claims);
  EXPECT_EQ(answer->body, "192.0.2.7 secure");
  EXPECT_TRUE(answer->headers.has("Strict-Transport-Security"));
}

TEST(Pipeline, OnlyOurPagesAreOurOrigin) {
  struct Case {
    std::string_view name, value;
    bool ours;
  };
  const Case cases[] = {{"Origin", "https://agora.example", true},
                        {"Origin", "https://agora.example.evil", false},
                        {"Origin", "null", false},
                        {"Sec-Fetch-Site", "same-origin", true},
                        {"Sec-Fetch-Site", "cross-site", false},
                        {"X", "y", false}};
  for (const auto& c : cases) {
    Request request;
    request.headers.add("Host", "agora.example");
    request.headers.add(std::string(c.name), std::string(c.value));
    EXPECT_EQ(comes_from_our_pages(request), c.ours) << c.value;
  }
}

TEST(Pipeline, TheAppIsServedAndNothingBesideIt) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  const auto app = folder.path() / "app";
  std::filesystem::create_directories(app / "assets");
  std::filesystem::create_directories(folder.path() / "below");
  ASSERT_TRUE(base::write_file(folder.path() / "secret.txt", "secret"));
  ASSERT_TRUE(base::write_file(app / "index.html", "<html>"));
  ASSERT_TRUE(base::write_file(app / "assets/main-abc.js", "plain"));
  ASSERT_TRUE(base::write_file(app / "assets/main-abc.js.gz", gzipped("plain")));
  ASSERT_TRUE(base::write_file(app / "assets/main-abc.js.br", "as brotli"));
  std::filesystem::create_symlink(folder.path() / "secret.txt", app / "link.txt");
  Settings settings;
  settings.app_folder = app;
  const auto server = start_for_test({text_route("x")}, settings);
  auto client = client_of(*server);
  const auto page = client.send("GET", "/events/stars");
  EXPECT_EQ(page->body, "<html>");
  EXPECT_EQ(page->headers.get("Cache-Control"), "no-cache");
  EXPECT_EQ(page->headers.get("Content-Security-Policy").find("unsafe-inline"), std::string_view::npos);
  const auto script = client.send("GET", "/assets/main-abc.js");
  EXPECT_EQ(script->body, "plain");
  EXPECT_NE(script->headers.get("Cache-Control").find("immutable"), std::string_view::npos);
  EXPECT_EQ(
      gunzipped(client.send("GET", "/assets/main-abc.js", {}, with_header("Accept-Encoding", "gzip"))->body,
                100),
      "plain");
  EXPECT_EQ(client.send("GET", "/assets/main-abc.js", {}, with_header("Accept-Encoding", "gzip, br"))->body,
            "as brotli");
  const std::string etag(script->headers.get("ETag"));
  EXPECT_EQ(client.send("GET", "/assets/main-abc.js", {}, with_header("If-None-Match", etag))->status, 304);
  for (const auto* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
                           "/assets/../../secret.txt", "/assets/..%2f..%2fsecret.txt", "/link.txt",
                           "//secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%5csecret.txt"}) {
    const auto answer = client.send("GET", path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->body.find("secret"), std::string::npos) << path;
    EXPECT_EQ(answer->status, 404) << path;
  }
  EXPECT_EQ(client.send("GET", "/api/none")->status, 404);
  EXPECT_EQ(client.send("POST", "/events/stars", "x")->status, 404);
}

}  // namespace
}  // namespace web
