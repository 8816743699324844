// What the client asks of the warden: zygotes and cells. Requests are trusted; they come as a sealed memfd of
// JSON with the link, the channel and the output pipe beside it.
#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "machine/sandbox/filter.h"
#include "machine/sandbox/loop.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/order.h"
#include "machine/sandbox/watch.h"

namespace sandbox {
namespace {

namespace json = base::json;

constexpr std::size_t kLargestRequest = 256u << 20;
constexpr std::size_t kBesides = 3;  // link, channel, output
constexpr std::uint64_t kZygoteScratch = 256u << 20;

// Inside the user namespace of a zygote only: to mount, to become a slot's user, to raise a cell's loopback,
// to drop the rest.
constexpr std::uint64_t kZygoteCapabilities =
    1ull << 21 | 1ull << 7 | 1ull << 6 | 1ull << 12 | 1ull << 8 | 1ull << 31;

json::array pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::array list;
  for (const auto& [left, right] : pairs) list.push_back(json::array{left, right});
  return list;
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.push_back(json::string(text));
  return list;
}

// What a cell's root is made of again, from the zygote's root: whole folders, so that nothing is forgotten.
// Words as agora_fork reads them.
json::array base_json(const Layout& layout) {
  json::array words{"p", "/etc"};
  const auto add = [&](std::initializer_list<std::string_view> more) {
    for (const auto word : more) words.push_back(json::string(word));
  };
  for (const auto& [target, to] : layout.links)
    if (!target.starts_with("/etc/")) add({"l", target, to});
  for (const auto& target : layout.targets)
    if (!target.starts_with("/etc/")) add({"p", target});
  return words;
}

json::value config_json(const ZygoteSpec& spec, const Layout& layout) {
  return json::object{{"python", spec.python.string()},
                      {"targets", texts_json(layout.targets)},
                      {"links", pairs_json(layout.links)},
                      {"files", pairs_json(layout.files)},
                      {"variables", pairs_json(spec.variables)},
                      {"scratch_bytes", kZygoteScratch},
                      {"capabilities", kZygoteCapabilities},
                      {"preload", texts_json(spec.preload)},
                      {"base", base_json(layout)}};
}

base::Result<void> send_layout(int control, const ZygoteSpec& spec, const Layout& layout) {
  const auto config = sealed_memory("zygote", base::to_text(config_json(spec, layout)));
  if (!config) return base::Failure(config.error());
  const int fd = config->get();
  if (auto sent = send_packet(control, "config", std::span(&fd, 1), Wait::no); !sent) return sent;
  for (std::size_t from = 0; from < layout.trees.size(); from += kMostDescriptors) {
    std::vector<int> fds;
    for (auto i = from; i < std::min(from + kMostDescriptors, layout.trees.size()); ++i)
      fds.push_back(layout.trees[i].get());
    if (auto sent = send_packet(control, "trees", fds, Wait::no); !sent) return sent;
  }
  return {};
}

// For the fork alone: what it is to become and to run.
std::string order_bytes(const Tree& tree, bool as_root, std::size_t groups) {
  const auto& spec = tree.spec;
  const auto& limits = spec.limits;
  agora_order order{};
  order.out_bytes = limits.out_bytes;
  order.scratch_bytes = limits.scratch_bytes;
  order.files = static_cast<unsigned long long>(limits.files);
  order.file_bytes = limits.file_bytes;
  order.data_bytes = tree.group ? 0 : limits.memory_bytes;
  // The group counts first where there is one; the process limit of the user is then only the second wall.
  order.processes = static_cast<unsigned long long>(limits.processes + (tree.group ? 32 : 0));
  order.user = static_cast<unsigned>(1000 + std::max(tree.slot, 0));
  order.own_users = as_root ? 0 : 1;
  order.is_zygote = tree.kind == Kind::zygote ? 1 : 0;
  order.loopback = spec.network == Network::loopback ? 1 : 0;
  order.parks = spec.parks ? 1 : 0;
  order.groups = static_cast<unsigned>(groups);
  order.work_size = static_cast<unsigned>(spec.work_folder.size() + 1);
  order.entry_size = static_cast<unsigned>(spec.entry.size() + 1);
  order.argument_size = static_cast<unsigned>(spec.argument.size());
  std::string bytes(reinterpret_cast<const char*>(&order), sizeof order);
  return bytes + spec.work_folder + '\0' + spec.entry + '\0' + spec.argument;
}

}  // namespace

bool Loop::take_request() {
  auto packet = receive_packet(requests_, kLargestPacket, Wait::no);
  if (!packet) return packet.error().kind == base::ErrorKind::unavailable;
  if (!*packet) return false;  // the client is gone
  auto fds = std::move((*packet)->fds);
  if (fds.size() < 1 + kBesides) return true;
  const auto text =
      copy_out(fds[0].get(), 0, std::min<std::uint64_t>(size_of(fds[0].get()), kLargestRequest));
  fds.erase(fds.begin());
  if (!text) return true;
  const auto value = base::parse_json(*text);
  if (!value) {
    const base::Error why{base::ErrorKind::invalid, "the order of a cell is " + value.error().message};
    (void)send_packet(fds[0].get(), failure_text(why), {}, Wait::no);
    return true;
  }
  if (is_zygote_order(*value))
    open_zygote(zygote_order(*value), std::move(fds));
  else
    queue_cell(cell_order(*value), std::move(fds));
  return true;
}

