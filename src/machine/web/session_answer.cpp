// An answer on its way out, and the end of a connection.
#include <boost/asio/buffer.hpp>

#include <fmt/format.h>
#include <sys/sendfile.h>

#include "base/log.h"
#include "machine/web/session_parts.h"

namespace web {
namespace asio = boost::asio;
namespace {

using Code = boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kMostHeldRoom = 128u << 10;  // of a buffer between two requests
constexpr std::size_t kMostHeldBytes = 16u << 10;
constexpr milliseconds kLingerTime{2000};
constexpr std::size_t kSendfileSize = 1u << 20;

}  // namespace

void Session::send(Outgoing outgoing) {
  if (phase_ == Phase::closed) return;
  auto& exchange = *exchange_;
  exchange.outgoing = std::move(outgoing);
  const auto took = std::chrono::duration<double, std::milli>(Clock::now() - exchange.since).count();
  base::log_info(fmt::format("{} {} {} {} {:.2f} ms", exchange.request.id, exchange.request.method,
                             exchange.request.path, exchange.outgoing.status, took));
  begin_phase(Phase::writing, shared_.pipeline.settings().limits.silent_time);
  write_more();
}

void Session::write_more() {
  auto& exchange = *exchange_;
  const auto& head = exchange.outgoing.head;
  const auto& body = exchange.outgoing.body;
  if (exchange.written == head.size() + body.size())
    return exchange.outgoing.file ? write_file() : end_answer();
  const auto from_head = std::min(exchange.written, head.size());
  const auto from_body = exchange.written - from_head;
  const std::array<asio::const_buffer, 2> rest{
      asio::buffer(head.data() + from_head, head.size() - from_head),
      asio::buffer(body.data() + from_body, body.size() - from_body)};
  socket_.async_write_some(rest, [self = shared_from_this()](const Code& failed, std::size_t count) {
    if (failed || self->phase_ == Phase::closed) return self->close();
    self->exchange_->written += count;
    self->on_written(count);
    self->write_more();
  });
}

void Session::on_written(std::size_t count) {
  phase_bytes_ += count;
  deadline_ = Clock::now() + shared_.pipeline.settings().limits.silent_time;
}

void Session::write_file() {
  auto& exchange = *exchange_;
  const auto& file = *exchange.outgoing.file;
  if (exchange.file_sent == file.size) return end_answer();
  auto from = static_cast<off_t>(file.offset + exchange.file_sent);
  const auto most = std::min<std::uint64_t>(file.size - exchange.file_sent, kSendfileSize);
  const ssize_t sent = ::sendfile(socket_.native_handle(), file.descriptor->get(), &from, most);
  const bool full = sent < 0 && (errno == EAGAIN || errno == EINTR);
  // 0: the file shrank since its length was sent. Nothing but an early end is honest now.
  if (sent == 0 || (sent < 0 && !full)) return close();
  if (sent > 0) {
    exchange.file_sent += static_cast<std::uint64_t>(sent);
    on_written(static_cast<std::size_t>(sent));
  }
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const Code& failed) {
    if (failed || self->phase_ == Phase::closed) return self->close();
    self->write_file();
  });
}

void Session::end_answer() {
  if (exchange_->outgoing.stream) return begin_stream();
  if (exchange_->body_left) return linger();
  if (exchange_->outgoing.closes) return exchange_.reset(), linger();
  exchange_.reset();
  if (in_.capacity() > kMostHeldRoom && in_.size() < kMostHeldBytes) in_.shrink_to_fit();
  if (shared_.stopping) return close();
  begin_phase(Phase::idle, shared_.pipeline.settings().limits.keep_alive_time);
  in_.empty() ? read_more() : read_request();
}

// Closing while bytes come in would reset the connection, and the client might never see the answer.
void Session::linger() {
  Code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  begin_phase(Phase::lingering, kLingerTime);
  in_.clear();
  read_more();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  lane_.sessions.erase(this);
  if (subscriber_) {
    subscriber_->on_wake({});
    shared_.hub.leave(subscriber_);
  }
  // A broken upload is put in order by its sink's end, which may take the disk a while.
  if (exchange_ && exchange_->sink)
    shared_.workers.post([broken = std::shared_ptr<Exchange>(std::move(exchange_))] {},
                         Workers::Urgency::must_run);
  Code ignored;
  socket_.close(ignored);
}

}  // namespace web
