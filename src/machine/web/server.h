// The server: sockets in front of the pipeline. One thread per core moves bytes, workers run handlers.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>

#include "machine/web/hub.h"
#include "machine/web/settings.h"

namespace web {

class Server {
 public:
  // Checks the list of routes, binds, and serves. Fails with `invalid` on a wrong list, `unavailable` when
  // the address cannot be had.
  static base::Result<std::unique_ptr<Server>> start(RouteTable table, Settings settings);
  ~Server();  // stops, with a grace of no time

  std::uint16_t port() const;
  Hub& hub();  // publish here; streams of every route hear it
  const Router& router() const;
  std::size_t connections() const;

  // Takes no more connections, ends streams, lets running requests finish and be answered, and cuts off after
  // `grace` whoever has not read the answer. Handlers that run then are waited for.
  void stop(std::chrono::milliseconds grace);

 private:
  Server() = default;
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace web
