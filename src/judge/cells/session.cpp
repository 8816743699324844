#include "judge/cells/session.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>
#include <poll.h>

#include "base/time.h"
#include "judge/cells/session_words.h"
#include "judge/cells/words.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/prompt.h"
#include "machine/sandbox/wire.h"

namespace cells {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestCode = 1u << 20;
constexpr const char* kWorkFolder = "/tmp";
constexpr milliseconds kNudge{500};  // between two interrupts of what swallows them

constexpr const char* kLost = "restart it; what it held is lost";

milliseconds to_milliseconds(double seconds) {
  return milliseconds(static_cast<long>(seconds * 1000));
}

std::string words_for_cut(Finish cut, const SessionSpec& spec) {
  return cut == Finish::time ? fmt::format("it ran longer than {}", words_for_seconds(spec.request_seconds))
                             : fmt::format("it printed more than {}", words_for_bytes(spec.output_bytes));
}

}  // namespace

// One request on its way.
struct RunningSession::Request {
  Request(const SessionSpec& spec, const OnOutput& on_output)
      : ears(spec.output_bytes, on_output),
        listener(spec.shown_bytes),
        limit(Clock::now() + to_milliseconds(spec.request_seconds)) {}

  Ears ears;
  Listener listener;
  base::Stopwatch watch;
  Clock::time_point limit;    // its time is over, or the next nudge is due
  std::optional<Finish> cut;  // by us
  bool over = false;          // it has answered
  bool lost = false;          // the session is no more
  bool is_nonsense = false;   // it says what none of ours would
};

void Register::add(RunningSession& session) {
  const std::scoped_lock lock(guard_);
  sessions_.insert(&session);
}

void Register::remove(RunningSession& session) {
  const std::scoped_lock lock(guard_);
  sessions_.erase(&session);
}

void Register::notice_ends() {
  const std::scoped_lock lock(guard_);
  for (auto* session : sessions_) session->notice_end();
}

RunningSession::RunningSession(Bench bench, environments::Environment environment, SessionSpec spec)
    : bench_(std::move(bench)), environment_(std::move(environment)), spec_(std::move(spec)) {
  bench_.sessions.add(*this);
}

RunningSession::~RunningSession() {
  bench_.sessions.remove(*this);
}

sandbox::CellSpec RunningSession::cell_spec(int requests, int output, int errors) const {
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.session";
  spec.argument = fmt::format("{{\"shown_bytes\": {}}}", spec_.shown_bytes);
  for (const auto& one : spec_.given)
    spec.mounts.push_back({one.source, fmt::format("{}/{}", kWorkFolder, one.name)});
  spec.work_folder = kWorkFolder;
  spec.handed = {{"requests", requests}, {"output", output}, {"errors", errors}};
  spec.limits.memory_bytes = spec_.memory_bytes;
  spec.limits.scratch_bytes = spec_.scratch_bytes;
  spec.limits.file_bytes = spec_.scratch_bytes;
  spec.limits.processes = spec_.processes;
  spec.limits.wall_seconds = spec_.idle_seconds;
  spec.limits.cores = spec_.cores;
  return spec;
}

base::Result<void> RunningSession::begin() {
  bench_.sessions.notice_ends();
  auto share = bench_.budget->take(spec_.memory_bytes);
  if (!share) return tl::unexpected(share.error());
  const auto zygote = bench_.zygotes.of(environment_);
  if (!zygote) return tl::unexpected(zygote.error());
  auto link = sandbox::socket_pair();
  auto output = make_pipe(), errors = make_pipe();
  if (!link) return tl::unexpected(link.error());
  if (!output) return tl::unexpected(output.error());
  if (!errors) return tl::unexpected(errors.error());
  auto cell = bench_.warden.spawn(**zygote,
                                  cell_spec(link->second.get(), output->theirs.get(), errors->theirs.get()));
  if (!cell) return tl::unexpected(cell.error());
  requests_ = std::move(link->first);
  output_ = std::move(output->ours);
  errors_ = std::move(errors->ours);
  const std::scoped_lock lock(guard_);
  cell_ = std::move(*cell);
  share_.emplace(std::move(*share));
  ended_.clear();
  return {};
}

base::Result<Answer> RunningSession::run(std::string_view code, const OnOutput& on_output) {
  if (code.size() > kLongestCode)
    return base::too_large("the code of one request is longer than 1 MiB: put data into a file");
  sandbox::become_prompt();  // the caller's thread, which asks more often than once
  notice_end();
  {
    const std::scoped_lock lock(guard_);
    if (running_ || restarting_)
      return base::conflict(
          "this session is still busy with the request before: wait for it, or interrupt it");
    if (!ended_.empty()) return base::unavailable(ended_);
    running_ = true;
    begun_ = false;
    interrupted_.reset();
    cell_->set_deadline(spec_.request_seconds + spec_.grace_seconds + 1);
  }
  Request request(spec_, on_output);
  request.lost = !ask(code);
  while (!request.over && !request.lost) attend(request);
  return finish(request);
}

base::Result<void> RunningSession::ask(std::string_view code) {
  const auto memory = sandbox::sealed_memory("code", code);
  if (!memory) return tl::unexpected(memory.error());
  const int fd = memory->get();
  return sandbox::send_packet(requests_.get(), fmt::format("run {}", ++count_), std::span(&fd, 1),
                              sandbox::Wait::no);
}

