// Sessions beside each other: `sessions_bench COUNT ROUNDS` opens COUNT of them one by one, asks each for 1+1
// ROUNDS times in turn, and prints the seconds of each as JSON. Then it waits for a line, so that their
// memory can be looked at.
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

#include "base/config.h"
#include "base/time.h"
#include "judge/cells/cells.h"

namespace {

using Sessions = std::vector<std::unique_ptr<cells::Session>>;

int fail(std::string_view why) {
  fmt::print(stderr, "error: {}\n", why);
  return 3;
}

std::string list(const std::vector<double>& seconds) {
  std::string text;
  for (const double each : seconds) text += fmt::format("{}{:.6f}", text.empty() ? "" : ", ", each);
  return "[" + text + "]";
}

base::Result<std::vector<double>> open_all(cells::Workshop& workshop,
                                           const environments::Environment& environment, int count,
                                           Sessions& sessions) {
  std::vector<double> seconds;
  cells::SessionSpec spec;
  spec.memory_bytes = 190u << 20;
  for (int i = 0; i < count; ++i) {
    const base::Stopwatch watch;
    auto session = workshop.open(environment, spec);
    if (!session) return tl::unexpected(session.error());
    seconds.push_back(watch.seconds());
    sessions.push_back(std::move(*session));
  }
  return seconds;
}

base::Result<std::vector<double>> ask_all(const Sessions& sessions) {
  std::vector<double> seconds;
  for (const auto& session : sessions) {
    const base::Stopwatch watch;
    const auto answer = session->run("1+1");
    if (!answer) return tl::unexpected(answer.error());
    seconds.push_back(watch.seconds());
    if (answer->shown.size() != 1 || answer->shown[0].data != "2") return base::internal("1+1 is not 2");
  }
  return seconds;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return fail("usage: sessions_bench COUNT ROUNDS");
  const auto environment = environments::ensure_default(base::agora_home(), {});
  if (!environment) return fail(environment.error().message);
  const int sessions_wanted = std::atoi(words[1]);
  cells::WorkshopOptions options;
  options.sessions = sessions_wanted + 1;
  auto workshop = cells::Workshop::start(options);
  if (!workshop) return fail(workshop.error().message);
  Sessions warm, sessions;
  const auto first = open_all(**workshop, *environment, 1, warm);  // makes the zygote
  if (!first) return fail(first.error().message);
  warm.clear();
  const auto opened = open_all(**workshop, *environment, sessions_wanted, sessions);
  if (!opened) return fail(opened.error().message);
  std::vector<double> first_request, requests;
  for (int round = 0; round < std::atoi(words[2]); ++round) {
    const auto asked = ask_all(sessions);
    if (!asked) return fail(asked.error().message);
    auto& into = round == 0 ? first_request : requests;
    into.insert(into.end(), asked->begin(), asked->end());
  }
  fmt::print("{{\"zygote\": {}, \"open\": {}, \"first\": {}, \"request\": {}}}\n", list(*first),
             list(*opened), list(first_request), list(requests));
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  return 0;
}
