#include "machine/sandbox/loop.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/sandbox/filter.h"
#include "machine/sandbox/prompt.h"
#include "machine/sandbox/warden.h"
#include "machine/sandbox/watch.h"

namespace sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLeaving{40};  // between two tries to remove a group that is still being left
constexpr std::size_t kMountsAtOnce = 200;
constexpr std::size_t kLettersAtOnce = 20'000;  // of their targets, well below the largest packet

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The process behind a pidfd, in this process's pid namespace.
int pid_of(int pidfd) {
  const auto text = base::read_file(fmt::format("/proc/self/fdinfo/{}", pidfd));
  const auto at = text ? text->find("Pid:") : std::string::npos;
  return at == std::string::npos ? 0 : std::atoi(text->c_str() + at + 4);
}

}  // namespace

Loop::Loop(int requests, int slots) : requests_(requests), slots_(slots) {
  if (slots_ > 0) return;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  slots_ = std::max(4, 2 * cores + 2);
}

base::Result<void> Loop::prepare() {
  raise_descriptor_limit();
  as_root_ = ::geteuid() == 0;
  groups_ = Groups::find();  // before the namespaces, which would hide where this process stands
  leaving_ = groups_.sweep();
  if (as_root_) {
    const auto ids = unused_ids();
    if (!ids) return base::Failure(ids.error());
    ids_ = *ids;
  } else if (auto entered = enter_own_users(); !entered) {
    return entered;
  }
  runtime_ = base::program_folder();
  cell_program_ = base::Fd(::open((runtime_ / "agora-cell").c_str(), O_PATH | O_CLOEXEC));
  if (!cell_program_) return base::system_failure("open", (runtime_ / "agora-cell").string(), errno);
  const bool counted = groups_.accounting() != Accounting::none;
  for (const auto& [into, work] :
       {std::pair(&filter_, Work::any), std::pair(&install_filter_, Work::install)}) {
    auto filter = seccomp_program(counted ? MemoryFiles::allowed : MemoryFiles::refused, work);
    if (!filter) return base::Failure(filter.error());
    *into = std::move(*filter);
  }
  epoll_ = base::Fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return base::system_failure("epoll_create1", "warden", errno);
  watch(requests_, Source::requests, 0);
  return send_packet(requests_, fmt::format("hello {}", slots_), {}, Wait::yes);
}

void Loop::watch(int fd, Source source, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id << 3 | static_cast<std::uint64_t>(source);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

// Said aloud, because a zygote may hold another copy of the same open file.
void Loop::unwatch(const base::Fd& fd) {
  if (fd) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr);
}

void Loop::run() {
  while (true) {
    epoll_event event{};
    const int got = ::epoll_wait(epoll_.get(), &event, 1, milliseconds_to_next());
    if (got < 0 && errno != EINTR) break;
    keep_time();
    if (got <= 0) continue;
    const auto source = static_cast<Source>(event.data.u64 & 7);
    if (source == Source::requests) {
      if (!take_request()) break;
    } else {
      dispatch(source, event.data.u64 >> 3);
    }
  }
  end_everything();
}

void Loop::dispatch(Source source, std::uint64_t id) {
  const auto found = trees_.find(id);
  if (found == trees_.end()) return;
  Tree& tree = *found->second;
  if (source == Source::link) return hear_link(tree);
  if (source == Source::control) return hear_control(tree);
  if (source == Source::seal) return hear_seal(tree);
  died(tree);
}

