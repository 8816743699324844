#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "judge/evaluation/check.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/problem.h"
#include "machine/sandbox/memory.h"

namespace evaluation {
namespace json = base::json;

namespace {

constexpr std::uint64_t kLargestFindings = 16u << 20;

tl::unexpected<Failure> broken(const base::Error& error) {
  return tl::unexpected(machine_failure(error, Phase::prepare));
}

tl::unexpected<Failure> strange(std::string message) {
  Failure failure;
  failure.kind = FailureKind::kit;
  failure.message = std::move(message);
  return tl::unexpected(std::move(failure));
}

// The kit with the scored data at /kit and, where that is hidden, the kit with its own at /public.
base::Result<std::vector<sandbox::Mount>> mounts_for(const ProblemSource& source) {
  auto mounts = mounts_for_preparation(source);
  if (!mounts || !source.data) return mounts;
  auto open = source;
  open.data.reset();
  auto shown = mounts_for_preparation(open);
  if (!shown) return shown;
  for (auto& mount : *shown) {
    mount.target.replace(0, std::string_view("/kit").size(), "/public");
    mounts->push_back(std::move(mount));
  }
  return mounts;
}

// Reads what preparation reads, twice where there is hidden data, and compares: it may take that much more.
sandbox::Limits limits_of(const ProblemSource& source) {
  const int readings = source.data ? 4 : 2;
  auto limits = limits_for(source.facts.limits, source.facts.limits.prepare_seconds * readings + 60);
  limits.memory_bytes *= source.data ? 3 : 2;
  return limits;
}

kit::Weight weight_of(std::string_view word) {
  for (const auto weight : {kit::Weight::warning, kit::Weight::note}) {
    if (kit::word_for(weight) == word) return weight;
  }
  return kit::Weight::error;
}

DataCheck taken(const json::value& said) {
  DataCheck check;
  const auto text = [](const json::value& value) { return base::readable(value.as_string()); };
  for (const auto& finding : said.at("findings").as_array()) {
    check.findings.push_back({weight_of(finding.at("weight").as_string()), text(finding.at("file")),
                              static_cast<int>(finding.at("line").to_number<std::int64_t>()),
                              text(finding.at("message")), text(finding.at("next"))});
  }
  for (const auto& what : said.at("checked").as_array()) check.checked.push_back(text(what));
  check.can_run = said.at("can_run").as_bool();
  if (const auto& official = said.at("official"); official.is_object() && official.at("best").is_number())
    check.best_score = official.at("best").to_number<double>();
  return check;
}

// What faulthandler prints of a crash: `File "/kit/problem.py", line 31 in _read`, the innermost frame first.
void take_place(Failure& failure, std::string_view output) {
  constexpr std::string_view kBefore = "File \"/kit/";
  constexpr std::string_view kBetween = "\", line ";
  const auto start = output.find(kBefore);
  if (start == std::string_view::npos) return;
  output.remove_prefix(start + kBefore.size());
  const auto end = output.find(kBetween);
  if (end == std::string_view::npos || output.substr(0, end).find('\n') != std::string_view::npos) return;
  failure.file = std::string(output.substr(0, end));
  output.remove_prefix(end + kBetween.size());
  std::from_chars(output.data(), output.data() + output.size(), failure.line);
}

Judged<DataCheck> findings_in(int fd) {
  if (auto sealed = sandbox::seal_memory(fd); !sealed) return broken(sealed.error());
  auto text = sandbox::copy_out(fd, 0, std::min(sandbox::size_of(fd), kLargestFindings));
  if (!text) return broken(text.error());
  // The kit's own code ran in the cell and may have written anything.
  try {
    if (auto said = base::parse_json(*text)) return taken(*said);
  } catch (const std::exception&) {
  }
  return strange("the check cell's findings are of no form that the check writes: problem.py changed them");
}

}  // namespace

Judged<DataCheck> run_check_cell(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                 const ProblemSource& source) {
  auto memory = sandbox::open_memory("findings");
  if (!memory) return broken(memory.error());
  auto mounts = mounts_for(source);
  if (!mounts) return broken(mounts.error());
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.check";
  spec.argument = base::to_text(
      json::value{{"seed", source.seed}, {"quick", source.quick}, {"hidden", source.data.has_value()}});
  spec.handed = {{"findings", memory->get()}};
  spec.limits = limits_of(source);
  spec.mounts = std::move(*mounts);
  auto cell = warden.spawn(zygote, spec);
  if (!cell) return broken(cell.error());
  auto message = (*cell)->receive();
  if (!message) return broken(message.error());
  const bool done = *message && (*message)->bytes == "AGK1";
  const auto said = *message ? failure_from((*message)->bytes, Phase::prepare) : std::nullopt;
  const bool silly = *message && !done && !said;
  if (silly) (*cell)->cancel();  // it says what no runtime of ours says
  const auto outcome = (*cell)->wait();
  if (silly && outcome.end == sandbox::End::cancelled)
    return strange("problem.py spoke on the cell's own channel");
  if (!done || outcome.end != sandbox::End::finished) {
    auto failure = failure_of(outcome, said, Phase::prepare, spec.limits, spec.limits.wall_seconds);
    if (!said) take_place(failure, outcome.output);
    return tl::unexpected(std::move(failure));
  }
  return findings_in(memory->get());
}

}  // namespace evaluation
