// Hears PostgreSQL's NOTIFY and rings the bell. It only wakes: whoever is woken looks at the log itself.
#pragma once
#include <memory>
#include <string>
#include <thread>

#include "base/files.h"
#include "machine/storage/core.h"

namespace storage {

class Listener {
 public:
  Listener(std::string url, Bell& bell);
  ~Listener();

 private:
  void listen();
  void hear();  // one connection, until it dies or the end
  bool is_over(int milliseconds) const;

  std::string url_;
  Bell* bell_;
  base::Fd over_;  // readable from the end on
  std::thread thread_;
};

}  // namespace storage