void Loop::open_zygote(ZygoteOrder order, std::vector<base::Fd> fds) {
  auto& tree = *(trees_[order.id] = std::make_unique<Tree>());
  tree.id = order.id;
  tree.born = std::chrono::steady_clock::now();
  tree.deadline = tree.born + std::chrono::milliseconds(static_cast<long>(order.spec.ready_seconds * 1000));
  tree.link = std::move(fds[0]);
  tree.luggage.push_back(std::move(fds[1]));
  tree.luggage.push_back(std::move(fds[2]));
  watch(tree.link.get(), Source::link, tree.id);
  if (auto started = start_zygote(tree, order.spec); !started) refuse(tree, started.error());
}

base::Result<void> Loop::start_zygote(Tree& tree, const ZygoteSpec& spec) {
  const auto layout = lay_out(spec, runtime_, slots_, as_root_ ? Reader::others : Reader::owner);
  if (!layout) return base::Failure(layout.error());
  auto ends = socket_pair();
  if (!ends) return base::Failure(ends.error());
  if (auto sent = send_layout(ends->first.get(), spec, *layout); !sent) return sent;
  auto newborn = give_birth(cell_program_.get(), ends->second.get(), tree.luggage[1].get(), ids_);
  if (!newborn) return base::Failure(newborn.error());
  tree.luggage.clear();
  tree.control = std::move(ends->first);
  tree.pid = newborn->pid;
  tree.pidfd = std::move(newborn->pidfd);
  watch(tree.control.get(), Source::control, tree.id);
  watch(tree.pidfd.get(), Source::pidfd, tree.id);
  return {};
}

void Loop::queue_cell(CellOrder order, std::vector<base::Fd> fds) {
  auto& tree = *(trees_[order.id] = std::make_unique<Tree>());
  tree.id = order.id;
  tree.parent = order.parent;
  tree.kind = order.spec.kind;
  tree.spec = std::move(order.spec);
  tree.link = std::move(fds[0]);
  tree.luggage.push_back(std::move(fds[1]));
  tree.luggage.push_back(std::move(fds[2]));
  for (std::size_t i = kBesides; i < fds.size(); ++i) tree.handed.push_back(std::move(fds[i]));
  watch(tree.link.get(), Source::link, tree.id);
  waiting_.push_back(tree.id);
  start_waiting();
}

int Loop::free_slot() const {
  for (int slot = 0; slot < slots_; ++slot) {
    const bool taken = std::any_of(trees_.begin(), trees_.end(),
                                   [&](const auto& each) { return each.second->slot == slot; });
    if (!taken) return slot;
  }
  return -1;
}

// Starts what can start: zygotes at once, cells in their order while there are slots.
void Loop::start_waiting() {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto found = trees_.find(*next);
    if (found == trees_.end()) {
      next = waiting_.erase(next);
      continue;
    }
    Tree& tree = *found->second;
    if (tree.kind == Kind::cell && (tree.slot = free_slot()) < 0) {
      ++next;
      continue;
    }
    next = waiting_.erase(next);
    if (auto ordered = order_fork(tree); !ordered) {
      refuse(tree, ordered.error());
      return start_waiting();  // the queue may have changed
    }
  }
}

base::Result<void> Loop::order_fork(Tree& tree) {
  const auto parent = trees_.find(tree.parent);
  if (parent == trees_.end() || !parent->second->ready || parent->second->gone)
    return base::unavailable("the zygote that this cell should fork from has ended");
  tree.born = std::chrono::steady_clock::now();
  set_clock(tree, tree.spec.limits.wall_seconds, tree.born);
  if (tree.kind == Kind::cell && groups_.accounting() != Accounting::none) {
    auto group = groups_.make(fmt::format("agora-{}-{}", ::getpid(), tree.slot), tree.spec.limits);
    if (!group) return base::Failure(group.error());
    tree.group = *group;
  }
  auto seal = socket_pair();
  if (!seal) return base::Failure(seal.error());
  std::vector<base::Fd> doors;
  if (tree.group) {
    auto opened = tree.group->doors();
    if (!opened) return base::Failure(opened.error());
    doors = std::move(*opened);
  }
  // The zygote passes the order on unread: its memory is seen by every later cell.
  const auto order = sealed_memory("order", order_bytes(tree, as_root_, doors.size()));
  if (!order) return base::Failure(order.error());
  const auto& filter = tree.spec.network == Network::loopback ? install_filter_ : filter_;
  std::vector<int> fds{seal->second.get(), tree.luggage[0].get(), tree.luggage[1].get(), filter.get(),
                       order->get()};
  base::Fd far_control;
  if (tree.kind == Kind::zygote) {
    auto control = socket_pair();
    if (!control) return base::Failure(control.error());
    tree.control = std::move(control->first);
    far_control = std::move(control->second);
    fds.push_back(far_control.get());
  }
  for (const auto& door : doors) fds.push_back(door.get());
  tree.seal = std::move(seal->first);
  send_mounts(tree);  // they wait for it where it will read
  if (tree.trouble) return base::Failure(*tree.trouble);
  const auto text = fmt::format("fork {}", tree.id);
  if (auto sent = send_packet(parent->second->control.get(), text, fds, Wait::no); !sent) return sent;
  tree.luggage.clear();
  watch(tree.seal.get(), Source::seal, tree.id);
  if (tree.control) watch(tree.control.get(), Source::control, tree.id);
  return {};
}

}  // namespace sandbox
