#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/leash.h"
#include "judge/evaluation/scores.h"
#include "machine/sandbox/memory.h"

namespace evaluation {
namespace json = base::json;

namespace {

tl::unexpected<Failure> broken(const base::Error& error) {
  return tl::unexpected(machine_failure(error, Phase::score));
}

tl::unexpected<Failure> undefined(std::string message) {
  Failure failure;
  failure.kind = FailureKind::kit;
  failure.phase = Phase::score;
  failure.message = std::move(message);
  return tl::unexpected(std::move(failure));
}

// All folds' checked predictions behind one another, and where each begins.
struct Packed {
  std::string bytes;
  json::array places;
};

Judged<Packed> pack(const Problem& problem, std::span<const FoldPredictions> folds) {
  Packed packed;
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    json::object place;
    const auto add = [&](const char* name, std::string_view memory,
                         const Expected& expected) -> Judged<void> {
      auto predictions = read_predictions(memory, {0, memory.size()}, expected);
      if (!predictions) {
        predictions.error().fold = static_cast<int>(fold);
        return tl::unexpected(predictions.error());
      }
      packed.bytes.resize((packed.bytes.size() + 63) / 64 * 64);
      place[name] = packed.bytes.size();
      packed.bytes += predictions->bytes;
      return {};
    };
    if (auto added = add("train", folds[fold].train, problem.expected_train); !added)
      return tl::unexpected(added.error());
    if (problem.has_test) {
      if (auto added = add("test", folds[fold].test, problem.expected_test); !added)
        return tl::unexpected(added.error());
    }
    packed.places.emplace_back(std::move(place));
  }
  return packed;
}

std::size_t number_of_scores(const Problem& problem, std::size_t folds) {
  const std::size_t steps = problem.has_test ? 3 : 2;
  return problem.columns.size() * (steps * folds + (problem.has_test ? 2 : 1));
}

// Rows of scores in the order in which the cell wrote them; the official one of each must be a number.
Judged<void> why_undefined(const Problem& problem, const AllScores& all) {
  const auto is_defined = [](const ScoreRow& row) { return row.empty() || std::isfinite(row.front()); };
  for (std::size_t fold = 0; fold < all.folds.size(); ++fold) {
    const auto& scores = all.folds[fold];
    if (is_defined(scores.train) && is_defined(scores.valid) && is_defined(scores.test)) continue;
    return undefined(fmt::format("{} of fold {} is NaN or infinite", problem.columns.front().name, fold));
  }
  if (is_defined(all.bagged_valid) && is_defined(all.bagged_test)) return {};
  return undefined(
      fmt::format("{} of the bagged predictions is NaN or infinite", problem.columns.front().name));
}

AllScores unpacked(const Problem& problem, std::size_t folds, const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
  auto at = numbers.begin();
  const auto take = [&] {
    const auto start = at;
    at += static_cast<std::ptrdiff_t>(problem.columns.size());
    return ScoreRow(start, at);
  };
  AllScores all;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    FoldScores scores;
    scores.train = take();
    scores.valid = take();
    if (problem.has_test) scores.test = take();
    all.folds.push_back(std::move(scores));
  }
  all.bagged_valid = take();
  if (problem.has_test) all.bagged_test = take();
  return all;
}

sandbox::CellSpec spec_for(const Problem& problem, const Packed& packed, int predictions, int scores,
                           std::uint64_t size) {
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.score";
  spec.mounts = problem.stage->code_mounts();
  spec.limits = limits_for(problem.source.facts.limits, problem.source.facts.limits.score_seconds);
  json::array folds;
  const auto& all = problem.folds_meta.as_array();
  for (std::size_t fold = 0; fold < packed.places.size(); ++fold)
    folds.push_back({{"offset", all.at(fold).at("offset")}, {"size", all.at(fold).at("size")}});
  spec.argument = base::to_text(json::value{{"seed", problem.source.seed},
                                            {"quick", problem.source.quick},
                                            {"has_test", problem.has_test},
                                            {"folds", folds},
                                            {"results", packed.places},
                                            {"scores_size", size}});
  spec.handed = {{"labels", problem.labels.get()},
                 {"masked", problem.masked.get()},
                 {"predictions", predictions},
                 {"scores", scores}};
  return spec;
}

}  // namespace

Judged<AllScores> score_in_cell(sandbox::Warden& warden, const sandbox::Cell& zygote, const Problem& problem,
                                std::span<const FoldPredictions> folds, const std::stop_token& stop) {
  auto packed = pack(problem, folds);
  if (!packed) return tl::unexpected(packed.error());
  auto predictions = sandbox::sealed_memory("predictions", packed->bytes);
  if (!predictions) return broken(predictions.error());
  const auto size = number_of_scores(problem, folds.size()) * sizeof(double);
  auto scores = sandbox::result_memory("scores", size);
  if (!scores) return broken(scores.error());
  const auto spec = spec_for(problem, *packed, predictions->get(), scores->get(), size);
  auto cell = warden.spawn(zygote, spec, stop);
  if (!cell) return broken(cell.error());
  const Leash leash(**cell, stop);
  auto message = (*cell)->receive();
  if (!message) return broken(message.error());
  const bool done = *message && (*message)->bytes == "AGS1";
  const auto said = *message ? failure_from((*message)->bytes, Phase::score) : std::nullopt;
  if (*message && !done && !said) (*cell)->cancel();
  const auto outcome = (*cell)->wait();
  if (!done || outcome.end != sandbox::End::finished) {
    auto failure =
        failure_of(outcome, said, Phase::score, spec.limits, problem.source.facts.limits.score_seconds);
    if (failure.traceback.empty()) failure.traceback = base::readable(outcome.output);
    return tl::unexpected(std::move(failure));
  }
  auto bytes = sandbox::copy_out(scores->get(), 0, size);
  if (!bytes) return broken(bytes.error());
  auto all = unpacked(problem, folds.size(), *bytes);
  if (auto defined = why_undefined(problem, all); !defined) return tl::unexpected(defined.error());
  return all;
}

}  // namespace evaluation
