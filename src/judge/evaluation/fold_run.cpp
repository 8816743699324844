#include "judge/evaluation/fold_run.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/chance.h"
#include "base/text.h"
#include "judge/evaluation/failure.h"
#include "machine/sandbox/memory.h"

namespace evaluation {
namespace json = base::json;

namespace {

constexpr std::uint64_t kAlignment = 4096;

Region take_region(std::uint64_t& at, const Expected& expected) {
  const Region region{at, capacity_for(expected)};
  at += (region.capacity + kAlignment - 1) / kAlignment * kAlignment;
  return region;
}

json::value place_of(const Region& region, const Expected& expected) {
  return {{"form", expected.ragged ? "ragged" : "dense"},
          {"offset", region.offset},
          {"capacity", region.capacity}};
}

// In a random order, so that a cell cannot know by its turn which X is the true one.
std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[base::random_below(i)]);
  return order;
}

json::array variants_for(const Problem& problem, const Layout& layout,
                         const std::vector<std::size_t>& order) {
  json::array variants;
  for (const auto v : order) {
    json::array given;
    if (!problem.looks.empty()) given.emplace_back("train");
    if (problem.has_test) given.emplace_back("test");
    json::object variant{{"given", given},
                         {"train", place_of(layout.variants[v].train, problem.expected_train)}};
    if (problem.has_test) variant["test"] = place_of(layout.variants[v].test, problem.expected_test);
    variants.emplace_back(std::move(variant));
  }
  return variants;
}

sandbox::CellSpec spec_for(const Problem& problem, const Layout& layout,
                           const std::vector<std::size_t>& order) {
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.fold";
  spec.parks = true;
  spec.argument = base::to_text(json::value{{"seed", problem.source.seed},
                                            {"quick", problem.source.quick},
                                            {"results_size", layout.size},
                                            {"forks", !problem.looks.empty()},
                                            {"variants", variants_for(problem, layout, order)}});
  // A parked cell waits without a clock of its own: the clock starts with its labels.
  spec.limits = limits_for(problem.source.facts.limits, 24 * 3600.0);
  return spec;
}

// What a cell is shown for one variant, behind open files of its own.
base::Result<std::vector<base::Fd>> shown_for(const Problem& problem, std::size_t variant) {
  std::vector<base::Fd> shown;
  std::vector<int> memories;
  if (!problem.looks.empty())
    memories.push_back(variant == 0 ? problem.x_train.get() : problem.looks[variant - 1].x_train.get());
  if (problem.has_test)
    memories.push_back(variant == 0 ? problem.x_test.get() : problem.looks[variant - 1].x_test.get());
  for (const int memory : memories) {
    auto reader = sandbox::reader_of(memory);
    if (!reader) return tl::unexpected(reader.error());
    shown.push_back(std::move(*reader));
  }
  return shown;
}

// Bytes of the rows before `index`, or all where there are fewer.
std::string_view rows_before(const Predictions& p, std::uint64_t index) {
  const auto row_bytes = p.rows == 0 ? 0 : p.numbers.size() / p.rows;
  return p.numbers.substr(0, std::min(index, p.rows) * row_bytes);
}

}  // namespace

Layout layout_for(const Problem& problem) {
  Layout layout;
  for (std::size_t v = 0; v <= problem.looks.size(); ++v) {
    Layout::Pair pair;
    pair.train = take_region(layout.size, problem.expected_train);
    if (problem.has_test) pair.test = take_region(layout.size, problem.expected_test);
    layout.variants.push_back(pair);
  }
  return layout;
}

