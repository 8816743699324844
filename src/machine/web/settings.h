// What a server is made from: addresses, limits, hooks.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "machine/web/idempotency.h"
#include "machine/web/openapi.h"
#include "machine/web/rates.h"
#include "machine/web/router.h"

namespace web {

// Who asks: a stranger is a Viewer without a key. Fails with `unauthenticated` on a bad session or token.
using Authenticator = std::function<base::Result<Viewer>(const Request&)>;
// Whether the viewer may use the route at all (its permission and scope); handlers look at the thing itself.
using Gate = std::function<base::Result<void>(const Request&, const Route&)>;

struct Limits {
  std::size_t most_connections = 10000;
  std::size_t most_waiting_requests = 2000;  // for a worker thread; past it the answer is 503
  std::size_t most_header_bytes = 16u << 10;
  std::chrono::milliseconds header_time{10000};      // from the first byte of a head to its last
  std::chrono::milliseconds silent_time{30000};      // without a byte, in a body or an answer
  std::chrono::milliseconds keep_alive_time{75000};  // between requests
  // A body or answer that is slower than this on average, after `grace_time`, is given up.
  std::uint64_t least_bytes_per_second = 500;
  std::chrono::milliseconds grace_time{15000};
  std::chrono::milliseconds heartbeat{15000};
  std::size_t most_waiting_events = 256;  // for one client
};

struct Settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one; Server::port says which
  int io_threads = 0;      // 0: one for each core
  int worker_threads = 0;  // 0: two for each core, at least four
  Limits limits{};
  std::filesystem::path spool;                 // bodies on their way to disk; empty: no route takes a file
  std::filesystem::path app_folder;            // the web pages; empty: none
  std::vector<std::string> cors_origins{};     // "https://notebook.example.org"; none by default
  std::vector<std::string> trusted_proxies{};  // addresses whose X-Forwarded-For and -Proto are believed
  std::vector<RateRow> rates{{"default", 600, std::chrono::seconds(60)}};
  ApiFacts api{};
  std::string api_document_path = "/api/v1/openapi.json";  // empty: none
  Authenticator authenticate{};
  Gate gate{};               // absent: every route must be open to all
  KeyStore* keys = nullptr;  // absent: in memory
};

inline constexpr std::string_view kOpen = "open";  // the permission that asks for nothing

}  // namespace web