int Loop::milliseconds_to_next() const {
  auto next = Moment::max();
  for (const auto& [id, tree] : trees_) {
    if (tree->deadline && !tree->gone) next = std::min(next, *tree->deadline);
    if (is_watched(*tree)) next = std::min(next, tree->next_look);
  }
  if (!leaving_.empty()) next = std::min(next, steady_clock::now() + kLeaving);
  if (next == Moment::max()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next - steady_clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

void Loop::keep_time() {
  const auto now = steady_clock::now();
  std::erase_if(leaving_, [](const Group& group) { return group.remove(); });
  std::vector<std::pair<Tree*, End>> condemned;
  for (auto& [id, tree] : trees_) {
    if (tree->deadline && now >= *tree->deadline) {
      tree->deadline.reset();
      condemned.emplace_back(tree.get(), End::time);
    } else if (is_watched(*tree) && now >= tree->next_look) {
      if (const auto verdict = look_at(*tree, now)) condemned.emplace_back(tree.get(), *verdict);
    }
  }
  for (const auto& [tree, verdict] : condemned) kill(*tree, verdict);
}

void Loop::hear_link(Tree& tree) {
  const auto text = receive_bytes(tree.link.get(), kLargestPacket, Wait::no);
  if (!text && text.error().kind == base::ErrorKind::unavailable) return;
  if (!text || !*text) {  // the client has dropped it
    unwatch(tree.link);
    tree.link.reset();
    return kill(tree, End::cancelled);
  }
  double seconds = 0;
  if (std::sscanf((*text)->c_str(), "deadline %lf", &seconds) == 1)
    set_clock(tree, seconds, steady_clock::now());
  else if (**text == "cancel")
    kill(tree, End::cancelled);
  else if (**text == "interrupt" && tree.ready && tree.pidfd)
    ::syscall(SYS_pidfd_send_signal, tree.pidfd.get(), SIGINT, nullptr, 0);
  else if (**text == "output")
    kill(tree, End::output);
}

// From a zygote: "ready THREADS", "failed 0 WHY", "busy ID THREADS", "failed ID WHY", "forked ID" + pidfd,
// "exited ID STATUS CPU". A problem's own code lives there, so nothing is believed about trees that are not
// its children.
void Loop::hear_control(Tree& zygote) {
  auto packet = receive_packet(zygote.control.get(), kLargestPacket, Wait::no);
  if (!packet && packet.error().kind == base::ErrorKind::unavailable) return;
  if (!packet || !*packet) return unwatch(zygote.control);  // its pidfd tells the rest
  const std::string& text = (*packet)->bytes;
  unsigned long id = 0;
  int number = 0;
  double cpu = 0;
  if (std::sscanf(text.c_str(), "ready %d", &number) == 1) {
    zygote.ready = true;
    zygote.deadline.reset();
    return announce(zygote);
  }
  if (text.starts_with("failed 0 ")) {
    zygote.trouble = base::Error{base::ErrorKind::invalid, "the zygote could not start: " + text.substr(9)};
    return;
  }
  const auto space = text.find(' ');
  if (space == std::string::npos || std::sscanf(text.c_str() + space, "%lu", &id) != 1) return;
  const auto found = trees_.find(id);
  if (found == trees_.end() || found->second->parent != zygote.id) return;
  Tree& child = *found->second;
  if (text.starts_with("forked") && !(*packet)->fds.empty() && !child.pidfd)
    return forked(child, std::move((*packet)->fds[0]));
  if (std::sscanf(text.c_str(), "busy %lu %d", &id, &number) == 2)
    return refuse(child, {base::ErrorKind::conflict,
                          fmt::format("the process to fork from has {} threads, and a fork keeps only one of "
                                      "them: start from the environment's own zygote",
                                      number)});
  if (text.starts_with("failed "))
    return refuse(child, {base::ErrorKind::unavailable, "the zygote could not fork: " + text.substr(7)});
  if (std::sscanf(text.c_str(), "exited %lu %d %lf", &id, &number, &cpu) == 3 && !child.status) {
    child.status = number;
    child.cpu_seconds = std::max(child.cpu_seconds, cpu);  // the watch has seen what it never waited for
    bury_if_done(child);
  }
}

void Loop::forked(Tree& tree, base::Fd pidfd) {
  tree.pidfd = std::move(pidfd);
  tree.pid = pid_of(tree.pidfd.get());
  watch(tree.pidfd.get(), Source::pidfd, tree.id);
  if (tree.pid <= 0) return;  // it is dead already
  if (tree.verdict || !tree.link) return kill(tree, tree.verdict);
  let_go(tree);
}

// From a fork that seals itself: "mounts" asks for more of them, "sealed" and "failed WHY" end it.
void Loop::hear_seal(Tree& tree) {
  const auto text = receive_bytes(tree.seal.get(), kLargestPacket, Wait::no);
  if (!text && text.error().kind == base::ErrorKind::unavailable) return;
  if (!text || !*text) {
    unwatch(tree.seal);
    return;
  }
  if (**text == "mounts") return send_mounts(tree);
  if (**text == "sealed") {
    tree.sealed = true;
    return let_go(tree);
  }
  if ((*text)->starts_with("failed "))
    tree.trouble =
        base::Error{base::ErrorKind::internal, "the cell could not be sealed: " + (*text)->substr(7)};
}

// The next mounts, and with the last of them what is handed: order.h says the form.
void Loop::send_mounts(Tree& tree) {
  std::string text;
  std::vector<base::Fd> trees;
  std::vector<int> fds;
  const auto& mounts = tree.spec.mounts;
  for (; tree.next_mount < mounts.size() && trees.size() < kMountsAtOnce && text.size() < kLettersAtOnce;
       ++tree.next_mount) {
    const auto& mount = mounts[tree.next_mount];
    auto made = detached(mount.source, Device::no, as_root_ ? Reader::others : Reader::owner);
    if (!made) {
      tree.trouble = made.error();
      return kill(tree, std::nullopt);
    }
    fds.push_back(made->get());
    trees.push_back(std::move(*made));
    text += mount.target + '\0';
  }
  const bool last = tree.next_mount == mounts.size() && fds.size() + tree.handed.size() <= kMostDescriptors;
  if (last) {
    for (const auto& each : tree.spec.handed) text += each.name + '\0';
    for (const auto& fd : tree.handed) fds.push_back(fd.get());
  }
  text = fmt::format("{} {}", trees.size(), last ? 0 : 1) + '\0' + text;
  if (auto sent = send_packet(tree.seal.get(), text, fds, Wait::no); !sent) {
    tree.trouble = sent.error();
    kill(tree, std::nullopt);
  }
  if (last) tree.handed.clear();
}

// Sealed and counted: from here on the entry runs.
void Loop::let_go(Tree& tree) {
  if (!tree.sealed || !tree.pidfd || tree.ready) return;
  if (tree.group && !tree.group->holds(tree.pid)) {
    tree.trouble = base::Error{base::ErrorKind::internal, "the cell did not enter its cgroup"};
    return kill(tree, std::nullopt);
  }
  // What it has before it runs anything.
  if (tree.kind == Kind::cell && !tree.group) (void)look_at(tree, steady_clock::now());
  if (!send_packet(tree.seal.get(), "go", {}, Wait::no)) return;
  unwatch(tree.seal);
  tree.seal.reset();
  if (tree.kind == Kind::zygote) return;  // ready when its entry has loaded
  tree.ready = true;
  announce(tree);
}

void Loop::announce(Tree& tree) {
  if (tree.link) (void)send_packet(tree.link.get(), "ready", {}, Wait::no);
}

void Loop::kill(Tree& tree, std::optional<End> verdict) {
  if (!tree.verdict && verdict && !tree.gone) tree.verdict = verdict;
  if (tree.pidfd) {
    ::syscall(SYS_pidfd_send_signal, tree.pidfd.get(), SIGKILL, nullptr, 0);
    return;
  }
  const bool queued = std::find(waiting_.begin(), waiting_.end(), tree.id) != waiting_.end();
  if (queued) refuse(tree, {base::ErrorKind::unavailable, "no slot became free in time"});
}

// Ends a tree that was never born.
void Loop::refuse(Tree& tree, base::Error why) {
  if (tree.link) (void)send_packet(tree.link.get(), failure_text(why), {}, Wait::no);
  bury(tree.id);
}

void Loop::died(Tree& tree) {
  unwatch(tree.pidfd);
  tree.gone = true;
  if (tree.parent == 0) {
    int status = 0;
    rusage usage{};
    if (::wait4(tree.pid, &status, 0, &usage) == tree.pid) tree.status = status;
    tree.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  }
  bury_if_done(tree);
}

void Loop::bury_if_done(Tree& tree) {
  const bool known = tree.status.has_value() || tree.orphaned;
  if (!known || !(tree.gone || (tree.orphaned && !tree.pidfd))) return;
  const auto outcome = outcome_of(tree, steady_clock::now());
  if (tree.link && tree.ready)
    (void)send_packet(tree.link.get(), ended_text(outcome), {}, Wait::no);
  else if (tree.link)
    (void)send_packet(tree.link.get(), failure_text(why_not_ready(tree, outcome)), {}, Wait::no);
  bury(tree.id);
}

void Loop::bury(std::uint64_t id) {
  const auto found = trees_.find(id);
  const auto tree = std::move(found->second);
  trees_.erase(found);
  for (const auto* fd : {&tree->link, &tree->control, &tree->seal, &tree->pidfd}) unwatch(*fd);
  if (tree->group && !tree->group->remove()) leaving_.push_back(*tree->group);
  std::vector<std::uint64_t> orphans;
  for (auto& [child_id, child] : trees_)
    if (child->parent == id) orphans.push_back(child_id);
  for (const auto orphan : orphans) {
    const auto child = trees_.find(orphan);
    if (child == trees_.end()) continue;
    child->second->orphaned = true;
    bury_if_done(*child->second);
  }
  start_waiting();
}

void Loop::end_everything() {
  for (auto& [id, tree] : trees_)
    if (tree->parent == 0 && tree->pidfd)
      ::syscall(SYS_pidfd_send_signal, tree->pidfd.get(), SIGKILL, nullptr, 0);
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
  for (auto& [id, tree] : trees_)
    if (tree->group) leaving_.push_back(*tree->group);
  for (int tries = 0; tries < 100 && !leaving_.empty(); ++tries) {
    std::erase_if(leaving_, [](const Group& group) { return group.remove(); });
    if (!leaving_.empty()) std::this_thread::sleep_for(milliseconds(10));
  }
}

int serve_warden(int requests, int slots) {
  // A client that vanishes, or a terminal's interrupt, must not end the warden before it has cleaned up.
  for (const int signal : {SIGPIPE, SIGHUP, SIGINT, SIGTERM}) std::signal(signal, SIG_IGN);
  become_prompt();
  Loop loop(requests, slots);
  if (auto prepared = loop.prepare(); !prepared) {
    (void)send_packet(requests, failure_text(prepared.error()), {}, Wait::no);
    return 3;
  }
  loop.run();
  return 0;
}

}  // namespace sandbox
