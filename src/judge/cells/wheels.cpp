#include "judge/cells/wheels.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace cells {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostLine = 4000, kMostLines = 2000, kMostShown = 300;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

// Without the margin, and uv's word before a cause.
std::string without_margin(std::string_view line) {
  line.remove_prefix(line.find_first_not_of(" \t"));
  if (constexpr std::string_view kCause = "cause: "; line.starts_with(kCause))
    line.remove_prefix(kCause.size());
  return fmt::format("{}{}", line.substr(0, kMostShown), line.size() > kMostShown ? "..." : "");
}

std::string why_not_made(const BuildOutcome& outcome, const std::deque<std::string>& lines,
                         const environments::Index& index) {
  const bool failed_itself = outcome.run.why.empty() && outcome.run.code != 0;
  auto why = failed_itself ? what_went_wrong(lines) : "";
  if (why.empty()) why = outcome.why;
  if (why.ends_with(".h: No such file or directory"))
    why += " (a build sees what is installed on this machine: install what brings that header)";
  if (!outcome.refused.empty()) why += fmt::format(" (what it asked of the network: {})", outcome.refused[0]);
  if (!index.withheld.empty())
    why += fmt::format(" (a build is not told the credentials for {})", fmt::join(index.withheld, ", "));
  return why;
}

Build build_of(const environments::WantedWheel& wanted) {
  Build build;
  build.name = wanted.name;
  build.version = wanted.version;
  build.hashes = wanted.hashes;
  build.uv = wanted.uv;
  build.index = environments::index_of_host();
  build.index.url = wanted.index;
  return build;
}

// In a workshop of its own: `builder` may be another one under the same hash by the next time.
base::Result<void> make_wheel(const fs::path& warden, const environments::WantedWheel& wanted,
                              const environments::Environment& builder, const environments::OnLine& said,
                              const std::stop_token& stop) {
  const auto workshop = Workshop::start({.warden = warden, .programs = 1, .sessions = 0});
  if (!workshop) return tl::unexpected(workshop.error());
  const auto build = build_of(wanted);
  BuildLines lines(said);
  const auto outcome = (*workshop)->build(
      builder, build, [&](Stream stream, std::string_view text) { lines.hear(stream, text); }, stop);
  lines.end();
  if (!outcome) return tl::unexpected(outcome.error());
  if (stop.stop_requested()) return base::unavailable("it was stopped");
  if (outcome->wheel.empty()) return base::invalid(why_not_made(*outcome, lines.last(), build.index));
  const auto target = wanted.folder / outcome->wheel.filename();
  std::error_code failed;
  fs::copy_file(outcome->wheel, target, failed);
  if (failed) return base::system_failure("copy to", target.string(), failed.value());
  said(fmt::format("made {}, SHA-256 {}", target.filename().string(), outcome->hash));
  return {};
}

}  // namespace

void BuildLines::say(std::string& line) {
  while (!line.empty() && line.back() == '\r') line.pop_back();
  auto shown = base::readable(line);
  line.clear();
  if (is_blank(shown)) return;
  if (said_) said_(shown);
  last_.push_back(std::move(shown));
  if (last_.size() > kMostLines) last_.pop_front();
}

void BuildLines::hear(Stream stream, std::string_view text) {
  auto& line = stream == Stream::output ? output_ : errors_;
  for (const char c : text)
    if (c == '\n')
      say(line);
    else if (line.size() < kMostLine)
      line += c;
}

void BuildLines::end() {
  say(output_);
  say(errors_);
}

std::string what_went_wrong(const std::deque<std::string>& lines) {
  const auto has = [](std::string_view line, std::string_view part) {
    return line.find(part) != std::string_view::npos;
  };
  const auto failed = std::find_if(lines.rbegin(), lines.rend(), [](const std::string& line) {
                        return line.starts_with("error: Failed to build");
                      }).base();  // the first of uv's causes
  const auto hint =
      std::find_if(failed, lines.end(), [](const std::string& line) { return line.starts_with("hint:"); });
  const bool is_packages_own =
      std::any_of(failed, hint, [&](const std::string& line) { return has(line, "build backend returned"); });
  if (!is_packages_own && hint != lines.begin()) return without_margin(*std::prev(hint));
  const auto end = failed == lines.begin() ? lines.end() : std::prev(failed);  // of what the package said
  const auto compiler = std::find_if(lines.begin(), end, [&](const std::string& line) {
    return has(line, ": error:") || has(line, ": fatal error:");
  });
  if (compiler != end) return without_margin(*compiler);
  if (end == lines.begin()) return "";
  const auto& last = *std::prev(end);
  if (!last.starts_with("http") || has(last, " ")) return without_margin(last);
  const auto begun = std::find_if(lines.begin(), end, [](const std::string& line) {
    return line.starts_with("Building wheel from source");
  });
  return without_margin(begun == end || std::next(begun) == end ? last : *std::next(begun));
}

environments::MakeWheel wheels_in_cells(const fs::path& warden) {
  return [warden](const auto& wanted, const auto& builder, const auto& said, const auto& stop) {
    return make_wheel(warden, wanted, builder, said, stop);
  };
}

}  // namespace cells
