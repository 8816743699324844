#include "judge/cells/pipes.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace cells {
namespace {

constexpr int kReads = 32;  // of 64 KiB at once, so that a flood cannot keep us here

}  // namespace

base::Result<Ends> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_failure("pipe", "output", errno);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Ends{base::Fd(ends[0]), base::Fd(ends[1])};
}

void Ears::drain(base::Fd& pipe, Stream stream) {
  static thread_local std::array<char, 65536> buffer;
  for (int i = 0; i < kReads && pipe; ++i) {
    const ssize_t got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) return pipe.reset();
    const auto taken = std::min(static_cast<std::uint64_t>(got), left_);
    if (static_cast<std::uint64_t>(got) > left_) full_ = true;
    left_ -= taken;
    if (taken > 0 && on_output_) on_output_(stream, {buffer.data(), taken});
  }
}

}  // namespace cells
