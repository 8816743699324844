// agora serve: the platform.
#include <csignal>
#include <map>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apps/agora/center.h"
#include "apps/agora/command.h"
#include "apps/agora/serve_settings.h"
#include "base/log.h"

namespace agora {
namespace {

struct Options {
  std::map<std::string, std::string> flags;  // by the setting's name
  std::string config;
  std::string data, listen;
};

constexpr std::string_view kFooter =
    "Settings rise in strength from the file (--config) over the environment (AGORA_LISTEN, ...) to "
    "flags.\n\n"
    "Examples:\n"
    "  agora serve --data /srv/agora\n"
    "  agora serve --data center --listen 0.0.0.0:8080 --config center.toml";

void say_where(const Center& center, const CenterSettings& settings) {
  fmt::print(stderr, "Agora is open at {} (data in {})\n", center.url(), settings.data.string());
  if (const auto& code = center.first_invitation())
    fmt::print(stderr,
               "Nobody is an administrator yet. The first one signs up with:\n"
               "  agora login {} --sign-up --invitation {}\n",
               center.url(), *code);
  std::fflush(stderr);
}

Exit run(const Options& options) {
  const auto settings = read_serve_settings(options.config, options.flags);
  if (!settings) {
    report_failure(settings.error(), false);
    return Exit::usage;
  }
  const auto stop = block_stop_signals();
  auto center = Center::start(*settings);
  if (!center) return report_failure(center.error(), false);
  say_where(**center, *settings);
  wait_for_stop(stop);
  fmt::print(stderr, "stopping: running requests finish; evaluations go on at the next start\n");
  (*center)->stop();
  return Exit::done;
}

}  // namespace

base::Fd block_stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return base::Fd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

void wait_for_stop(const base::Fd& stop) {
  pollfd wait{stop.get(), POLLIN, 0};
  while (::poll(&wait, 1, -1) < 0 && errno == EINTR) continue;
}

void add_serve(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("serve", "The platform: pages, API, queue and cells of one center");
  const auto flag = [&](const std::string& name, const std::string& summary) {
    command->add_option_function<std::string>(
        "--" + name, [options, name](const std::string& value) { options->flags[name] = value; }, summary);
  };
  for (const auto& setting : serve_settings())
    flag(std::string(setting.name),
         fmt::format("{}{}", setting.summary,
                     setting.fallback.empty() ? "" : fmt::format(" [{}]", setting.fallback)));
  command->add_option("--config", options->config, "A TOML file with any of these settings")
      ->check(CLI::ExistingFile);
  command->footer(std::string(kFooter));
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace agora
