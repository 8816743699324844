// agora-cell: turns the process that the warden has cloned into a zygote's Python, in a root of its own.
#include <cerrno>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/json.h"
#include "machine/sandbox/memory.h"
#include "machine/sandbox/steps.h"
#include "machine/sandbox/warden.h"
#include "machine/sandbox/wire.h"

namespace sandbox {
namespace {

namespace json = base::json;

constexpr int kControl = 3, kConfig = 4;
constexpr const char* kStart =
    "import sys; sys.path.append('/agora'); from agora_cell.zygote import main; main()";

struct Orders {
  json::value config;
  base::Fd memory;
  std::vector<base::Fd> trees;
};

base::Result<void> check(int answer) {
  if (answer >= 0) return {};
  return base::internal(agora_failure());
}

base::Result<Orders> receive_orders() {
  Orders orders;
  auto first = receive_packet(kControl, kLargestPacket, Wait::yes);
  if (!first) return base::Failure(first.error());
  if (!*first || (*first)->fds.empty()) return base::internal("the warden is gone");
  orders.memory = std::move((*first)->fds[0]);
  const auto text = copy_out(orders.memory.get(), 0, size_of(orders.memory.get()));
  if (!text) return base::Failure(text.error());
  auto config = base::parse_json(*text);
  if (!config) return base::Failure(config.error());
  orders.config = std::move(*config);
  while (orders.trees.size() < orders.config.at("targets").as_array().size()) {
    auto more = receive_packet(kControl, kLargestPacket, Wait::yes);
    if (!more) return base::Failure(more.error());
    if (!*more || (*more)->fds.empty()) return base::internal("the warden is gone");
    for (auto& fd : (*more)->fds) orders.trees.push_back(std::move(fd));
  }
  return orders;
}

base::Result<void> build_root(Orders& orders) {
  const auto& config = orders.config;
  const auto scratch = config.at("scratch_bytes").to_number<std::uint64_t>();
  auto done = check(agora_root_open("/tmp"));
  if (done) done = check(agora_tmpfs("/tmp", scratch, 100'000));
  if (done) done = check(agora_tmpfs("/dev/shm", scratch, 100'000));
  for (const auto& pair : config.at("links").as_array())
    if (done) done = check(agora_link(pair.at(0).as_string().c_str(), pair.at(1).as_string().c_str()));
  for (const auto& pair : config.at("files").as_array())
    if (done) done = check(agora_file(pair.at(0).as_string().c_str(), pair.at(1).as_string().c_str()));
  const auto& targets = config.at("targets").as_array();
  for (std::size_t i = 0; i < targets.size() && done; ++i)
    done = check(agora_attach(orders.trees[i].release(), targets[i].as_string().c_str()));
  if (done) done = check(agora_folder("/stage", 0755));
  if (done) done = check(agora_proc());
  if (done) done = check(agora_root_close());
  return done;
}

base::Result<void> settle(Orders& orders) {
  // The config's descriptor may be the very number that it is to have.
  const base::Fd config(::fcntl(orders.memory.get(), F_DUPFD_CLOEXEC, 10));
  orders.memory.reset();
  if (!config) return base::system_failure("fcntl", "config", errno);
  auto done = check(::dup2(config.get(), kConfig));
  constexpr int kKept[] = {kControl, kConfig};
  if (done) done = check(agora_close_others(kKept, 2));
  if (done)
    done = check(agora_keep_capabilities(orders.config.at("capabilities").to_number<std::uint64_t>()));
  if (done) done = check(agora_die_with_parent());
  pollfd warden{kControl, POLLIN, 0};
  if (::poll(&warden, 1, 0) > 0) return base::internal("the warden is gone");
  return done;
}

std::vector<std::string> environment(const json::value& config) {
  std::vector<std::string> variables{"PATH=/usr/local/bin:/usr/bin:/bin",
                                     "HOME=/tmp",
                                     "LANG=C.UTF-8",
                                     "USER=cell",
                                     "MPLBACKEND=Agg",
                                     "PYTHONHASHSEED=0",
                                     "PYTHONDONTWRITEBYTECODE=1",
                                     "OPENBLAS_NUM_THREADS=1",
                                     "OMP_NUM_THREADS=1",
                                     "MKL_NUM_THREADS=1"};
  for (const auto& pair : config.at("variables").as_array())
    variables.push_back(fmt::format("{}={}", pair.at(0).as_string().c_str(), pair.at(1).as_string().c_str()));
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

int run_zygote() {
  auto orders = receive_orders();
  base::Result<void> done = orders ? base::Result<void>{} : base::Failure(orders.error());
  if (done) done = build_root(*orders);
  if (done) done = settle(*orders);
  if (done) {
    const std::string python(orders->config.at("python").as_string());
    // Not -I: it would ignore PYTHONHASHSEED. The environment is ours alone and -P -s leave nothing else out.
    std::vector<std::string> words{python, "-s", "-P", "-X", "frozen_modules=on", "-c", kStart};
    auto variables = environment(orders->config);
    ::execve(python.c_str(), pointers(words).data(), pointers(variables).data());
    done = base::system_failure("execve", python + " (is it in the environment's mounts?)", errno);
  }
  (void)send_packet(kControl, "failed 0 " + done.error().message, {}, Wait::no);
  return 3;
}

}  // namespace sandbox
