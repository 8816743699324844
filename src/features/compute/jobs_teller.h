// Brings what a job says to those who watch: lines are gathered and written a few times a second.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "features/compute/store.h"

namespace compute {

class Teller {
 public:
  Teller(const storage::Database& database, const EnvironmentId& id);
  ~Teller();  // writes what is left
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void say(std::string_view line);

 private:
  void run(const std::stop_token& stop);
  void write();

  storage::Database database_;
  EnvironmentId id_;
  std::mutex guard_;
  std::condition_variable_any wake_;
  std::vector<std::string> lines_;
  std::jthread thread_;
};

}  // namespace compute
