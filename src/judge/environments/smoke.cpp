#include "judge/environments/smoke.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.h"
#include "judge/environments/keeping.h"
#include "judge/environments/text.h"
#include "machine/sandbox/sandbox.h"

namespace environments {
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

constexpr std::string_view kSmokeFile = "smoke.json";
constexpr std::uint64_t kMostSmoke = 8u << 20;
constexpr std::size_t kMostWords = 600, kMostFailures = 2000;
constexpr double kWallSeconds = 1800;

// What a stranger said, fit to be shown: one line, no control characters.
std::string shown(std::string_view text) {
  auto line = one_line(text.substr(0, kMostWords));
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return line;
}

std::string text_of(const json::value& value, std::string_view name) {
  return shown(base::find_text(value, name));
}

int number_of(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  const bool fits = member != nullptr && member->is_int64() && member->as_int64() >= 0 &&
                    member->as_int64() < 1'000'000'000;
  return fits ? static_cast<int>(member->as_int64()) : 0;
}

void add_failures(const json::value& value, std::string_view package, std::vector<ImportFailure>& failures) {
  const auto* list = base::find_member(value, "failures");
  if (list == nullptr || !list->is_array()) return;
  for (const auto& item : list->as_array()) {
    if (failures.size() >= kMostFailures) return;
    const auto own = text_of(item, "package");
    failures.push_back({own.empty() ? std::string(package) : own, text_of(item, "module"),
                        text_of(item, "error"), text_of(item, "needs")});
  }
}

struct Hearing {
  const Environment& environment;
  const Progress& progress;
  const OnLine& said;
  Smoke smoke{};
  bool is_complete = false;

  void say(const std::string& line) const {
    if (said) said(line);
  }

  void hear_package(const json::value& message) {
    const auto package = text_of(message, "package");
    const auto before = smoke.failures.size();
    add_failures(message, package, smoke.failures);
    ++smoke.packages;
    smoke.modules += number_of(message, "modules");
    if (progress)
      progress({"testing", smoke.packages, static_cast<int>(environment.packages.size()), package});
    if (before == smoke.failures.size())
      say(fmt::format("imported {} {}", package, text_of(message, "version")));
    for (auto at = before; at < smoke.failures.size(); ++at)
      say(fmt::format("{} cannot be imported: {}", smoke.failures[at].module, smoke.failures[at].error));
  }

  void hear_fit(const json::value& fit) {
    smoke.fit = text_of(fit, "what");
    smoke.fit_error = text_of(fit, "error");
    is_complete = true;
    if (!smoke.fit.empty())
      say(smoke.fit_error.empty() ? smoke.fit : fmt::format("{} failed: {}", smoke.fit, smoke.fit_error));
  }

