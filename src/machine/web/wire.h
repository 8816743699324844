// One blocking connection, plain or TLS, with time limits. For the client.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace web {

struct WireSettings {
  std::string host;
  std::string port;
  bool tls = false;
  std::string certificates;  // a PEM file of authorities to trust beside the system's
  std::chrono::milliseconds connect_time{10000};
  std::chrono::milliseconds silent_time{60000};
};

class Wire {
 public:
  // Fails with `unavailable`, in words for the person: no such host, refused, a certificate that is not
  // right.
  static base::Result<std::unique_ptr<Wire>> open(const WireSettings& settings);
  ~Wire();

  base::Result<std::size_t> read(char* into, std::size_t most);  // 0 at the end
  base::Result<void> write(std::string_view bytes);

 private:
  struct Tls;
  explicit Wire(base::Fd fd);
  base::Result<void> begin_tls(const WireSettings& settings);

  base::Fd fd_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace web
