#include "machine/web/session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>
#include <sys/sendfile.h>

#include "base/ids.h"
#include "base/log.h"
#include "base/time.h"
#include "machine/web/text.h"

namespace web {
namespace asio = boost::asio;
namespace {

using Code = boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kReadSize = 16u << 10;
constexpr std::size_t kBodyReadSize = 128u << 10;
constexpr std::size_t kMostLeftOver = 16u << 10;  // a chunk's head, or trailers, that never end
constexpr std::uint64_t kAdmitFirst = 32u << 10;  // larger bodies are read only from those who may send them
constexpr std::size_t kFramesAtOnce = 64;
constexpr std::uint64_t kMostIgnored = 1u << 20;  // of an unwanted body, read so that the refusal can be
constexpr milliseconds kLingerTime{2000};
constexpr std::size_t kSendfileSize = 1u << 20;

}  // namespace

struct Session::Exchange {
  Request request;
  RequestParser parser;
  const Entry* entry = nullptr;
  bool admitted = false;
  bool keeps_alive = true;
  bool body_left = false;  // the client may still be sending it
  std::string body;        // decoded bytes on their way to a file or sink
  std::uint64_t body_bytes = 0;
  std::shared_ptr<Sink> sink;
  Headers notes;
  Session::Clock::time_point since = Session::Clock::now();
  Outgoing outgoing;
  std::size_t written = 0;  // of head and body
  std::uint64_t file_sent = 0;
};

Session::Session(Socket socket, Lane& lane, Shared& shared)
    : socket_(std::move(socket)), lane_(lane), shared_(shared) {
  ++shared_.connections;
}

Session::~Session() {
  if (phase_ != Phase::closed) lane_.sessions.erase(this);
  --shared_.connections;
}

template <class Work>
void Session::on_lane(Work work) {
  asio::post(lane_.context, std::move(work));
}

// `first`: a request that is not begun yet, and may be refused when too many wait.
template <class Work>
void Session::on_worker(Work work, bool first) {
  begin_phase(Phase::working, milliseconds(0));
  const auto urgency = first ? Workers::Urgency::may_refuse : Workers::Urgency::must_run;
  if (shared_.workers.post(std::move(work), urgency)) return;
  answer(problem(503, "too many requests wait here: try again in a moment"));
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
    static const Frame kHeartbeat = std::make_shared<const std::string>(":\n\n");
    return send_frames({kHeartbeat});
  }
  if (phase_ == Phase::head) return refuse(408, "the request's head took too long");
  if (phase_ == Phase::body) return refuse(408, "the request's body came too slowly");
  close();
}

void Session::retire() {
  if (phase_ == Phase::idle) close();
}

// ---- Reading a request

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
    answer_unread(problem(400, "this address takes no body: send none"));
    return true;
  }
  if (length.value_or(0) > row.most_bytes) {
    answer_unread(
        problem(413, fmt::format("the body has {} bytes; {} is the most here", *length, row.most_bytes)));
    return true;
  }
  const auto type = trimmed(std::string_view(exchange_->request.headers.get("Content-Type")));
  if (row.takes == Takes::json && !same_name(trimmed(type.substr(0, type.find(';'))), "application/json")) {
    answer_unread(problem(415, "send the body as application/json"));
    return true;
  }
  return false;
}

// ---- Reading its body

void Session::admit_first() {
  on_worker(
      [self = shared_from_this()] {
        auto& exchange = *self->exchange_;
        auto refusal = self->shared_.pipeline.admit(exchange.request, *exchange.entry, exchange.notes);
        if (!refusal) return self->open_place();
        self->on_lane([self, answer = std::make_shared<Response>(std::move(*refusal))] {
          self->answer_unread(std::move(*answer));
        });
      },
      true);
}

