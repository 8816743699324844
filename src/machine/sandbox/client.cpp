// The client's side: what a program that wants cells holds in its hands.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/sandbox/memory.h"
#include "machine/sandbox/sandbox.h"
#include "machine/sandbox/spec.h"
#include "machine/sandbox/wire.h"

namespace sandbox {
namespace {

constexpr std::uint64_t kZygoteOutput = 1u << 20;
constexpr std::size_t kLastWords = 2000;

struct Ends {
  base::Fd link, channel, output;  // ours
  base::Fd far_link, far_channel, far_output;
};

base::Result<Ends> make_ends() {
  auto link = socket_pair();
  if (!link) return base::Failure(link.error());
  auto channel = socket_pair();
  if (!channel) return base::Failure(channel.error());
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return base::system_failure("pipe", "output", errno);
  ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  return Ends{std::move(link->first),  std::move(channel->first),  base::Fd(pipe[0]),
              std::move(link->second), std::move(channel->second), base::Fd(pipe[1])};
}

class RunningCell final : public Cell {
 public:
  RunningCell(std::uint64_t id, Ends ends, std::uint64_t output_bytes)
      : id_(id),
        link_(std::move(ends.link)),
        channel_(std::move(ends.channel)),
        output_(std::move(ends.output)),
        most_output_(output_bytes) {}

  base::Result<void> until_ready();
  base::Result<void> send(std::string_view bytes, std::span<const int> fds) override;
  base::Result<std::optional<Message>> receive() override;
  void set_deadline(double seconds) override { tell(fmt::format("deadline {:.6f}", seconds)); }
  void cancel() override { tell("cancel"); }
  void interrupt() override { tell("interrupt"); }
  Outcome wait() override;
  std::uint64_t id() const override { return id_; }
  bool is_alive() override;

 private:
  void tell(std::string_view order) { (void)send_packet(link_.get(), order, {}, Wait::no); }
  // Sleeps until something happens; takes in output and the end. Returns the channel's events.
  short attend(short channel_events, int milliseconds = -1);
  void drain();
  void hear_link();