  // What is no message of the test is passed over.
  void hear(std::string_view bytes) {
    const auto message = base::parse_json(bytes);
    if (!message || is_complete) return;
    if (const auto* fit = base::find_member(*message, "fit"))
      hear_fit(*fit);
    else if (base::find_member(*message, "package") != nullptr)
      hear_package(*message);
  }
};

sandbox::ZygoteSpec zygote_for(const Environment& environment) {
  sandbox::ZygoteSpec spec;
  spec.python = environment.python;
  for (const auto& mount : mounts_of(environment)) spec.mounts.push_back({mount, mount.string()});
  spec.variables = environment.variables;
  spec.preload = {"agora_cell.smoke"};
  return spec;
}

sandbox::CellSpec cell_for(const Environment& environment) {
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.smoke";
  json::array folders;
  for (const auto& folder : package_folders(environment)) folders.emplace_back(folder.string());
  spec.argument = base::to_text(json::object{{"folders", std::move(folders)}});
  spec.work_folder = "/tmp";
  spec.limits.memory_bytes = 8ull << 30;
  spec.limits.processes = 256;
  spec.limits.wall_seconds = kWallSeconds;
  return spec;
}

base::Failure not_tested(const Environment& environment, std::string_view why, std::string detail) {
  return base::unavailable(fmt::format("{} could not be tested: {}", environment.name, why),
                           std::move(detail));
}

base::Result<void> run_in_cell(Hearing& hearing, const fs::path& program) {
  const auto& environment = hearing.environment;
  auto warden = sandbox::Warden::start({.program = program, .slots = 1});
  if (!warden) return not_tested(environment, warden.error().message, warden.error().detail);
  auto zygote = (*warden)->open_zygote(zygote_for(environment));
  if (!zygote) return not_tested(environment, zygote.error().message, zygote.error().detail);
  auto cell = (*warden)->spawn(**zygote, cell_for(environment));
  if (!cell) return not_tested(environment, cell.error().message, cell.error().detail);
  while (auto message = (*cell)->receive()) {
    if (!*message) break;
    hearing.hear((*message)->bytes);
  }
  const auto outcome = (*cell)->wait();
  if (hearing.is_complete) return {};
  return not_tested(environment,
                    fmt::format("the test's cell ended before its end ({})", word_for(outcome.end)),
                    outcome.output);
}

// Beside and renamed: a reader sees the old result or the new one.
base::Result<void> keep(const Environment& environment, const Smoke& smoke) {
  const auto path = environment.folder / kSmokeFile;
  const auto beside = environment.folder / fmt::format(".{}.new", kSmokeFile);
  std::error_code ignored;
  fs::remove(beside, ignored);
  if (auto wrote = base::write_file(beside, base::to_pretty_text(to_json(smoke)) + "\n"); !wrote)
    return wrote;
  ::chmod(beside.c_str(), 0444);
  if (::rename(beside.c_str(), path.c_str()) != 0)
    return base::system_failure("rename", path.string(), errno);
  return {};
}

}  // namespace

base::Result<Smoke> smoke_test(const Environment& environment, const fs::path& warden,
                               const Progress& progress, const OnLine& said) {
  const auto hold = Hold::take(environment);
  if (!hold) return tl::unexpected(hold.error());
  Hearing hearing{environment, progress, said};
  hearing.say("testing: importing every package in a sealed cell");
  const base::Stopwatch watch;
  if (auto ran = run_in_cell(hearing, warden); !ran) return tl::unexpected(ran.error());
  auto smoke = std::move(hearing.smoke);
  smoke.seconds = watch.seconds();
  smoke.at = base::now();
  if (auto kept = keep(environment, smoke); !kept) return tl::unexpected(kept.error());
  return smoke;
}

std::optional<Smoke> last_smoke(const Environment& environment) {
  const auto text = base::read_file(environment.folder / kSmokeFile, kMostSmoke);
  const auto value = text ? base::parse_json(*text) : base::Result<json::value>(tl::unexpected(text.error()));
  if (!value) return std::nullopt;
  const auto at = base::instant_from_rfc3339(text_of(*value, "at"));
  if (!at) return std::nullopt;
  Smoke smoke;
  smoke.at = *at;
  smoke.packages = number_of(*value, "packages");
  smoke.modules = number_of(*value, "modules");
  smoke.fit = text_of(*value, "fit");
  smoke.fit_error = text_of(*value, "fit_error");
  if (const auto* seconds = base::find_member(*value, "seconds"); seconds != nullptr && seconds->is_number())
    smoke.seconds = seconds->to_number<double>();
  add_failures(*value, "", smoke.failures);
  return smoke;
}

json::object to_json(const Smoke& smoke) {
  json::array failures;
  for (const auto& one : smoke.failures)
    failures.push_back(
        {{"package", one.package}, {"module", one.module}, {"error", one.error}, {"needs", one.needs}});
  return {{"passed", smoke.passed()},   {"at", base::to_rfc3339(smoke.at)}, {"seconds", smoke.seconds},
          {"packages", smoke.packages}, {"modules", smoke.modules},         {"failures", std::move(failures)},
          {"fit", smoke.fit},           {"fit_error", smoke.fit_error}};
}

}  // namespace environments
