// What happens to a request on a worker thread, before, around and after its handler. Knows no socket.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "machine/web/app_files.h"
#include "machine/web/hub.h"
#include "machine/web/settings.h"

namespace web {

// What a route that takes nothing lets pass, as {}; and what it says to anything else.
inline constexpr std::uint64_t kMostNothing = 64;
inline constexpr std::string_view kNoBodyHere = "this address takes no body: send none, or {} as JSON";

// An answer ready for the wire.
struct Outgoing {
  int status = 200;
  std::string head;
  std::string body;
  std::optional<File> file;
  std::shared_ptr<Stream> stream;
  bool closes = false;
};

class Pipeline {
 public:
  static base::Result<std::unique_ptr<Pipeline>> make(RouteTable table, Settings settings);

  // Where a request goes; with a refusal when it goes nowhere. Cheap: runs on the I/O threads.
  struct Target {
    const Entry* entry = nullptr;
    bool app = false;  // a page of the front end
    std::optional<Response> answer{};
  };
  Target find(Request& request) const;

  // Before the body: who asks, how often, whether they may, and whether the parameters are right. Fills
  // request.viewer; notes the rate in `notes`.
  std::optional<Response> admit(Request& request, const Entry& entry, Headers& notes);
  // With the body.
  Response run(Request& request, const Entry& entry);
  Response serve_app(const Request& request) const;

  enum class Connection { keep, close };
  Outgoing finish(const Request& request, Response response, const Headers& notes,
                  Connection connection) const;

  const Settings& settings() const { return settings_; }
  const Router& router() const { return router_; }
  void believe_proxy(Request& request) const;

 private:
  Pipeline() = default;
  std::optional<Response> check_rate(const Request& request, std::string_view rate, Headers& notes);
  std::optional<Response> check_parameters(const Request& request, const Entry& entry) const;
  std::optional<Response> read_json(Request& request, const Entry& entry) const;
  Response call(Request& request, const Entry& entry);
  Response call_once(Request& request, const Entry& entry, std::string_view key);
  Response options_answer(const Request& request, const Router::Found& found) const;
  void add_cors(const Request& request, Headers& headers) const;

  Settings settings_;
  Router router_;
  std::unique_ptr<Rates> rates_;
  std::unique_ptr<KeyStore> own_keys_;
  std::optional<AppFiles> app_;
  std::shared_ptr<std::string> document_;
};

// For the cookie's sake: an unsafe method must come from our own pages. True where the browser says so by
// Origin or Sec-Fetch-Site, false where it says otherwise or says nothing.
bool comes_from_our_pages(const Request& request);

// What Last-Event-ID says, on a stream's request.
std::optional<std::uint64_t> last_event_id(const Request& request);

}  // namespace web
