// Server-sent events: topics, fan-out, resumption. Knows no socket: a connection pulls frames and is woken.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace web {

struct Event {
  std::uint64_t id = 0;  // a sequence number that grows; Last-Event-ID resumes behind it
  std::string name;      // one word
  std::string data;      // JSON
};

// Reads up to `limit` events behind `after` from the log that events are published from, oldest first. Called
// on worker threads until it returns none.
using Replay = std::function<base::Result<std::vector<Event>>(std::uint64_t after, std::size_t limit)>;

struct Stream {
  std::vector<std::string> topics;
  Replay replay;            // may be empty: then nothing is made up for
  std::uint64_t after = 0;  // from Last-Event-ID; without one, where the page that subscribes stands
};

using Frame = std::shared_ptr<const std::string>;  // one event as sent, shared by all who get it
Frame frame_of(const Event& event);

// The place of one client. All members are safe from any thread.
class Subscriber {
 public:
  Subscriber(Stream stream, std::size_t most_waiting);

  // What to send next. `again`: run `refill` on a worker first. `dropped`: the client was too slow; close.
  enum class State { frame, idle, again, dropped };
  struct Next {
    State state = State::idle;
    Frame frame{};
  };
  Next next();
  // Reads one page of the log. When it fails, or throws, the client is dropped, and resumes later.
  void refill();

  void deliver(std::uint64_t id, const Frame& frame);
  // Called once for each time that something comes to an idle subscriber, and when it is dropped.
  void on_wake(std::function<void()> wake);
  void close();
  bool is_dropped();

  const std::vector<std::string>& topics() const { return stream_.topics; }

 private:
  void wake_if_idle(std::unique_lock<std::mutex>& lock);

  Stream stream_;
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::deque<std::pair<std::uint64_t, Frame>> waiting_;
  std::deque<Frame> page_;  // replayed, to be sent before what waits
  std::uint64_t last_ = 0;  // the last id taken from the log
  bool live_ = false;       // the log has been read to its end
  bool missed_ = false;     // something came while the log was read, and did not fit: read on
  bool dropped_ = false;
  bool idle_ = false;
  std::function<void()> wake_;
};

class Hub {
 public:
  explicit Hub(std::size_t most_waiting = 256) : most_waiting_(most_waiting) {}

  // In the order of ids. A subscriber of several of the topics gets it once.
  void publish(const std::vector<std::string>& topics, const Event& event);

  std::shared_ptr<Subscriber> subscribe(const Stream& stream);
  void leave(const std::shared_ptr<Subscriber>& subscriber);
  void close_all();
  std::size_t subscribers();

 private:
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::map<std::string, std::set<std::shared_ptr<Subscriber>>, std::less<>> topics_;
  std::set<std::shared_ptr<Subscriber>> all_;
};

}  // namespace web