// On a worker.
void Session::open_place() {
  auto& exchange = *exchange_;
  exchange.admitted = true;
  auto refusal = std::make_shared<std::optional<Response>>();
  const auto& row = exchange.entry->route;
  if (row.takes == Takes::file) {
    auto file = SpooledFile::make(shared_.pipeline.settings().spool);
    if (file) exchange.request.file = std::move(*file);
    if (!file) *refusal = problem(file.error());
  }
  if (row.takes == Takes::sink) {
    auto place = row.open_sink(exchange.request);
    if (auto* sink = std::get_if<std::shared_ptr<Sink>>(&place))
      exchange.request.sink = exchange.sink = *sink;
    if (auto* answer = std::get_if<Response>(&place)) *refusal = std::move(*answer);
  }
  on_lane([self = shared_from_this(), refusal] {
    *refusal ? self->answer_unread(std::move(**refusal)) : self->begin_body();
  });
}

void Session::begin_body() {
  if (!exchange_->body_left) return hand_over();
  begin_phase(Phase::body, shared_.pipeline.settings().limits.silent_time);
  if (exchange_->request.headers.get("Expect").empty() || !in_.empty()) return feed_body();
  static const std::string kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(kGoOn),
                    [self = shared_from_this()](const Code& failed, std::size_t) {
                      failed ? self->close() : self->feed_body();
                    });
}

void Session::feed_body() {
  if (phase_ != Phase::body) return;
  auto& exchange = *exchange_;
  const auto takes = exchange.entry->route.takes;
  auto& out = takes == Takes::file || takes == Takes::sink ? exchange.body : exchange.request.body;
  const auto before = out.size();
  std::size_t taken = 0;
  const auto refusal = exchange.parser.read_body(in_, out, taken);
  in_.erase(0, taken);
  exchange.body_bytes += out.size() - before;
  if (refusal) return refuse(refusal->status, refusal->why);
  if (exchange.body_bytes > exchange.entry->route.most_bytes)
    return refuse(413, fmt::format("the body is larger than {} bytes, the most here",
                                   exchange.entry->route.most_bytes));
  exchange.body_left = !exchange.parser.is_done();
  if (exchange.body_left && in_.size() > kMostLeftOver) return refuse(400, "a chunk's head is too long");
  if (&out == &exchange.body && !out.empty()) return pass_on_body();
  exchange.body_left ? read_more() : hand_over();
}

// Hands a piece to the file or sink on a worker, and reads on when it is taken.
void Session::pass_on_body() {
  begin_phase(Phase::working, milliseconds(0));
  const auto work = [self = shared_from_this()] {
    auto& exchange = *self->exchange_;
    base::Result<void> written;
    try {
      written =
          exchange.sink ? exchange.sink->write(exchange.body) : exchange.request.file.write(exchange.body);
    } catch (const std::exception& thrown) {
      written = base::internal("the body could not be kept", thrown.what());
    }
    exchange.body.clear();
    self->on_lane([self, written] {
      if (!written) {
        base::log_error(fmt::format("{}: {} ({})", self->exchange_->request.id, written.error().message,
                                    written.error().detail));
        return self->answer_unread(problem(written.error()));
      }
      if (!self->exchange_->body_left) return self->hand_over();
      // The client's average counts from its last piece: the disk's time is not its fault.
      self->begin_phase(Phase::body, self->shared_.pipeline.settings().limits.silent_time);
      self->in_.empty() ? self->read_more() : self->feed_body();
    });
  };
  shared_.workers.post(work, Workers::Urgency::must_run);
}

// ---- Running it

void Session::hand_over() {
  on_worker(
      [self = shared_from_this()] {
        auto& exchange = *self->exchange_;
        auto& pipeline = self->shared_.pipeline;
        if (!exchange.admitted)
          if (auto refusal = pipeline.admit(exchange.request, *exchange.entry, exchange.notes))
            return self->answer(std::move(*refusal));
        if (exchange.sink)
          if (auto finished = exchange.sink->finish(); !finished)
            return self->answer(problem(finished.error()));
        self->answer(pipeline.run(exchange.request, *exchange.entry));
      },
      !exchange_->admitted);
}

