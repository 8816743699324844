// A warm judge: `warm_bench KIT TIMES [PAUSE]` prepares the kit once and prints, for each round, the seconds
// of a trial (one fold) and of a whole evaluation of its starting kit, as JSON. PAUSE: seconds before each of
// them, for requests that come one by one.
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "base/config.h"
#include "judge/evaluation/evaluation.h"

namespace {

int fail(std::string_view why) {
  fmt::print(stderr, "error: {}\n", why);
  return 3;
}

// Seconds, or nothing after an error was printed.
std::optional<double> seconds_of(evaluation::Judge& judge,
                                 const std::shared_ptr<const evaluation::Problem>& problem,
                                 const evaluation::Submission& submission, const evaluation::Asked& asked) {
  evaluation::Observer silent;
  const base::Stopwatch watch;
  const auto evaluation = judge.evaluate(problem, submission, silent, asked);
  const auto seconds = watch.seconds();
  if (!evaluation.failure) return seconds;
  fail(evaluation.failure->message);
  return std::nullopt;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3 && count != 4) return fail("usage: warm_bench KIT TIMES [PAUSE]");
  const std::chrono::duration<double> pause(count == 4 ? std::atof(words[3]) : 0);
  const std::filesystem::path kit = std::filesystem::canonical(words[1]);
  const auto environment = environments::ensure_default(base::agora_home(), {});
  if (!environment) return fail(environment.error().message);
  auto judge = evaluation::Judge::start(*environment);
  if (!judge) return fail(judge.error().message);
  const auto tree = evaluation::read_tree(kit);
  if (!tree) return fail(tree.error().message);
  evaluation::Observer silent;
  auto problem = (*judge)->prepare(
      {.kit = kit, .data = {}, .facts = kit::read_kit(*tree).kit.value_or(kit::Kit{})}, silent);
  if (!problem) return fail(problem.error().message);
  const evaluation::Submission submission{"starting_kit", kit / "submissions/starting_kit"};
  std::string trials, wholes;
  for (int i = 0; i < std::atoi(words[2]); ++i) {
    std::this_thread::sleep_for(pause);
    const auto trial = seconds_of(**judge, *problem, submission, {.most_folds = 1});
    std::this_thread::sleep_for(pause);
    const auto whole = seconds_of(**judge, *problem, submission, {});
    if (!trial || !whole) return 3;
    trials += fmt::format("{}{:.6f}", trials.empty() ? "" : ", ", *trial);
    wholes += fmt::format("{}{:.6f}", wholes.empty() ? "" : ", ", *whole);
  }
  fmt::print("{{\"trial\": [{}], \"whole\": [{}]}}\n", trials, wholes);
  return 0;
}
