// What the files of a connection share: one request's state, and the ways between its lane and the workers.
#pragma once
#include <boost/asio/post.hpp>

#include "machine/web/session.h"

namespace web {

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

template <class Work>
void Session::on_lane(Work work) {
  boost::asio::post(lane_.context, std::move(work));
}

// `first`: a request that is not begun yet, and may be refused when too many wait.
template <class Work>
void Session::on_worker(Work work, bool first) {
  begin_phase(Phase::working, std::chrono::milliseconds(0));
  const auto urgency = first ? Workers::Urgency::may_refuse : Workers::Urgency::must_run;
  if (shared_.workers.post(std::move(work), urgency)) return;
  answer(problem(
      base::Error{base::ErrorKind::unavailable, "too many requests wait here: try again in a moment", {}}));
}

}  // namespace web
