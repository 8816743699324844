// A warm judge for tests. Each line of standard input is a JSON object, each line of standard output its
// answer:
//   {"kit": FOLDER, "submission": FOLDER, "name": NAME, "hidden": FOLDER?, "most_folds": N?}
//     what `agora kit run --json` says, and "output"; of a failure also "next_step", and "told": what its
//     author may know where the data is hidden. A kit is prepared when it comes first, and kept.
//   {"report": true}: "processes", this one and the wardens: "pid", "name", "rss_bytes", "pss_bytes",
//   "descriptors".
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

#include "base/config.h"
#include "base/time.h"
#include "judge/evaluation/evaluation.h"

namespace {

namespace fs = std::filesystem;
namespace json = base::json;

using Prepared = evaluation::Judged<std::shared_ptr<const evaluation::Problem>>;

struct Order {
  fs::path kit, submission, hidden;
  std::string name;
  int most_folds = 0;
};

struct Kit {
  evaluation::Judge* judge = nullptr;
  Prepared problem;
};

evaluation::Failure failure_of(const base::Error& error) {
  evaluation::Failure failure;
  failure.message = error.detail.empty() ? error.message : error.message + " (" + error.detail + ")";
  return failure;
}

std::string text_in(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
}

Order order_from(const json::value& value) {
  Order order{.kit = text_in(value, "kit"),
              .submission = text_in(value, "submission"),
              .hidden = text_in(value, "hidden"),
              .name = text_in(value, "name")};
  if (const auto* folds = base::find_member(value, "most_folds")) order.most_folds = folds->to_number<int>();
  return order;
}

class Judges {
 public:
  // The kit, prepared; the same one from its second time on.
  const Kit& kit(const Order& order) {
    const auto key = std::pair(order.kit, order.hidden);
    const auto found = kits_.find(key);
    return found != kits_.end() ? found->second : kits_.emplace(key, prepare(order)).first->second;
  }

 private:
  Kit prepare(const Order& order) {
    const auto tree = evaluation::read_tree(order.kit);
    if (!tree) return {nullptr, tl::unexpected(failure_of(tree.error()))};
    const auto reading = kit::read_kit(*tree);
    for (const auto& finding : reading.findings)
      if (finding.weight == kit::Weight::error)
        return {nullptr, tl::unexpected(failure_of({base::ErrorKind::invalid, kit::to_text(finding)}))};
    const auto& facts = *reading.kit;
    const auto judge = judge_for(facts.environment);
    if (!judge) return {nullptr, tl::unexpected(failure_of(judge.error()))};
    evaluation::ProblemSource source{.kit = fs::canonical(order.kit), .data = {}, .facts = facts};
    if (!order.hidden.empty()) source.data = order.hidden;
    evaluation::Observer silent;
    return {*judge, (*judge)->prepare(source, silent)};
  }

  base::Result<evaluation::Judge*> judge_for(const std::string& environment) {
    if (const auto found = judges_.find(environment); found != judges_.end()) return found->second.get();
    const auto made = environment == environments::kDefault
                          ? environments::ensure_default(base::agora_home(), {})
                          : environments::find(base::agora_home(), environment);
    if (!made) return tl::unexpected(made.error());
    auto judge = evaluation::Judge::start(*made);
    if (!judge) return tl::unexpected(judge.error());
    return judges_.emplace(environment, std::move(*judge)).first->second.get();
  }

  std::map<std::string, std::unique_ptr<evaluation::Judge>> judges_;
  std::map<std::pair<fs::path, fs::path>, Kit> kits_;
};

json::object told(const evaluation::Failure& failure) {
  auto object = evaluation::to_json(failure).at("error").as_object();
  object["exception_class"] = failure.exception_class;
  object["file"] = failure.file;
  object["line"] = failure.line;
  return object;
}

json::object failure_answer(const evaluation::Failure& failure) {
  return {{"error", told(failure)},
          {"told", told(evaluation::without_secrets(failure))},
          {"next_step", evaluation::next_step(failure)}};
}

json::object evaluated(Judges& judges, const Order& order) {
  const auto& kit = judges.kit(order);
  if (!kit.problem) return failure_answer(kit.problem.error());
  evaluation::Observer silent;
  const auto evaluation = kit.judge->evaluate(*kit.problem, {order.name, order.submission}, silent,
                                              {.most_folds = order.most_folds});
  auto answer = evaluation.failure
                    ? failure_answer(*evaluation.failure)
                    : evaluation::to_json(evaluation, order.kit.filename().string(), order.name).as_object();
  answer["output"] = evaluation.output;
  return answer;
}

std::uint64_t kilobytes_in(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size(), nullptr, 10);
  return 0;
}

json::object report_on(int pid) {
  const auto folder = fmt::format("/proc/{}", pid);
  std::string name;
  std::getline(std::ifstream(folder + "/comm"), name);
  std::error_code none;
  const fs::directory_iterator descriptors(folder + "/fd", none);
  return {{"pid", pid},
          {"name", name},
          {"rss_bytes", kilobytes_in(folder + "/smaps_rollup", "Rss:") << 10},
          {"pss_bytes", kilobytes_in(folder + "/smaps_rollup", "Pss:") << 10},
          {"descriptors", std::distance(begin(descriptors), end(descriptors))}};
}

json::object report() {
  json::array processes{report_on(::getpid())};
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (int pid = 0; children >> pid;) processes.push_back(report_on(pid));
  }
  return {{"processes", std::move(processes)}};
}

json::object answer_to(Judges& judges, const std::string& line) {
  const auto order = base::parse_json(line);
  if (!order) return failure_answer(failure_of(order.error()));
  if (base::find_member(*order, "report") != nullptr) return report();
  const base::Stopwatch watch;
  auto answer = evaluated(judges, order_from(*order));
  answer["seconds_in_all"] = watch.seconds();
  return answer;
}

}  // namespace

int main() {
  Judges judges;
  for (std::string line; std::getline(std::cin, line);) {
    fmt::print("{}\n", base::to_text(answer_to(judges, line)));
    std::fflush(stdout);
  }
  return 0;
}