namespace {

tl::unexpected<Failure> broken(const base::Error& error) {
  return tl::unexpected(machine_failure(error, Phase::fit));
}

struct Forked {
  std::unique_ptr<sandbox::Cell> cell;
  std::shared_ptr<const void> origin;
};

// From the problem's zygote, or from the environment's, with X_train to read itself, where there is no other:
// one problem's zygote may have had more than a thread, or run out of memory.
base::Result<Forked> fork_cell(sandbox::Warden& warden,
                               const std::shared_ptr<sandbox::Cell>& environment_zygote,
                               const Problem& problem, sandbox::CellSpec& spec, const std::stop_token& stop) {
  const auto warm = problem.warm.now();
  if (warm && warm->problem) {
    auto cell = warden.spawn(*warm->problem, spec, stop);
    if (cell) return Forked{std::move(*cell), warm};
    if (stop.stop_requested() || cell.error().kind != base::ErrorKind::unavailable)
      return tl::unexpected(cell.error());
  }
  const auto x_train = sandbox::reader_of(problem.x_train.get());
  if (!x_train) return tl::unexpected(x_train.error());
  spec.handed.push_back({"x_train", x_train->get()});
  auto cell = warden.spawn(*environment_zygote, spec, stop);
  if (!cell) return tl::unexpected(cell.error());
  return Forked{std::move(*cell), environment_zygote};
}

}  // namespace

Judged<ParkedFold> ParkedFold::spawn(sandbox::Warden& warden,
                                     const std::shared_ptr<sandbox::Cell>& environment_zygote,
                                     const Problem& problem, const std::stop_token& stop) {
  ParkedFold parked;
  parked.layout_ = layout_for(problem);
  parked.order_ = shuffled(parked.layout_.variants.size());
  auto results = sandbox::result_memory("results", parked.layout_.size);
  if (!results) return broken(results.error());
  parked.results_ = std::move(*results);
  auto spec = spec_for(problem, parked.layout_, parked.order_);
  auto now = problem.train_files;
  now.insert(now.end(), problem.source.facts.files.begin(), problem.source.facts.files.end());
  auto files = CellFiles::make(*problem.stage, now, problem.test_files);
  if (!files) return broken(files.error());
  parked.files_ = std::make_unique<CellFiles>(std::move(*files));
  spec.mounts = parked.files_->mounts();
  for (auto& mount : problem.stage->code_mounts()) spec.mounts.push_back(std::move(mount));
  spec.handed.push_back({"results", parked.results_.get()});
  parked.limits_ = spec.limits;
  auto forked = fork_cell(warden, environment_zygote, problem, spec, stop);
  if (!forked) return broken(forked.error());
  parked.origin_ = std::move(forked->origin);
  parked.cell_ = std::move(forked->cell);
  return parked;
}

Judged<void> ParkedFold::give(const std::string& name, const std::filesystem::path& folder,
                              const std::stop_token& stop) {
  leash_ = Leash(*cell_, stop);
  name_ = name;
  if (auto shown = files_->show_submission(name, folder); !shown) return broken(shown.error());
  return {};
}

// The cell's next message must be `word`; anything else, or its end, is the fold's failure.
Judged<void> ParkedFold::expect(std::string_view word, Phase phase, double seconds, FoldResult& result) {
  auto message = cell_->receive();
  if (!message && message.error().kind != base::ErrorKind::too_large)
    return tl::unexpected(machine_failure(message.error(), phase));
  const auto bytes =
      message ? *message ? std::optional((*message)->bytes) : std::nullopt : std::optional<std::string>("");
  if (bytes && *bytes == word && !word.empty()) return {};
  auto said = bytes ? failure_from(*bytes, phase) : std::nullopt;
  const bool strange = bytes && !said;  // it says what no runtime of ours says
  if (strange) cell_->cancel();
  const auto outcome = cell_->wait();
  result.output = base::readable(outcome.output);
  auto failure = failure_of(outcome, said, phase, limits_, seconds);
  if (strange && outcome.end == sandbox::End::cancelled) {
    failure.kind = FailureKind::exception;
    failure.message = "the submission spoke on the cell's own channel";
  }
  return tl::unexpected(std::move(failure));
}

