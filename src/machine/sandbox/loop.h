// The warden's event loop: one thread, one epoll, a handler per kind of message.
#pragma once
#include <deque>
#include <filesystem>
#include <map>
#include <memory>

#include "machine/sandbox/birth.h"
#include "machine/sandbox/cgroup.h"
#include "machine/sandbox/layout.h"
#include "machine/sandbox/spec.h"
#include "machine/sandbox/tree.h"
#include "machine/sandbox/wire.h"

namespace sandbox {

class Loop {
 public:
  Loop(int requests, int slots);
  // Everything that may be missing on a host, before the first request.
  base::Result<void> prepare();
  void run();

 private:
  enum class Source : std::uint64_t { requests, link, control, seal, pidfd };

  void watch(int fd, Source source, std::uint64_t id);
  void unwatch(const base::Fd& fd);
  void dispatch(Source source, std::uint64_t id);
  int milliseconds_to_next() const;
  void keep_time();

  // requests.cpp: what the client asks
  bool take_request();
  void open_zygote(ZygoteOrder order, std::vector<base::Fd> fds);
  base::Result<void> start_zygote(Tree& tree, const ZygoteSpec& spec);
  void queue_cell(CellOrder order, std::vector<base::Fd> fds);
  void start_waiting();
  base::Result<void> order_fork(Tree& tree);
  int free_slot() const;

  // loop.cpp: what happens to a tree
  void hear_link(Tree& tree);
  void hear_control(Tree& zygote);
  void hear_seal(Tree& tree);
  void forked(Tree& tree, base::Fd pidfd);
  void send_mounts(Tree& tree);
  void let_go(Tree& tree);
  void announce(Tree& tree);
  void kill(Tree& tree, std::optional<End> verdict);
  void refuse(Tree& tree, base::Error why);
  void died(Tree& tree);
  void bury_if_done(Tree& tree);
  void bury(std::uint64_t id);
  void end_everything();

  base::Fd epoll_;
  int requests_;
  int slots_;
  bool as_root_ = false;
  IdRange ids_;
  Groups groups_;
  std::filesystem::path runtime_;
  base::Fd cell_program_;
  base::Fd filter_, install_filter_;  // the latter for cells with a loopback
  std::map<std::uint64_t, std::unique_ptr<Tree>> trees_;
  std::deque<std::uint64_t> waiting_;  // cells without a slot
  std::vector<Group> leaving_;         // groups whose last process is still on its way out
};

}  // namespace sandbox
