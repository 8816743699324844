#include "machine/web/uploads.h"

#include <csignal>
#include <fstream>
#include <thread>

#include <sys/wait.h>

#include "base/hash.h"
#include "machine/web/client.h"
#include "machine/web/room_for_tests.h"
#include "machine/web/text.h"

namespace web {
namespace {

std::string some_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::uint64_t state = 88172645463325252u;
  for (auto& c : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    c = static_cast<char>(state);
  }
  return bytes;
}

struct Place {
  base::TemporaryFolder folder = std::move(*base::TemporaryFolder::make("web-test"));
  std::unique_ptr<Uploads> uploads;
  std::unique_ptr<Server> server;

  explicit Place(std::uint64_t most = 1u << 30) { start(most); }
  void start(std::uint64_t most = 1u << 30) {
    UploadSettings settings;
    settings.folder = folder.path() / "uploads";
    settings.most_bytes = most;
    uploads = std::move(*Uploads::open(settings));
    Settings server_settings;
    server_settings.authenticate = [](const Request& request) -> base::Result<Viewer> {
      return Viewer{std::string(request.headers.get("X-Who")), {}};
    };
    server = start_for_test(uploads->routes(), server_settings);
  }
  Client client() { return std::move(*Client::make(url_of(*server))); }
};

Headers tus(std::initializer_list<std::pair<std::string, std::string>> more = {}) {
  Headers headers;
  headers.add("Tus-Resumable", "1.0.0");
  for (const auto& [name, value] : more) headers.add(name, value);
  return headers;
}

Headers piece(std::uint64_t offset, std::initializer_list<std::pair<std::string, std::string>> more = {}) {
  auto headers = tus(more);
  headers.add("Content-Type", "application/offset+octet-stream");
  headers.add("Upload-Offset", std::to_string(offset));
  return headers;
}

std::string begin_upload(Client& client, std::size_t length) {
  const auto made =
      client.send("POST", "/api/v1/uploads", {}, tus({{"Upload-Length", std::to_string(length)}}));
  EXPECT_EQ(made->status, 201) << made->body;
  return std::string(made->headers.get("Location"));
}

std::string id_in(const std::string& location) {
  return location.substr(location.rfind('/') + 1);
}

TEST(Uploads, TheProtocolIsSpoken) {
  Place place(1000);
  auto client = place.client();
  const auto options = client.send("OPTIONS", "/api/v1/uploads");
  EXPECT_EQ(options->status, 204);
  EXPECT_EQ(options->headers.get("Tus-Version"), "1.0.0");
  EXPECT_EQ(options->headers.get("Tus-Max-Size"), "1000");
  EXPECT_EQ(options->headers.get("Tus-Extension"), "creation,checksum,expiration,termination");
  Headers old;
  old.add("Tus-Resumable", "0.2.2");
  old.add("Upload-Length", "5");
  EXPECT_EQ(client.send("POST", "/api/v1/uploads", {}, old)->status, 412);
  EXPECT_EQ(client.send("POST", "/api/v1/uploads", {}, tus({{"Upload-Length", "1001"}}))->status, 413);
  EXPECT_EQ(client.send("POST", "/api/v1/uploads", {}, tus({{"Upload-Length", "-1"}}))->status, 400);
  EXPECT_EQ(client.send("POST", "/api/v1/uploads", {}, tus())->status, 400);
  const auto made = client.send(
      "POST", "/api/v1/uploads", {},
      tus({{"Upload-Length", "10"}, {"Upload-Metadata", "filename " + base64("a ü.csv") + ",note"}}));
  ASSERT_EQ(made->status, 201) << made->body;
  EXPECT_TRUE(made->headers.has("Upload-Expires"));
  const std::string at(made->headers.get("Location"));

  EXPECT_EQ(client.send("PATCH", at, "hello", piece(3))->status, 409);
  EXPECT_EQ(client.send("PATCH", at, "hello", tus({{"Upload-Offset", "0"}, {"Content-Type", "text/plain"}}))
                ->status,
            415);
  const auto sent = client.send("PATCH", at, "hello", piece(0));
  EXPECT_EQ(sent->status, 204);
  EXPECT_EQ(sent->headers.get("Upload-Offset"), "5");
  const auto head = client.send("HEAD", at, {}, tus());
  EXPECT_EQ(head->headers.get("Upload-Offset"), "5");
  EXPECT_EQ(head->headers.get("Upload-Length"), "10");
  EXPECT_EQ(head->headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(place.uploads->take(id_in(at), "").error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(client.send("PATCH", at, "too many bytes", piece(5))->status, 413);
  EXPECT_EQ(client.send("PATCH", at, "", piece(5))->status, 204);
  EXPECT_EQ(client.send("PATCH", at, "world", piece(5))->headers.get("Upload-Offset"), "10");
  const auto whole = place.uploads->take(id_in(at), "");
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->metadata.at("filename"), "a ü.csv");
  EXPECT_EQ(whole->metadata.at("note"), "");
  EXPECT_EQ(*base::read_file(whole->file), "helloworld");
  EXPECT_EQ(client.send("DELETE", at, {}, tus())->status, 204);
  EXPECT_EQ(client.send("HEAD", at, {}, tus())->status, 404);
  EXPECT_TRUE(std::filesystem::is_empty(place.folder.path() / "uploads"));
}

TEST(Uploads, APieceThatIsNotWhatItsChecksumSaysDoesNotCount) {
  Place place;
  auto client = place.client();
  const auto at = begin_upload(client, 10);
  const auto sum = [](std::string_view text) {
    return "sha256 " + base64(bytes_from_hex(base::sha256_hex(text)));
  };
  EXPECT_EQ(client.send("PATCH", at, "hellO", piece(0, {{"Upload-Checksum", sum("hello")}}))->status, 460);
  EXPECT_EQ(client.send("HEAD", at, {}, tus())->headers.get("Upload-Offset"), "0");
  EXPECT_EQ(client.send("PATCH", at, "hello", piece(0, {{"Upload-Checksum", sum("hello")}}))->status, 204);
  EXPECT_EQ(client.send("PATCH", at, "world", piece(5, {{"Upload-Checksum", "md5 AAAA"}}))->status, 400);
  EXPECT_EQ(
      client.send("PATCH", at, "abc", piece(5, {{"Upload-Checksum", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}}))
          ->status,
      204);
}

TEST(Uploads, AnothersUploadIsNotThere) {
  Place place;
  auto client = place.client();
  const auto made =
      client.send("POST", "/api/v1/uploads", {}, tus({{"Upload-Length", "5"}, {"X-Who", "ann"}}));
  const std::string at(made->headers.get("Location"));
  EXPECT_EQ(client.send("HEAD", at, {}, tus({{"X-Who", "bob"}}))->status, 404);
  EXPECT_EQ(client.send("PATCH", at, "hello", piece(0, {{"X-Who", "bob"}}))->status, 404);
  EXPECT_EQ(client.send("DELETE", at, {}, tus({{"X-Who", "bob"}}))->status, 404);
  EXPECT_EQ(client.send("PATCH", at, "hello", piece(0, {{"X-Who", "ann"}}))->status, 204);
  EXPECT_FALSE(place.uploads->take(id_in(at), "bob"));
  EXPECT_TRUE(place.uploads->take(id_in(at), "ann"));
  for (const auto* odd : {"..", "%2e%2e%2fetc", "x"})
    EXPECT_EQ(client.send("HEAD", std::string("/api/v1/uploads/") + odd, {}, tus())->status, 404) << odd;
}

TEST(Uploads, WhatCameBeforeABrokenConnectionCounts) {
  Place place;
  auto client = place.client();
  const auto bytes = some_bytes(3000000);
  const auto at = begin_upload(client, bytes.size());
  std::uint64_t offset = 0;
  for (const std::size_t cut : {1u, 70000u, 900000u}) {
    Raw raw(place.server->port());
    raw.say(
        "PATCH " + at +
        " HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        "Upload-Offset: " +
        std::to_string(offset) + "\r\nContent-Length: " + std::to_string(bytes.size() - offset) + "\r\n\r\n");
    raw.say(std::string_view(bytes).substr(offset, cut));
    const auto wanted = std::to_string(offset + cut);
    const auto file = place.folder.path() / "uploads" / (id_in(at) + ".data");
    ASSERT_TRUE(comes_true([&] { return std::filesystem::file_size(file) >= offset + cut; }));
    // The old connection still stands: who asks for the offset takes over.
    ASSERT_TRUE(comes_true([&] {
      return client.send("HEAD", at, {}, tus())->headers.get("Upload-Offset") == wanted;
    })) << cut;
    offset += cut;
    raw.say("late bytes that must not count");
  }
  EXPECT_EQ(client.send("PATCH", at, bytes.substr(offset), piece(offset))->status, 204);
  EXPECT_TRUE(*base::read_file(place.uploads->take(id_in(at), "")->file) == bytes);
}

TEST(Uploads, AnUploadSurvivesTheServersSuddenDeath) {
  const auto folder = std::move(*base::TemporaryFolder::make("web-test"));
  UploadSettings settings;
  settings.folder = folder.path();
  int port_pipe[2];
  ASSERT_EQ(::pipe(port_pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto uploads = std::move(*Uploads::open(settings));
    const auto server = start_for_test(uploads->routes());
    const auto port = server->port();
    if (::write(port_pipe[1], &port, sizeof port) != sizeof port) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  std::uint16_t port = 0;
  ASSERT_EQ(::read(port_pipe[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  const auto bytes = some_bytes(40u << 20);
  auto client = std::move(*Client::make("http://127.0.0.1:" + std::to_string(port)));
  const auto at = begin_upload(client, bytes.size());
  Raw raw(port);
  raw.say("PATCH " + at +
          " HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
          "Upload-Offset: 0\r\nContent-Length: " +
          std::to_string(bytes.size()) + "\r\n\r\n");
  raw.say(std::string_view(bytes).substr(0, 30u << 20));
  const auto file = folder.path() / (id_in(at) + ".data");
  EXPECT_TRUE(comes_true([&] { return std::filesystem::file_size(file) > (20u << 20); }));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);

  const auto uploads = std::move(*Uploads::open(settings));
  const auto server = start_for_test(uploads->routes());
  client = std::move(*Client::make(url_of(*server)));
  const auto there = whole_number(client.send("HEAD", at, {}, tus())->headers.get("Upload-Offset"));
  ASSERT_TRUE(there);
  EXPECT_GE(*there, 16u << 20);
  EXPECT_LE(*there, 30u << 20);
  EXPECT_EQ(client.send("PATCH", at, std::string_view(bytes).substr(*there), piece(*there))->status, 204);
  EXPECT_EQ(*base::sha256_of_file(uploads->take(id_in(at), "")->file), base::sha256_hex(bytes));
}

TEST(Uploads, OldOnesAreSweptAway) {
  Place place;
  auto client = place.client();
  const auto at = begin_upload(client, 10);
  EXPECT_EQ(place.uploads->sweep(base::now()), 0);
  EXPECT_EQ(place.uploads->sweep(base::now() + std::chrono::hours(49)), 1);
  EXPECT_EQ(client.send("HEAD", at, {}, tus())->status, 404);
}

TEST(Client, UploadsAndDownloadsALargeFile) {
  Place place;
  const auto bytes = some_bytes(5000000);
  const auto source = place.folder.path() / "source";
  ASSERT_TRUE(base::write_file(source, bytes));
  auto client = place.client();
  std::uint64_t last = 0;
  const auto at = client.upload("/api/v1/uploads", source, {{"filename", "x"}}, [&](auto done, auto all) {
    EXPECT_GT(done, last);
    EXPECT_EQ(all, bytes.size());
    last = done;
  });
  ASSERT_TRUE(at) << at.error().message;
  EXPECT_EQ(last, bytes.size());
  EXPECT_TRUE(*base::read_file(place.uploads->take(id_in(*at), "")->file) == bytes);
  const auto empty = place.folder.path() / "empty";
  ASSERT_TRUE(base::write_file(empty, ""));
  EXPECT_TRUE(client.upload("/api/v1/uploads", empty));
}

}  // namespace
}  // namespace web
