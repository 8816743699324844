// A connection that listens to events.
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "machine/web/session_parts.h"

namespace web {
namespace asio = boost::asio;
namespace {

using Code = boost::system::error_code;

constexpr std::size_t kFramesAtOnce = 64;

}  // namespace

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
