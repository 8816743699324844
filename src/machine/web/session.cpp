#include "machine/web/session.h"

#include <boost/asio/buffer.hpp>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/time.h"
#include "machine/web/session_parts.h"
#include "machine/web/text.h"

namespace web {
namespace asio = boost::asio;
namespace {

using Code = boost::system::error_code;
using std::chrono::milliseconds;

constexpr char kHandshake = 0x16;  // the first byte of a TLS client
constexpr std::size_t kReadSize = 16u << 10;
constexpr std::size_t kBodyReadSize = 128u << 10;
constexpr std::uint64_t kAdmitFirst = 32u << 10;  // larger bodies are read only from those who may send them
constexpr std::uint64_t kMostIgnored = 1u << 20;  // of an unwanted body, read so that the refusal can be

bool is_json(const Request& request) {
  const auto type = trimmed(std::string_view(request.headers.get("Content-Type")));
  return same_name(trimmed(type.substr(0, type.find(';'))), "application/json");
}

// Many clients send {} where there is nothing to say; run() looks at what it holds.
bool may_say_nothing(const Request& request, std::uint64_t length) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  return !reads && length <= kMostNothing && is_json(request);
}

}  // namespace

Session::Session(Socket socket, Lane& lane, Shared& shared)
    : socket_(std::move(socket)), lane_(lane), shared_(shared) {
  ++shared_.connections;
}

Session::~Session() {
  if (phase_ != Phase::closed) lane_.sessions.erase(this);
  --shared_.connections;
}

void Session::start() {
  Code failed;
  const auto end = socket_.remote_endpoint(failed);
  if (failed || shared_.stopping) return;
  peer_ = end.address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), failed);
  socket_.non_blocking(true, failed);
  lane_.sessions.insert(this);
  // A connection that says nothing at first has no longer than one that says its head slowly.
  begin_phase(Phase::idle, shared_.pipeline.settings().limits.header_time);
  read_more();
}

void Session::begin_phase(Phase phase, milliseconds limit) {
  if (phase_ == Phase::closed) return;
  phase_ = phase;
  phase_since_ = Clock::now();
  phase_bytes_ = 0;
  deadline_ = limit.count() == 0 ? Clock::time_point::max() : phase_since_ + limit;
}

bool Session::is_too_slow(Clock::time_point now) const {
  if (phase_ != Phase::body && phase_ != Phase::writing) return false;
  const auto& limits = shared_.pipeline.settings().limits;
  const auto passed = now - phase_since_;
  const auto seconds = std::chrono::duration<double>(passed).count();
  return passed >= limits.grace_time &&
         static_cast<double>(phase_bytes_) < seconds * static_cast<double>(limits.least_bytes_per_second);
}

