// A request's body, piece by piece, and the hand-over to its handler.
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"
#include "base/time.h"
#include "machine/web/session_parts.h"

namespace web {
namespace asio = boost::asio;
namespace {

using Code = boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kMostLeftOver = 16u << 10;  // a chunk's head, or trailers, that never end

}  // namespace

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
  static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(go_on),
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
  if (takes == Takes::nothing && exchange.body_bytes > kMostNothing) return refuse(400, kNoBodyHere);
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

}  // namespace web