// From a worker or from the lane, once the body is read.
void Session::answer(Response response) {
  auto& exchange = *exchange_;
  const bool close_after = !exchange.keeps_alive || exchange.body_left || shared_.stopping;
  auto outgoing = std::make_shared<Outgoing>();
  try {
    *outgoing =
        shared_.pipeline.finish(exchange.request, std::move(response), exchange.notes,
                                close_after ? Pipeline::Connection::close : Pipeline::Connection::keep);
  } catch (const std::exception& thrown) {
    base::log_error(fmt::format("{}: an answer could not be made: {}", exchange.request.id, thrown.what()));
    return on_lane([self = shared_from_this()] { self->close(); });
  }
  on_lane([self = shared_from_this(), outgoing] { self->send(std::move(*outgoing)); });
}

// The body, if any, stays unread: the connection ends with this answer.
void Session::answer_unread(Response response) {
  begin_phase(Phase::working, milliseconds(0));
  answer(std::move(response));
}

void Session::refuse(int status, std::string_view why) {
  if (!exchange_) exchange_ = std::make_unique<Exchange>();
  auto& request = exchange_->request;
  if (request.id.empty()) request.id = base::to_text(base::make_ulid(base::now()));
  exchange_->keeps_alive = false;
  exchange_->body_left = true;
  answer_unread(problem(status, why));
}

// ---- Writing the answer

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
  if (in_.capacity() > kBodyReadSize && in_.size() < kReadSize) in_.shrink_to_fit();
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

// ---- Streaming events

void Session::begin_stream() {
  subscriber_ = shared_.hub.subscribe(*exchange_->outgoing.stream);
  // Thousands may sit here: nothing of the request is needed any more.
  exchange_.reset();
  std::string().swap(in_);
  begin_phase(Phase::streaming, shared_.pipeline.settings().limits.heartbeat);
  subscriber_->on_wake([weak = weak_from_this(), &context = lane_.context] {
    asio::post(context, [weak] {
      if (const auto self = weak.lock()) self->pump_stream();
    });
  });
  watch_for_end();
  if (shared_.stopping) return close();
  pump_stream();
}

// What a client sends while it listens is not heeded; its end is.
void Session::watch_for_end() {
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const Code& failed, std::size_t) {
                            if (failed || self->phase_ == Phase::closed) return self->close();
                            self->watch_for_end();
                          });
}

void Session::pump_stream() {
  if (phase_ != Phase::streaming) return;
  if (subscriber_->is_dropped()) return close();  // also in the middle of a frame that is not read
  if (!frames_.empty() || pumping_) return;
  std::vector<Frame> frames;
  while (frames.size() < kFramesAtOnce) {
    auto next = subscriber_->next();
    using enum Subscriber::State;
    if (next.state == dropped) return close();
    if (next.state == frame) {
      frames.push_back(std::move(next.frame));
      continue;
    }
    if (next.state == again && frames.empty()) {
      pumping_ = true;
      const auto work = [self = shared_from_this()] {
        self->subscriber_->refill();
        self->on_lane([self] {
          self->pumping_ = false;
          self->pump_stream();
        });
      };
      shared_.workers.post(work, Workers::Urgency::must_run);
    }
    break;
  }
  if (!frames.empty()) send_frames(std::move(frames));
}

void Session::send_frames(std::vector<Frame> frames) {
  frames_ = std::move(frames);
  std::vector<asio::const_buffer> buffers;
  for (const auto& frame : frames_) buffers.push_back(asio::buffer(*frame));
  deadline_ = Clock::now() + shared_.pipeline.settings().limits.silent_time;
  asio::async_write(socket_, buffers, [self = shared_from_this()](const Code& failed, std::size_t) {
    if (failed || self->phase_ == Phase::closed) return self->close();
    self->frames_.clear();
    self->deadline_ = Clock::now() + self->shared_.pipeline.settings().limits.heartbeat;
    self->pump_stream();
  });
}

}  // namespace web