void Session::tick(Clock::time_point now) {
  if (phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  if (now < deadline_ && !is_too_slow(now)) return;
  if (phase_ == Phase::streaming && frames_.empty()) {
    static const Frame heartbeat = std::make_shared<const std::string>(":\n\n");
    return send_frames({heartbeat});
  }
  if (phase_ == Phase::head) return refuse(408, "the request's head took too long");
  if (phase_ == Phase::body) return refuse(408, "the request's body came too slowly");
  close();
}

void Session::retire() {
  if (phase_ == Phase::idle) close();
}

void Session::read_more() {
  if (reading_ || phase_ == Phase::closed) return;
  reading_ = true;
  const auto held = in_.size();
  in_.resize(held + (phase_ == Phase::body ? kBodyReadSize : kReadSize));
  socket_.async_read_some(asio::buffer(in_.data() + held, in_.size() - held),
                          [self = shared_from_this(), held](const Code& failed, std::size_t count) {
                            self->reading_ = false;
                            self->in_.resize(held + count);
                            if (failed || self->phase_ == Phase::closed) return self->close();
                            self->on_read(count);
                          });
}

void Session::on_read(std::size_t count) {
  if (phase_ == Phase::lingering) {
    in_.clear();
    phase_bytes_ += count;
    return phase_bytes_ > kMostIgnored ? close() : read_more();
  }
  if (phase_ == Phase::body) {
    phase_bytes_ += count;
    deadline_ = Clock::now() + shared_.pipeline.settings().limits.silent_time;
    return feed_body();
  }
  read_request();
}

void Session::read_request() {
  std::size_t empty = 0;  // an empty line or two before a request are forgiven (RFC 9112, 2.2)
  while (empty < 4 && in_.substr(empty, 2) == "\r\n") empty += 2;
  in_.erase(0, empty);
  if (in_.empty()) return read_more();
  // A TLS handshake would wait here for an end of line that never comes.
  if (in_.front() == kHandshake)
    return refuse(400, "this port speaks plain HTTP: ask at http://, or at the proxy that speaks TLS for it");
  const auto& limits = shared_.pipeline.settings().limits;
  if (phase_ == Phase::idle) begin_phase(Phase::head, limits.header_time);
  const auto end = in_.find("\r\n\r\n");
  if (end == std::string::npos && in_.size() <= limits.most_header_bytes) {
    // Lines that end in a bare LF would wait here for an end that never comes.
    if (in_.find("\n\n") == std::string::npos) return read_more();
    return refuse(400, "a line of the head ends without CR");
  }
  if (end == std::string::npos || end + 4 > limits.most_header_bytes)
    return refuse(431, fmt::format("the request's head is larger than {} bytes", limits.most_header_bytes));
  on_head(end + 4);
}

void Session::on_head(std::size_t end) {
  exchange_ = std::make_unique<Exchange>();
  auto& request = exchange_->request;
  request.id = base::to_text(base::make_ulid(base::now()));
  request.peer = peer_;
  const auto refusal = exchange_->parser.read_head(std::string_view(in_).substr(0, end), request);
  in_.erase(0, end);
  if (refusal) return refuse(refusal->status, refusal->why);
  shared_.pipeline.believe_proxy(request);
  exchange_->keeps_alive = exchange_->parser.keeps_alive();
  exchange_->body_left = exchange_->parser.has_body();
  const auto expects = request.headers.get("Expect");
  if (!expects.empty() && !same_name(expects, "100-continue"))
    return refuse(417, "100-continue is the only expectation here");
  route(exchange_->parser.length());
}

void Session::route(std::optional<std::uint64_t> length) {
  auto target = shared_.pipeline.find(exchange_->request);
  if (target.answer) return answer_unread(std::move(*target.answer));
  exchange_->entry = target.entry;
  if (target.app) {
    if (exchange_->body_left) return answer_unread(problem(400, "a page takes no body"));
    return on_worker(
        [self = shared_from_this()] {
          self->answer(self->shared_.pipeline.serve_app(self->exchange_->request));
        },
        true);
  }
  if (refuse_body(length)) return;
  const auto takes = target.entry->route.takes;
  const bool streamed = takes == Takes::file || takes == Takes::sink;
  // A streamed body's place is opened even when the body is empty.
  if (streamed || (exchange_->body_left && length.value_or(kAdmitFirst) >= kAdmitFirst)) return admit_first();
  begin_body();
}

// True when it answered.
bool Session::refuse_body(std::optional<std::uint64_t> length) {
  const auto& row = exchange_->entry->route;
  if (!exchange_->body_left) return false;
  if (row.takes == Takes::nothing) {
    if (may_say_nothing(exchange_->request, length.value_or(0))) return false;
    answer_unread(problem(400, kNoBodyHere));
    return true;
  }
  if (length.value_or(0) > row.most_bytes) {
    answer_unread(
        problem(413, fmt::format("the body has {} bytes; {} is the most here", *length, row.most_bytes)));
    return true;
  }
  if (row.takes == Takes::json && !is_json(exchange_->request)) {
    answer_unread(problem(415, "send the body as application/json"));
    return true;
  }
  return false;
}

}  // namespace web
