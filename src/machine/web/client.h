// A blocking HTTP client for commands and workers: JSON, large files, live events. Knows no feature.
// One client is one connection, used by one thread at a time.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "machine/web/hub.h"
#include "machine/web/message.h"

namespace web {

struct ClientSettings {
  std::string token;         // sent as Authorization: Bearer
  std::string certificates;  // a PEM file of authorities to trust beside the system's
  std::chrono::milliseconds connect_time{10000};
  std::chrono::milliseconds silent_time{60000};
  int most_tries = 5;                          // of uploads, downloads and streams that break
  std::chrono::milliseconds first_pause{200};  // doubled after each try
  std::size_t most_answer_bytes = 64u << 20;   // of an answer held in memory
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;
};

enum class GoOn { yes, no };
// Bytes done, and bytes in all.
using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

class Client {
 public:
  // "https://agora.example.org" or "http://127.0.0.1:8080/below". Fails with `invalid` on anything else.
  static base::Result<Client> make(std::string_view url, ClientSettings settings = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // The answer whatever its status. Fails with `unavailable` when the server is out of reach, or went away.
  base::Result<Answer> send(std::string_view method, std::string_view path, std::string_view body = {},
                            const Headers& headers = {});

  // JSON in and out. A status of failure becomes its Error, with the server's words; so do all below.
  base::Result<base::json::value> get(std::string_view path);
  base::Result<base::json::value> post(std::string_view path, const base::json::value& body,
                                       std::string_view idempotency_key = {});
  base::Result<base::json::value> put(std::string_view path, const base::json::value& body,
                                      std::string_view if_match = {});
  base::Result<base::json::value> patch(std::string_view path, const base::json::value& body,
                                        std::string_view if_match = {});
  base::Result<base::json::value> remove(std::string_view path);

  // Through the tus routes at `path`; goes on where it broke. Returns the upload's own path on the server.
  base::Result<std::string> upload(std::string_view path, const std::filesystem::path& file,
                                   const std::map<std::string, std::string>& metadata = {},
                                   const Progress& progress = {});

  // Into a file beside the target, checked against the server's digest where there is one, then renamed. Goes
  // on where it broke.
  base::Result<void> download(std::string_view path, const std::filesystem::path& target,
                              const Progress& progress = {});

  // Calls `take` with each event until it says no, reconnecting behind the last one. Fails as `get` does on a
  // refusal, and with `unavailable` after too many tries in vain.
  base::Result<void> listen(std::string_view path, std::optional<std::uint64_t> after,
                            const std::function<GoOn(const Event&)>& take);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The Error that an answer of 400 and above means.
base::Error error_of(const Answer& answer);

}  // namespace web
