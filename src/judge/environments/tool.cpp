#include "judge/environments/tool.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"

namespace environments {

namespace {

constexpr std::size_t kKept = 64u << 10;

struct Spawning {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  Spawning() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
};

// The child gets back the signals that we ignore or block.
void reset_signals(Spawning& spawning) {
  sigset_t none, pipe;
  ::sigemptyset(&none);
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::posix_spawnattr_setsigmask(&spawning.attributes, &none);
  ::posix_spawnattr_setsigdefault(&spawning.attributes, &pipe);
  ::posix_spawnattr_setflags(&spawning.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

base::Result<pid_t> start(const Tool& tool, int out) {
  Spawning spawning;
  auto* actions = &spawning.actions;
  ::posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions, out, 1);
  if (tool.complaints == Complaints::joined)
    ::posix_spawn_file_actions_adddup2(actions, out, 2);
  else
    ::posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
  if (!tool.folder.empty()) ::posix_spawn_file_actions_addchdir_np(actions, tool.folder.c_str());
  reset_signals(spawning);
  std::vector<std::string> settings;
  for (const auto& [name, value] : tool.environment) settings.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> words, variables;
  for (const auto& word : tool.words) words.push_back(const_cast<char*>(word.c_str()));
  for (const auto& setting : settings) variables.push_back(const_cast<char*>(setting.c_str()));
  words.push_back(nullptr);
  variables.push_back(nullptr);
  pid_t child = 0;
  const int wrong =
      ::posix_spawn(&child, words[0], actions, &spawning.attributes, words.data(), variables.data());
  if (wrong != 0)
    return base::unavailable(fmt::format("{} cannot be started: {}", tool.words[0], std::strerror(wrong)));
  return child;
}

// Feeds whole lines to `on_line` and keeps the end of it all.
std::string read_all(int fd, const OnLine& on_line) {
  std::string kept, line;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return kept;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    kept += text;
    if (kept.size() > 2 * kKept) kept.erase(0, kept.size() - kKept);
    if (!on_line) continue;
    for (const char c : text) {
      if (c != '\n') {
        if (line.size() < kKept) line += c;
        continue;
      }
      on_line(line);
      line.clear();
    }
  }
}

}  // namespace

base::Result<Ran> run_tool(const Tool& tool, const OnLine& on_line, const std::stop_token& stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_failure("pipe", tool.words[0], errno);
  const base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  auto child = start(tool, out.get());
  if (!child) return tl::unexpected(child.error());
  out.reset();
  Ran ran;
  {
    const std::stop_callback end(stop,
                                 [pid = *child] { ::kill(pid, SIGKILL); });  // not yet reaped: still its
    ran.output = read_all(in.get(), on_line);
  }
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0)
    if (errno != EINTR) return base::system_failure("wait for", tool.words[0], errno);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace environments
