// agora demo: a small center with two events on real data, its submissions evaluated before your eyes.
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "apps/agora/center.h"
#include "apps/agora/command.h"
#include "apps/agora/demo_center.h"
#include "apps/agora/environment_progress.h"
#include "apps/agora/serve_settings.h"
#include "base/log.h"

namespace agora {
namespace {

struct Options {
  std::string data;
  std::string listen = "127.0.0.1:8080";
  std::string kits;
};

constexpr std::string_view kFooter =
    "The people are made up; the data is real: breast masses (with hidden data) and handwritten digits (a\n"
    "practice event). Without --data the center lives in a folder of its own that goes with it.\n\n"
    "Example:\n"
    "  agora demo --listen 127.0.0.1:8080";

// Where the sample kits are: beside the program, or in the source tree that it was built from.
base::Result<std::filesystem::path> find_kits(const std::string& given) {
  const auto programs = base::program_folder();
  for (const auto& folder : {std::filesystem::path(given), programs / "kits", programs / ".." / ".." / "kits",
                             programs / ".." / "share" / "agora" / "kits"})
    if (!folder.empty() && std::filesystem::exists(folder / "breast_cancer" / "problem.py")) return folder;
  return base::not_found("the sample kits are not beside the program: say where they are with --kits DIR");
}

base::Result<CenterSettings> settings_for(const Options& options, const std::filesystem::path& folder) {
  const auto listen = read_listen(options.listen);
  if (!listen) return tl::unexpected(listen.error());
  CenterSettings settings;
  settings.data = folder;
  settings.home = base::agora_home();
  std::tie(settings.address, settings.port) = *listen;
  settings.evaluations = std::max(2, static_cast<int>(std::thread::hardware_concurrency()) / 4);
  return settings;
}

base::Result<void> run(const Options& options) {
  const auto kits = find_kits(options.kits);
  if (!kits) return tl::unexpected(kits.error());
  if (auto environment = ensure_environment("default"); !environment)
    return tl::unexpected(environment.error());
  auto own = base::TemporaryFolder::make("agora-demo");
  if (!own) return tl::unexpected(own.error());
  const auto folder = options.data.empty() ? own->path() / "center" : std::filesystem::path(options.data);
  const auto settings = settings_for(options, folder);
  if (!settings) return tl::unexpected(settings.error());
  const auto stop = block_stop_signals();
  auto center = Center::start(*settings);
  if (!center) return tl::unexpected(center.error());
  fmt::print("Agora is open at {}\n", (*center)->url());
  if (const auto& code = (*center)->first_invitation()) {
    DemoCenter demo((*center)->url(), *kits);
    if (auto filled = demo.fill(*code, stop); !filled) return filled;
  } else {
    tell_sign_ins();
  }
  fmt::print("\nCtrl-C ends it.\n");
  std::fflush(stdout);
  wait_for_stop(stop);
  (*center)->stop();
  return {};
}

}  // namespace

void add_demo(CLI::App& parent, Exit& exit) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("demo", "A center with real events, people and data, ready to use");
  command->add_option("--data", options->data, "Keep the center in this folder, and go on with it next time");
  command->add_option("--listen", options->listen, "Address and port")->capture_default_str();
  command->add_option("--kits", options->kits, "The folder of the sample kits");
  command->footer(std::string(kFooter));
  command->callback([options, &exit] {
    const auto ran = run(*options);
    exit = ran ? Exit::done : report_failure(ran.error(), false);
  });
}

}  // namespace agora