int RunningSession::milliseconds_until(Clock::time_point moment) const {
  const auto left = std::chrono::ceil<milliseconds>(moment - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

// One sleep, and whatever woke us.
void RunningSession::attend(Request& request) {
  std::array<pollfd, 3> places{pollfd{requests_.get(), POLLIN, 0}, pollfd{output_.get(), POLLIN, 0},
                               pollfd{errors_.get(), POLLIN, 0}};
  (void)::poll(places.data(), places.size(), milliseconds_until(request.limit));
  request.ears.drain(output_, Stream::output);
  request.ears.drain(errors_, Stream::errors);
  if (places[0].revents != 0) hear(request);
  if (request.over || request.lost) return;
  if (request.ears.is_full() && !request.cut) return cut(request, Finish::output);
  if (Clock::now() >= request.limit) cut(request, Finish::time);
}

void RunningSession::hear(Request& request) {
  const auto packet = sandbox::receive_bytes(requests_.get(), sandbox::kLargestPacket, sandbox::Wait::no);
  if (!packet && packet.error().kind == base::ErrorKind::unavailable) return;
  if (!packet || !*packet) {
    request.lost = true;
    return;
  }
  const auto heard = request.listener.hear(**packet);
  request.over = heard == Heard::end;
  request.is_nonsense = request.lost = heard == Heard::nonsense;
  if (heard != Heard::begun) return;
  const std::scoped_lock lock(guard_);
  begun_ = true;
  if (interrupted_) cell_->interrupt();
}

// Interrupts what has passed a limit, again and again, until the warden's deadline ends it.
void RunningSession::cut(Request& request, Finish why) {
  const std::scoped_lock lock(guard_);
  if (!request.cut) cell_->set_deadline(spec_.grace_seconds);
  if (!request.cut) request.cut = why;
  request.limit = Clock::now() + kNudge;
  cell_->interrupt();
}

Answer RunningSession::finish(Request& request) {
  request.ears.drain(output_, Stream::output);
  request.ears.drain(errors_, Stream::errors);
  if (request.ears.is_full()) request.cut = Finish::output;
  const std::scoped_lock lock(guard_);
  Answer answer = std::move(request.listener.answer());
  answer.seconds = request.watch.seconds();
  if (request.lost) {
    answer.finish = Finish::ended;
    answer.why = why_lost(request);
  } else {
    cell_->set_deadline(spec_.idle_seconds);
    if (request.cut && (answer.finish != Finish::done || *request.cut == Finish::output)) {
      answer.finish = *request.cut;
      answer.why = words_for_cut(*request.cut, spec_);
    }
  }
  running_ = false;
  idle_.notify_all();
  return answer;
}

std::string RunningSession::why_lost(const Request& request) {
  if (request.is_nonsense) cell_->cancel();
  const auto outcome = settle();
  if (!ended_.empty()) return ended_;
  auto how = words_for(outcome, While::request);
  const bool is_at_a_limit = outcome.end == sandbox::End::time || outcome.end == sandbox::End::processor;
  if (request.is_nonsense)
    how = "was ended because it said what no session says";
  else if (request.cut && is_at_a_limit)
    how = fmt::format("was ended because its code did not stop in {} although {}",
                      words_for_seconds(spec_.grace_seconds), words_for_cut(*request.cut, spec_));
  return ended_ = fmt::format("the session {}; {}", how, kLost);
}

// Its ends have closed, so it is dying by itself, or its code has closed them.
sandbox::Outcome RunningSession::settle() {
  constexpr int kLooks = 100;
  for (int i = 0; i < kLooks && cell_->is_alive(); ++i) std::this_thread::sleep_for(milliseconds(10));
  cell_->cancel();
  auto outcome = cell_->wait();
  cell_.reset();
  share_.reset();
  return outcome;
}

std::string RunningSession::words_for(const sandbox::Outcome& outcome, While what) const {
  if (outcome.end == sandbox::End::time)
    return fmt::format("was ended after {} without a request", words_for_seconds(spec_.idle_seconds));
  sandbox::Limits limits;
  limits.memory_bytes = spec_.memory_bytes;
  limits.processes = spec_.processes;
  limits.cores = spec_.cores;
  limits.wall_seconds = what == While::request ? spec_.request_seconds : spec_.idle_seconds;
  return words_for_end(outcome, limits);
}

Interrupt RunningSession::interrupt() {
  const std::scoped_lock lock(guard_);
  if (!running_ || !cell_) return Interrupt::nothing_runs;
  const auto now = Clock::now();
  if (interrupted_ && now - *interrupted_ >= to_milliseconds(spec_.grace_seconds)) {
    ended_ = fmt::format(
        "the session was ended by a second interrupt, because its code had not stopped {} after the first; "
        "{}",
        words_for_seconds(spec_.grace_seconds), kLost);
    cell_->cancel();
    return Interrupt::ended;
  }
  if (!interrupted_) interrupted_ = now;
  if (begun_) cell_->interrupt();
  return Interrupt::asked;
}

base::Result<void> RunningSession::restart() {
  {
    std::unique_lock lock(guard_);
    if (restarting_) return base::conflict("this session is being restarted already");
    restarting_ = true;
    if (running_ && ended_.empty()) ended_ = "the session was restarted while this ran";
    if (cell_) cell_->cancel();
    idle_.wait(lock, [&] { return !running_; });
    if (cell_) settle();
    ended_ = "the session could not be restarted";
  }
  auto begun = begin();
  const std::scoped_lock lock(guard_);
  restarting_ = false;
  if (!begun) ended_ = "the session could not be restarted: " + begun.error().message;
  return begun;
}

std::optional<std::string> RunningSession::why_ended() {
  notice_end();
  const std::scoped_lock lock(guard_);
  return ended_.empty() ? std::nullopt : std::optional(ended_);
}

void RunningSession::notice_end() {
  const std::scoped_lock lock(guard_);
  if (running_ || !cell_ || cell_->is_alive()) return;
  const auto how = words_for(settle(), While::idle);
  if (ended_.empty()) ended_ = fmt::format("the session {}; {}", how, kLost);
}

}  // namespace cells
