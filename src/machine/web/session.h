// One connection, on the thread of its io_context. Every member is touched on that thread alone; workers get
// what they need by value or pointer, and post back.
#pragma once
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <unordered_set>

#include "machine/web/parser.h"
#include "machine/web/pipeline.h"
#include "machine/web/workers.h"

namespace web {

class Session;

// What the connections of one thread share. Connections are here only as long as they are open.
struct Lane {
  std::unordered_set<Session*> sessions;  // touched on this lane's thread
  boost::asio::io_context context{1};     // goes first: it holds the sessions
};

struct Shared {
  Pipeline& pipeline;
  Workers& workers;
  Hub& hub;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Clock = std::chrono::steady_clock;
  using Socket = boost::asio::ip::tcp::socket;

  Session(Socket socket, Lane& lane, Shared& shared);
  ~Session();

  void start();
  void tick(Clock::time_point now);  // a few times a second: time limits and heartbeats
  void retire();                     // the server stops: close if idle, else after this answer

 private:
  enum class Phase { idle, head, body, working, writing, streaming, lingering, closed };
  struct Exchange;  // one request and its answer

  void read_more();
  void on_read(std::size_t count);
  void read_request();
  void on_head(std::size_t end);
  void route(std::optional<std::uint64_t> length);
  bool refuse_body(std::optional<std::uint64_t> length);
  void admit_first();
  void open_place();
  void begin_body();
  void feed_body();
  void pass_on_body();
  void hand_over();
  void answer(Response response);
  void answer_unread(Response response);
  void refuse(int status, std::string_view why);
  void send(Outgoing outgoing);
  void write_more();
  void write_file();
  void on_written(std::size_t count);
  void end_answer();
  void begin_stream();
  void pump_stream();
  void send_frames(std::vector<Frame> frames);
  void watch_for_end();
  void linger();
  void close();
  void begin_phase(Phase phase, std::chrono::milliseconds limit);
  bool is_too_slow(Clock::time_point now) const;

  template <class Work>
  void on_worker(Work work, bool first);
  template <class Work>
  void on_lane(Work work);

  Socket socket_;
  Lane& lane_;
  Shared& shared_;
  std::string peer_;

  Phase phase_ = Phase::idle;
  Clock::time_point deadline_;
  Clock::time_point phase_since_;
  std::uint64_t phase_bytes_ = 0;
  bool reading_ = false;

  std::string in_;  // bytes that came and were not taken yet
  std::unique_ptr<Exchange> exchange_;

  // While streaming.
  std::shared_ptr<Subscriber> subscriber_;
  std::vector<Frame> frames_;
  bool pumping_ = false;
  std::array<char, 16> ignored_{};
};

}  // namespace web