  std::uint64_t id_;
  base::Fd link_, channel_, output_;
  std::uint64_t most_output_;
  bool overflowed_ = false;
  bool channel_open_ = true;
  std::string said_;
  std::optional<base::Result<void>> started_;
  std::optional<Outcome> ended_;
};

void RunningCell::drain() {
  char buffer[65536];
  while (output_) {
    const ssize_t got = ::read(output_.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) return output_.reset();
    const auto room = most_output_ - said_.size();
    said_.append(buffer, std::min(static_cast<std::uint64_t>(got), room));
    if (static_cast<std::uint64_t>(got) <= room) continue;
    if (!overflowed_) tell("output");
    overflowed_ = true;
    return;  // so that a flood cannot keep us here
  }
}

void RunningCell::hear_link() {
  const auto text = receive_bytes(link_.get(), kLargestPacket, Wait::no);
  if (!text && text.error().kind == base::ErrorKind::unavailable) return;
  if (!text || !*text) {
    if (!started_) started_ = base::unavailable("the warden has ended");
    ended_ = Outcome{};
  } else if (**text == "ready") {
    started_ = base::Result<void>{};
  } else if ((*text)->starts_with("ended ")) {
    ended_ = ended_from(**text);
  } else {
    started_ = base::Failure(failure_from(**text));
    ended_ = Outcome{};
  }
}

short RunningCell::attend(short channel_events, int milliseconds) {
  pollfd places[] = {{link_.get(), POLLIN, 0},
                     {output_ ? output_.get() : -1, POLLIN, 0},
                     {channel_open_ && channel_events != 0 ? channel_.get() : -1, channel_events, 0}};
  if (::poll(places, 3, milliseconds) <= 0) return 0;
  if (places[1].revents != 0) drain();
  if (places[0].revents != 0) hear_link();
  return places[2].revents;
}

bool RunningCell::is_alive() {
  if (!ended_) attend(0, 0);
  return !ended_;
}

base::Result<void> RunningCell::until_ready() {
  while (!started_) attend(0);
  if (*started_) return {};
  drain();
  auto why = started_->error();
  const auto from = said_.size() > kLastWords ? said_.size() - kLastWords : 0;
  if (!said_.empty()) why.message += "\n" + said_.substr(from);
  return base::Failure(std::move(why));
}

base::Result<void> RunningCell::send(std::string_view bytes, std::span<const int> fds) {
  if (bytes.empty() || bytes.size() > kLargestPacket || fds.size() > kMostDescriptors)
    return base::too_large(fmt::format("a message to a cell has 1 to {} bytes and at most {} descriptors",
                                       kLargestPacket, kMostDescriptors));
  while (!ended_ && channel_open_) {
    auto sent = send_packet(channel_.get(), bytes, fds, Wait::no);
    if (sent || sent.error().kind != base::ErrorKind::unavailable) {
      if (!sent) channel_open_ = false;
      return sent;
    }
    attend(POLLOUT);
  }
  return base::unavailable("the cell has ended");
}

base::Result<std::optional<Message>> RunningCell::receive() {
  while (true) {
    if (channel_open_) {
      auto bytes = receive_bytes(channel_.get(), kLargestPacket, Wait::no);
      if (bytes && *bytes) return Message{std::move(**bytes)};
      const bool nothing_yet = !bytes && bytes.error().kind == base::ErrorKind::unavailable;
      if (!bytes && bytes.error().kind == base::ErrorKind::too_large) return base::Failure(bytes.error());
      if (!nothing_yet) channel_open_ = false;
    }
    if (ended_) return std::nullopt;
    attend(POLLIN);
  }
}

Outcome RunningCell::wait() {
  while (!ended_) attend(0);
  // What is still in the pipe; a writer that lives on elsewhere cannot exist, the tree is dead.
  while (output_ && !overflowed_) {
    const auto before = said_.size();
    drain();
    if (output_ && said_.size() == before) break;
  }
  Outcome outcome = *ended_;
  if (overflowed_ && outcome.end == End::finished) outcome.end = End::output;
  outcome.output = said_;
  return outcome;
}

class RunningWarden final : public Warden {
 public:
  RunningWarden(pid_t pid, base::Fd requests, int slots)
      : pid_(pid), requests_(std::move(requests)), slots_(slots) {}
  ~RunningWarden() override {
    requests_.reset();
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  base::Result<std::unique_ptr<Cell>> open_zygote(const ZygoteSpec& spec) override;
  base::Result<std::unique_ptr<Cell>> spawn(const Cell& parent, const CellSpec& spec,
                                            std::stop_token stop) override;
  int slots() const override { return slots_; }
  bool is_alive() const override;

 private:
  base::Result<std::unique_ptr<Cell>> ask(std::uint64_t id, const base::json::value& order,
                                          std::span<const Handed> handed, std::uint64_t output_bytes,
                                          const std::stop_token& stop);
  pid_t pid_;
  base::Fd requests_;
  std::mutex one_at_a_time_;
  std::atomic<std::uint64_t> next_id_{1};
  int slots_;
};

base::Result<std::unique_ptr<Cell>> RunningWarden::ask(std::uint64_t id, const base::json::value& order,
                                                       std::span<const Handed> handed,
                                                       std::uint64_t output_bytes,
                                                       const std::stop_token& stop) {
  auto ends = make_ends();
  if (!ends) return base::Failure(ends.error());
  const auto request = sealed_memory("request", base::to_text(order));
  if (!request) return base::Failure(request.error());
  std::vector<int> fds{request->get(), ends->far_link.get(), ends->far_channel.get(), ends->far_output.get()};
  for (const auto& one : handed) fds.push_back(one.fd);
  if (fds.size() > kMostDescriptors) return base::too_large("too many descriptors are handed to a cell");
  {
    const std::lock_guard lock(one_at_a_time_);
    auto sent = send_packet(requests_.get(), "request", fds, Wait::yes);
    if (!sent) return base::unavailable("the warden has ended", sent.error().message);
  }
  ends->far_link.reset();
  ends->far_channel.reset();
  ends->far_output.reset();
  auto cell = std::make_unique<RunningCell>(id, std::move(*ends), output_bytes);
  const std::stop_callback stopped(stop, [&cell] { cell->cancel(); });
  if (auto ready = cell->until_ready(); !ready) return base::Failure(ready.error());
  return cell;
}

base::Result<std::unique_ptr<Cell>> RunningWarden::open_zygote(const ZygoteSpec& spec) {
  ZygoteOrder order{next_id_++, spec};
  // What decides the last bits of a matrix product must be the same inside as outside.
  for (const char* name : {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"})
    if (const char* value = std::getenv(name)) order.spec.variables.emplace_back(name, value);
  return ask(order.id, to_json(order), {}, kZygoteOutput, {});
}

// The warden says nothing on this socket after its hello, so that anything to read is its end.
bool RunningWarden::is_alive() const {
  pollfd place{requests_.get(), POLLIN, 0};
  return ::poll(&place, 1, 0) == 0;
}

base::Result<std::unique_ptr<Cell>> RunningWarden::spawn(const Cell& parent, const CellSpec& spec,
                                                         std::stop_token stop) {
  constexpr std::size_t kLongestArgument = 32u << 10;
  if (spec.argument.size() > kLongestArgument)
    return base::too_large(
        fmt::format("a cell's argument has {} bytes; at most {} are taken: hand a descriptor",
                    spec.argument.size(), kLongestArgument));
  const auto id = next_id_++;
  return ask(id, to_json(CellOrder{id, parent.id(), spec}), spec.handed, spec.limits.output_bytes, stop);
}

base::Result<pid_t> run_program(const std::filesystem::path& program, int requests, int slots) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // A descriptor that has number 3 already would keep its close-on-exec through dup2.
  const base::Fd high(::fcntl(requests, F_DUPFD_CLOEXEC, 10));
  posix_spawn_file_actions_adddup2(&actions, high.get(), 3);
  const auto count = std::to_string(slots);
  std::string name = program.string(), word = count;
  char* words[] = {name.data(), word.data(), nullptr};
  char* environment[] = {nullptr};
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, words, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::system_failure("start", program.string(), failed);
  return pid;
}

std::string what_is_missing(const Host& host) {
  std::string text = "this machine cannot isolate strangers' code, so none is run here:";
  for (const auto& finding : host.findings)
    if (!finding.good && !finding.remedy.empty())
      text += fmt::format("\n  {}: {}; {}", finding.what, finding.detail, finding.remedy);
  return text + "\n`agora doctor` shows everything that was tried";
}

}  // namespace

base::Result<std::unique_ptr<Warden>> Warden::start(const WardenOptions& options) {
  if (const auto host = probe_host(); !host.can_isolate) return base::unavailable(what_is_missing(host));
  const auto program = options.program.empty() ? base::program_folder() / "agora-warden" : options.program;
  auto ends = socket_pair();
  if (!ends) return base::Failure(ends.error());
  const auto pid = run_program(program, ends->second.get(), options.slots);
  if (!pid) return base::Failure(pid.error());
  ends->second.reset();
  const auto hello = receive_bytes(ends->first.get(), kLargestPacket, Wait::yes);
  int slots = 0;
  if (hello && *hello && std::sscanf((*hello)->c_str(), "hello %d", &slots) == 1)
    return std::make_unique<RunningWarden>(*pid, std::move(ends->first), slots);
  ends->first.reset();
  ::waitpid(*pid, nullptr, 0);
  if (hello && *hello) return base::Failure(failure_from(**hello));
  return base::internal(fmt::format("{} ended before it said hello", program.string()));
}

}  // namespace sandbox
