// Threads that run handlers, with a bounded queue in front of them.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace web {

class Workers {
 public:
  Workers(int threads, std::size_t most_waiting);
  ~Workers();

  enum class Urgency { may_refuse, must_run };  // must_run: the next step of work that was accepted already
  bool post(std::function<void()> work, Urgency urgency = Urgency::may_refuse);
  void finish();  // runs what waits, then ends the threads

 private:
  void run();

  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace web
