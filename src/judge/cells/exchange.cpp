#include "judge/cells/exchange.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include "machine/sandbox/wire.h"

namespace cells {
namespace {

constexpr std::size_t kMostLines = 64, kMostRefused = 50;

// Until the one side has nothing more to say, or the other does not listen.
void carry(int from, int to) {
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (ssize_t sent = 0; sent < got;) {
      const ssize_t put =
          ::send(to, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) {
        ::shutdown(from, SHUT_RD);
        return;
      }
      sent += put;
    }
  }
  ::shutdown(to, SHUT_WR);
}

}  // namespace

Exchange::~Exchange() {
  stop_ = true;
  {
    const std::scoped_lock lock(guard_);
    for (const auto& line : lines_)
      for (const auto* fd : {&line.cell, &line.network})
        if (*fd) ::shutdown(fd->get(), SHUT_RDWR);
  }
  for (auto& line : lines_) line.carrier.join();
}

void Exchange::ask(int link, std::string_view words) {
  const auto space = words.find(' ');
  const std::string number(words.substr(0, space));
  const std::string place(space == std::string_view::npos ? "" : words.substr(space + 1));
  if (!link_) link_ = base::Fd(::fcntl(link, F_DUPFD_CLOEXEC, 3));
  bury_done();
  if (lines_.size() >= kMostLines)
    return refuse(number, fmt::format("this build has {} connections open already", kMostLines));
  const std::scoped_lock lock(guard_);
  auto& line = lines_.emplace_back();
  line.carrier = std::thread([this, &line, number, place] {
    serve(line, number, place);
    line.done = true;
  });
}

// Their descriptors are closed here alone, so that nobody shuts a number down that is another's by now.
void Exchange::bury_done() {
  const std::scoped_lock lock(guard_);
  std::erase_if(lines_, [](Line& line) {
    if (line.done) line.carrier.join();
    return !line.carrier.joinable();
  });
}

void Exchange::serve(Line& line, const std::string& number, const std::string& place) {
  auto network = gate_.connect(place, stop_);
  if (!network) return refuse(number, network.error().message);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return refuse(number, "this host has no descriptors left");
  const base::Fd theirs(ends[1]);
  if (!join(line, base::Fd(ends[0]), std::move(*network))) return;
  const int fd = theirs.get();
  if (!sandbox::send_packet(link_.get(), "ok " + number, std::span(&fd, 1), sandbox::Wait::no)) return;
  std::thread down([&line] { carry(line.network.get(), line.cell.get()); });
  carry(line.cell.get(), line.network.get());
  down.join();
}

// False where the build is over already.
bool Exchange::join(Line& line, base::Fd cell, base::Fd network) {
  const std::scoped_lock lock(guard_);
  line.cell = std::move(cell);
  line.network = std::move(network);
  return !stop_;
}

void Exchange::refuse(const std::string& number, const std::string& why) {
  {
    const std::scoped_lock lock(guard_);
    const bool known = std::find(refused_.begin(), refused_.end(), why) != refused_.end();
    if (!known && refused_.size() < kMostRefused) refused_.push_back(why);
  }
  (void)sandbox::send_packet(link_.get(), fmt::format("no {} {}", number, why), {}, sandbox::Wait::no);
}

std::vector<std::string> Exchange::refused() {
  const std::scoped_lock lock(guard_);
  return refused_;
}

}  // namespace cells
