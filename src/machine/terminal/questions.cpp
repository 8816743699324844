// Questions on the terminal of the person, whatever standard input is.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/terminal/terminal.h"

namespace terminal {
namespace {

// Echo is off while this lives; a Ctrl-C waits until it is on again.
class Silence {
 public:
  explicit Silence(int fd) : fd_(fd) {
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigaddset(&interrupts, SIGTSTP);
    ::sigprocmask(SIG_BLOCK, &interrupts, &blocked_before_);
    if (::tcgetattr(fd_, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);  // Ctrl-C is read as a character
    changed_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    ::sigprocmask(SIG_SETMASK, &blocked_before_, nullptr);
  }
  bool is_silent() const { return changed_; }

 private:
  int fd_;
  termios before_{};
  sigset_t blocked_before_{};
  bool changed_ = false;
};

base::Result<std::string> read_line(int fd) {
  constexpr char kInterrupt = 3;
  std::string line;
  char c = 0;
  while (true) {
    const auto got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == kInterrupt) return base::invalid("nothing was answered");
    if (c == '\n') return line;
    line += c;
  }
}

base::Result<base::Fd> open_terminal(std::string_view question, std::string_view instead) {
  base::Fd fd(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!fd)
    return base::invalid(
        fmt::format("there is no terminal to ask for \"{}\" on: give {}", question, instead));
  return fd;
}

base::Result<std::string> answer_to(std::string_view question, int fd) {
  if (auto said = base::write_all(fd, fmt::format("{}: ", question)); !said)
    return base::Failure(said.error());
  return read_line(fd);
}

}  // namespace

base::Result<std::string> ask(std::string_view question, std::string_view instead) {
  const auto fd = open_terminal(question, instead);
  if (!fd) return base::Failure(fd.error());
  return answer_to(question, fd->get());
}

base::Result<std::string> ask_secret(std::string_view question, std::string_view instead) {
  const auto fd = open_terminal(question, instead);
  if (!fd) return base::Failure(fd.error());
  base::Result<std::string> line;
  {
    const Silence silence(fd->get());  // before the question: nothing of a quick answer is seen
    if (!silence.is_silent())
      return base::invalid(fmt::format("the terminal shows what is typed: give {}", instead));
    line = answer_to(question, fd->get());
  }
  if (auto ended = base::write_all(fd->get(), "\n"); !ended) return base::Failure(ended.error());
  return line;
}

base::Result<std::string> read_first_line() {
  std::string line;
  if (!std::getline(std::cin, line) || line.empty())
    return base::invalid("standard input holds no password: write it in the first line");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace terminal
