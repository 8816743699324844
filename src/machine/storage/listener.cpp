#include "machine/storage/listener.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "machine/storage/postgresql.h"

namespace storage {
namespace {

constexpr int kPauseMilliseconds = 500;  // before another connection is tried

}  // namespace

Listener::Listener(std::string url, Bell& bell)
    : url_(std::move(url)), bell_(&bell), over_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { listen(); }) {}

Listener::~Listener() {
  const std::uint64_t one = 1;
  if (::write(over_.get(), &one, sizeof one) != sizeof one) std::terminate();  // an eventfd takes a one
  thread_.join();
}

bool Listener::is_over(int milliseconds) const {
  pollfd wait{over_.get(), POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) == 1;
}

void Listener::hear() {
  auto connection = connect(url_, std::chrono::seconds(5));
  if (!connection) return;
  PQclear(PQexec(connection->get(), "LISTEN agora_events"));
  bell_->ring();  // what was said before we listened was not heard
  while (PQstatus(connection->get()) == CONNECTION_OK) {
    pollfd waits[] = {{PQsocket(connection->get()), POLLIN, 0}, {over_.get(), POLLIN, 0}};
    ::poll(waits, 2, -1);
    if (waits[1].revents != 0 || PQconsumeInput(connection->get()) != 1) return;
    bool heard = false;
    while (PGnotify* notice = PQnotifies(connection->get())) {
      PQfreemem(notice);
      heard = true;
    }
    if (heard) bell_->ring();
  }
}

void Listener::listen() {
  do {
    hear();
  } while (!is_over(kPauseMilliseconds));
}

}  // namespace storage