Judged<void> ParkedFold::show_variants(const Problem& problem, FoldResult& result) {
  const auto seconds = problem.source.facts.limits.predict_seconds;
  for (const auto variant : order_) {
    const auto shown = shown_for(problem, variant);
    if (!shown) return tl::unexpected(machine_failure(shown.error(), Phase::predict));
    std::vector<int> fds;
    for (const auto& fd : *shown) fds.push_back(fd.get());
    cell_->set_deadline(seconds);
    if (auto sent = cell_->send("predict", fds); !sent) {
      if (auto ended = expect("", Phase::predict, seconds, result); !ended) return ended;
    }
    if (auto done = expect("AGC1predicted", Phase::predict, seconds, result); !done) return done;
  }
  return {};
}

Judged<void> ParkedFold::check_look_ahead(const Problem& problem, const std::string& memory) const {
  const auto read = [&](const Region& region, const Expected& expected) {
    return read_predictions(memory, region, expected);
  };
  for (std::size_t v = 1; v < layout_.variants.size(); ++v) {
    const auto index = problem.looks[v - 1].index;
    const auto compare = [&](const Region& seen, const Region& changed, const Expected& expected,
                             std::string_view step) -> Judged<void> {
      auto a = read(seen, expected);
      if (!a) return tl::unexpected(a.error());
      auto b = read(changed, expected);
      if (!b) return tl::unexpected(b.error());
      if (rows_before(*a, index) == rows_before(*b, index)) return {};
      Failure failure;
      failure.kind = FailureKind::exception;
      failure.phase = Phase::predict;
      failure.exception_class = "LookAhead";
      failure.message = fmt::format(
          "the submission looks into the future: {} predictions before step {} changed when only X from step "
          "{} on "
          "was changed; compute each step from its past alone",
          step, index, index);
      return tl::unexpected(std::move(failure));
    };
    if (auto same =
            compare(layout_.variants[0].train, layout_.variants[v].train, problem.expected_train, "train");
        !same)
      return same;
    if (!problem.has_test) continue;
    if (auto same =
            compare(layout_.variants[0].test, layout_.variants[v].test, problem.expected_test, "test");
        !same)
      return same;
  }
  return {};
}

Judged<void> ParkedFold::run(const Problem& problem, int fold, Observer& observer, FoldResult& result) {
  const auto& limits = problem.source.facts.limits;
  const int labels = problem.folds[static_cast<std::size_t>(fold)].labels.get();
  const base::Stopwatch fit;
  cell_->set_deadline(limits.fit_seconds);
  if (auto sent = cell_->send("go " + name_, std::span(&labels, 1)); !sent) {
    if (auto ended = expect("", Phase::fit, limits.fit_seconds, result); !ended) return ended;
  }
  if (auto fitted = expect("AGC1fitted", Phase::fit, limits.fit_seconds, result); !fitted) return fitted;
  result.fit_seconds = fit.seconds();
  observer.fold_predicting(fold, result.fit_seconds);
  if (auto shown = files_->reveal(*problem.stage, problem.test_files); !shown)
    return tl::unexpected(machine_failure(shown.error(), Phase::predict));
  const base::Stopwatch predict;
  if (auto shown = show_variants(problem, result); !shown) return shown;
  result.predict_seconds = predict.seconds();
  return {};
}

// Nothing is read before the last process that could write is dead. What it does after its word no longer
// counts, but a limit that it passed does.
Judged<void> ParkedFold::collect(const Problem& problem, FoldResult& result) {
  const auto outcome = cell_->wait();
  result.peak_memory_bytes = outcome.peak_memory_bytes;
  result.output = base::readable(outcome.output);
  if (outcome.end != sandbox::End::finished && outcome.end != sandbox::End::signalled)
    return tl::unexpected(failure_of(outcome, std::nullopt, Phase::predict, limits_,
                                     problem.source.facts.limits.predict_seconds));
  auto memory = sandbox::copy_out(results_.get(), 0, layout_.size);
  if (!memory) return tl::unexpected(machine_failure(memory.error(), Phase::predict));
  result.memory = std::move(*memory);
  return check_look_ahead(problem, result.memory);
}

}  // namespace evaluation
