// The connections of one build: each is asked for by name, made by the gate, and carried between the cell and
// the network by threads of ours.
#pragma once
#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files.h"
#include "judge/cells/gate.h"

namespace cells {

class Exchange {
 public:
  explicit Exchange(environments::Index index) : gate_(std::move(index)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  // `words` are "NUMBER HOST:PORT". "ok NUMBER" with a stream, or "no NUMBER WHY" will come over `link`.
  void ask(int link, std::string_view words);
  std::vector<std::string> refused();  // why, each once

 private:
  struct Line {
    base::Fd cell, network;
    std::atomic<bool> done{false};
    std::thread carrier;
  };
  void serve(Line& line, const std::string& number, const std::string& place);
  void bury_done();
  void refuse(const std::string& number, const std::string& why);
  bool join(Line& line, base::Fd cell, base::Fd network);

  const Gate gate_;
  std::atomic<bool> stop_{false};
  base::Fd link_;
  std::mutex guard_;  // of all below, and of the lines' descriptors
  std::list<Line> lines_;
  std::vector<std::string> refused_;
};

}  // namespace cells
