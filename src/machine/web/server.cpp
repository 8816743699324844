#include "machine/web/server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/log.h"
#include "machine/web/listening.h"
#include "machine/web/session.h"

namespace web {
namespace asio = boost::asio;
using asio::ip::tcp;
namespace {

using Code = boost::system::error_code;
constexpr std::chrono::milliseconds kTick{200};

int threads_or(int asked, int otherwise) {
  return asked > 0 ? asked : otherwise;
}

// The head of every answer to one connection too many. There is no request yet, so no request id.
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\nConnection: close\r\n\r\n";

}  // namespace

struct Server::Engine {
  explicit Engine(std::unique_ptr<Pipeline> made)
      : pipeline(std::move(made)),
        hub(pipeline->settings().limits.most_waiting_events),
        workers(threads_or(pipeline->settings().worker_threads,
                           std::max(4, 2 * static_cast<int>(std::thread::hardware_concurrency()))),
                pipeline->settings().limits.most_waiting_requests),
        shared{*pipeline, workers, hub} {}

  base::Result<void> bind();
  void run();
  void accept();
  void begin(base::Fd connection);
  void keep_time(Lane& lane, const std::shared_ptr<asio::steady_timer>& timer);
  void each_session(void (*act)(Session&));
  void stop(std::chrono::milliseconds grace);

  std::unique_ptr<Pipeline> pipeline;
  Hub hub;
  Workers workers;
  Shared shared;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
  std::unique_ptr<tcp::acceptor> acceptor;  // on the first lane
  std::unique_ptr<asio::steady_timer> pause;
  tcp protocol = tcp::v4();
  std::uint16_t port = 0;
  std::size_t turn = 0;
  std::vector<std::thread> threads;
  bool stopped = false;
};

base::Result<void> Server::Engine::bind() {
  const int count = threads_or(pipeline->settings().io_threads,
                               std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  for (int i = 0; i < count; ++i) {
    lanes.push_back(std::make_unique<Lane>());
    guards.push_back(asio::make_work_guard(lanes.back()->context));
  }
  const auto& settings = pipeline->settings();
  Code failed;
  const auto address = asio::ip::make_address(settings.address, failed);
  if (failed) return base::invalid(fmt::format("{} is no IP address to listen on", settings.address));
  acceptor = std::make_unique<tcp::acceptor>(lanes.front()->context);
  pause = std::make_unique<asio::steady_timer>(lanes.front()->context);
  const tcp::endpoint end(address, settings.port);
  auto listening = listen_at(end);
  if (!listening) return base::Failure(listening.error());
  protocol = end.protocol();
  acceptor->assign(protocol, listening->release());
  port = acceptor->local_endpoint().port();
  return {};
}

void Server::Engine::run() {
  accept();
  for (auto& lane : lanes) {
    keep_time(*lane, std::make_shared<asio::steady_timer>(lane->context));
    threads.emplace_back([&context = lane->context] {
      ::pthread_setname_np(::pthread_self(), "web-io");
      while (true) {
        try {
          context.run();
          return;
        } catch (const std::exception& thrown) {  // out of memory for one connection is not the end of all
          base::log_error(fmt::format("a connection's step failed: {}", thrown.what()));
        }
      }
    });
  }
}

void Server::Engine::accept() {
  acceptor->async_wait(tcp::acceptor::wait_read, [this](const Code& failed) {
    if (failed == asio::error::operation_aborted || shared.stopping) return;
    // One at a time: who waits is answered before more memory is taken for others.
    auto connection = accept_from(acceptor->native_handle());
    const int why = connection ? 0 : errno;
    if (connection) begin(std::move(connection));
    if (why == 0 || why == EAGAIN || why == EINTR || why == ECONNABORTED) return accept();
    // Most likely no descriptor is left: wait for one.
    base::log_warning(
        fmt::format("a connection cannot be accepted: {}", std::generic_category().message(why)));
    pause->expires_after(std::chrono::milliseconds(100));
    pause->async_wait([this](const Code& ended) {
      if (!ended) accept();
    });
  });
}

void Server::Engine::begin(base::Fd fd) {
  if (shared.connections >= pipeline->settings().limits.most_connections) {
    ::send(fd.get(), kFull.data(), kFull.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  Lane& lane = *lanes[turn++ % lanes.size()];
  tcp::socket socket(lane.context);
  Code failed;
  socket.assign(protocol, fd.get(), failed);
  if (failed) return base::log_warning(fmt::format("a connection is dropped: {}", failed.message()));
  fd.release();
  auto session = std::make_shared<Session>(std::move(socket), lane, shared);
  asio::post(lane.context, [session] { session->start(); });
}

void Server::Engine::keep_time(Lane& lane, const std::shared_ptr<asio::steady_timer>& timer) {
  const auto shortest =
      std::min(pipeline->settings().limits.header_time, pipeline->settings().limits.heartbeat);
  timer->expires_after(std::clamp(shortest / 4, std::chrono::milliseconds(10), kTick));
  timer->async_wait([this, &lane, timer](const Code& failed) {
    if (failed) return;
    const auto now = Session::Clock::now();
    const std::vector<Session*> all(lane.sessions.begin(), lane.sessions.end());
    for (auto* session : all)
      if (lane.sessions.contains(session)) session->tick(now);
    keep_time(lane, timer);
  });
}

void Server::Engine::each_session(void (*act)(Session&)) {
  for (auto& lane : lanes)
    asio::post(lane->context, [&lane = *lane, act] {
      const std::vector<Session*> all(lane.sessions.begin(), lane.sessions.end());
      for (auto* session : all)
        if (lane.sessions.contains(session)) act(*session->shared_from_this());
    });
}

void Server::Engine::stop(std::chrono::milliseconds grace) {
  if (std::exchange(stopped, true)) return;
  shared.stopping = true;
  asio::post(lanes.front()->context, [this] {
    Code ignored;
    acceptor->close(ignored);
    pause->cancel();
  });
  hub.close_all();
  each_session([](Session& session) { session.retire(); });
  const auto end = Session::Clock::now() + grace;
  while (shared.connections > 0 && Session::Clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  for (auto& guard : guards) guard.reset();
  workers.finish();  // its last posts find the contexts still there
  for (auto& lane : lanes) lane->context.stop();
  for (auto& thread : threads) thread.join();
}

base::Result<std::unique_ptr<Server>> Server::start(RouteTable table, Settings settings) {
  // sendfile(2) knows no MSG_NOSIGNAL: to a client that has gone it would end the program.
  std::signal(SIGPIPE, SIG_IGN);
  auto pipeline = Pipeline::make(std::move(table), std::move(settings));
  if (!pipeline) return base::Failure(pipeline.error());
  std::unique_ptr<Server> server(new Server);
  server->engine_ = std::make_unique<Engine>(std::move(*pipeline));
  if (auto bound = server->engine_->bind(); !bound) return base::Failure(bound.error());
  server->engine_->run();
  return server;
}

Server::~Server() {
  if (engine_) stop(std::chrono::milliseconds(0));
}

std::uint16_t Server::port() const {
  return engine_->port;
}
Hub& Server::hub() {
  return engine_->hub;
}
const Router& Server::router() const {
  return engine_->pipeline->router();
}
std::size_t Server::connections() const {
  return engine_->shared.connections;
}
void Server::stop(std::chrono::milliseconds grace) {
  engine_->stop(grace);
}

}  // namespace web
