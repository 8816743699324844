// Reads the event log as it grows, and hands each event to the streams of this server.
#pragma once
#include <atomic>
#include <thread>

#include "machine/storage/events.h"
#include "machine/web/web.h"

namespace agora {

class LiveTail {
 public:
  LiveTail(const storage::Database& database, web::Hub& hub);
  ~LiveTail();  // within a quarter of a second
  LiveTail(const LiveTail&) = delete;
  LiveTail& operator=(const LiveTail&) = delete;

 private:
  void run(storage::Database database, web::Hub& hub);
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace agora
