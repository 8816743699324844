// agora demo: a small center with three events on real data, its submissions evaluated before your eyes.
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
    "The people are made up; the data is real: wind power (released), breast masses (open, with hidden "
    "data)\n"
    "and handwritten digits (for practice). Everything that they hand in is trained and scored, which takes "
    "a\n"
    "few minutes; the center can be used meanwhile. Without --data it lives in a folder of its own that "
    "goes\n"
    "with it.\n\n"
    "Examples:\n"
    "  agora demo\n"
    "  agora demo --data center --listen 127.0.0.1:8080";

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

// The whole story once; from then on, what was there at the end of it.
base::Result<void> fill(const Center& center, const std::filesystem::path& kits,
                        const std::filesystem::path& data, const base::Fd& stop) {
  const auto mark = data / "demo-is-filled";
  const auto& invitation = center.first_invitation();
  if (!invitation && std::filesystem::exists(mark)) {
    show_demo_sign_ins(center.url());
    return {};
  }
  DemoCenter demo(center.url(), kits, stop);
  const auto filled = demo.fill(invitation);
  if (!filled && !invitation && filled.error().kind == base::ErrorKind::unauthenticated)
    return base::conflict(fmt::format(
        "{} holds a center of its own people, to which the demo adds nothing: say another --data, or open it "
        "with `agora serve`",
        data.string()));
  if (!filled || !demo.is_whole()) return filled;
  return base::write_file(mark, "The people, events and submissions of the demo are all in this center.\n");
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
  if (auto filled = fill(**center, *kits, settings->data, stop); !filled) return filled;
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
