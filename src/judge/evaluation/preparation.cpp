#include "judge/evaluation/preparation.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "judge/evaluation/failure.h"
#include "judge/evaluation/leash.h"
#include "judge/evaluation/warm.h"
#include "machine/sandbox/memory.h"

namespace evaluation {
namespace json = base::json;
using base::Fd;

namespace {

constexpr std::array<std::string_view, 7> kMemories{"x_train", "x_test", "labels", "masked",
                                                    "truth",   "looks",  "meta"};
constexpr std::uint64_t kLargestMeta = 64u << 20;
constexpr std::uint64_t kMostRows = 1u << 30;
constexpr std::uint64_t kMostColumns = 1u << 20;
constexpr std::uint64_t kLargestResults = 8ull << 30;  // of one fold, all steps

struct Memories {
  std::array<Fd, kMemories.size()> fds;
  Fd& named(std::string_view name) {
    return fds[static_cast<std::size_t>(std::find(kMemories.begin(), kMemories.end(), name) -
                                        kMemories.begin())];
  }
};

tl::unexpected<Failure> broken(const base::Error& error) {
  return tl::unexpected(machine_failure(error, Phase::prepare));
}

// What the kit said or named cannot be used; a failed system call of ours remains the machine's fault.
tl::unexpected<Failure> unusable(const base::Error& error) {
  auto failure = machine_failure(error, Phase::prepare);
  if (error.kind != base::ErrorKind::internal) failure.kind = FailureKind::kit;
  return tl::unexpected(std::move(failure));
}

base::Result<Memories> open_memories() {
  Memories memories;
  for (std::size_t i = 0; i < kMemories.size(); ++i) {
    auto fd = sandbox::open_memory(kMemories[i]);
    if (!fd) return tl::unexpected(fd.error());
    memories.fds[i] = std::move(*fd);
  }
  return memories;
}

sandbox::CellSpec spec_for(const ProblemSource& source, Mask mask, const Memories& memories) {
  constexpr std::array<std::string_view, 3> kMasks{"first", "last", "none"};
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.prepare";
  spec.argument = base::to_text(json::value{
      {"seed", source.seed}, {"quick", source.quick}, {"mask", kMasks[static_cast<std::size_t>(mask)]}});
  for (std::size_t i = 0; i < kMemories.size(); ++i)
    spec.handed.push_back({std::string(kMemories[i]), memories.fds[i].get()});
  spec.limits = limits_for(source.facts.limits, source.facts.limits.prepare_seconds);
  return spec;
}

// Why the cell did not say `word` next: it ended, said why, or said what no runtime of ours says.
tl::unexpected<Failure> why_not(sandbox::Cell& cell, const std::optional<sandbox::Message>& message,
                                const sandbox::CellSpec& spec) {
  const auto said = message ? failure_from(message->bytes, Phase::prepare) : std::nullopt;
  const bool is_strange = message && !said;
  if (is_strange) cell.cancel();
  const auto outcome = cell.wait();
  auto failure = failure_of(outcome, said, Phase::prepare, spec.limits, spec.limits.wall_seconds);
  if (is_strange && outcome.end == sandbox::End::cancelled) {
    failure.kind = FailureKind::kit;
    failure.message = "problem.py spoke on the cell's own channel";
  }
  if (failure.traceback.empty()) failure.traceback = base::readable(outcome.output);
  return tl::unexpected(std::move(failure));
}

Judged<void> expect(sandbox::Cell& cell, std::string_view word, const sandbox::CellSpec& spec) {
  auto message = cell.receive();
  if (!message) return unusable(message.error());
  if (*message && (*message)->bytes == word) return {};
  return why_not(cell, *message, spec);
}

// The preparation cell, from its birth until it is dead with all written.
class PreparationCell {
 public:
  static Judged<PreparationCell> spawn(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                       const ProblemSource& source, Mask mask, const Memories& memories,
                                       const std::stop_token& stop) {
    PreparationCell made;
    made.spec_ = spec_for(source, mask, memories);
    auto mounts = mounts_for_preparation(source);
    if (!mounts) return broken(mounts.error());
    made.spec_.mounts = std::move(*mounts);
    auto cell = warden.spawn(zygote, made.spec_, stop);
    if (!cell) return broken(cell.error());
    made.cell_ = std::move(*cell);
    made.leash_ = Leash(*made.cell_, stop);
    return made;
  }
  // Until X_train is written and will not be touched again.
  Judged<void> await_features() { return expect(*cell_, "AGP0", spec_); }
  // Until everything is written and the process is gone.
  Judged<void> await_end() {
    if (auto done = expect(*cell_, "AGP1", spec_); !done) return done;
    const auto outcome = cell_->wait();
    if (outcome.end == sandbox::End::finished) return {};
    return tl::unexpected(
        failure_of(outcome, std::nullopt, Phase::prepare, spec_.limits, spec_.limits.wall_seconds));
  }

 private:
  sandbox::CellSpec spec_;
  std::unique_ptr<sandbox::Cell> cell_;
  Leash leash_;  // after the cell, which it must not outlive
};

// The kit's own code ran where these numbers come from: each has its bound. What JSON throws on a member that
// is not there is caught in take_all.
std::uint64_t number_in(const json::value& object, std::string_view name, std::uint64_t most = UINT64_MAX) {
  const auto number = object.at(name).to_number<std::uint64_t>();
  if (number > most) throw std::out_of_range(fmt::format("\"{}\" is {}, more than {}", name, number, most));
  return number;
}

base::Result<Fd> sealed_part(int fd, const json::value& place) {
  auto bytes = sandbox::copy_out(fd, number_in(place, "offset"), number_in(place, "size"));
  if (!bytes) return tl::unexpected(bytes.error());
  return sandbox::sealed_memory("part", *bytes);
}

// `count` numbers from `offset` of a memory.
template <class T>
base::Result<std::vector<T>> numbers_at(int fd, std::uint64_t offset, std::uint64_t count) {
  const auto bytes = sandbox::copy_out(fd, offset, count * sizeof(T));
  if (!bytes) return tl::unexpected(bytes.error());
  std::vector<T> numbers(count);
  std::memcpy(numbers.data(), bytes->data(), count * sizeof(T));
  return numbers;
}

base::Result<std::vector<std::int64_t>> row_numbers(int fd, const json::value& place, std::uint64_t of) {
  auto rows = numbers_at<std::int64_t>(fd, number_in(place, "offset"), number_in(place, "rows", kMostRows));
  if (!rows) return rows;
  for (const auto row : *rows) {
    if (row < 0 || static_cast<std::uint64_t>(row) >= of)
      return base::invalid(fmt::format("a fold names row {}, but there are {} rows", row, of));
  }
  return rows;
}

base::Result<void> take_folds(Problem& problem, const json::value& meta) {
  for (const auto& place : meta.at("folds").as_array()) {
    Fold fold;
    auto labels = sealed_part(problem.masked.get(), place);
    auto train = row_numbers(problem.masked.get(), place.at("train"), problem.expected_train.rows);
    auto valid = row_numbers(problem.masked.get(), place.at("valid"), problem.expected_train.rows);
    if (!labels) return tl::unexpected(labels.error());
    if (!train) return tl::unexpected(train.error());
    if (!valid) return tl::unexpected(valid.error());
    fold.labels = std::move(*labels);
    fold.train = std::move(*train);
    fold.valid = std::move(*valid);
    problem.folds.push_back(std::move(fold));
  }
  return {};
}

base::Result<void> take_looks(Problem& problem, int fd, const json::value& meta) {
  for (const auto& place : meta.at("looks").as_array()) {
    Look look;
    look.index = number_in(place, "index");
    auto train = sealed_part(fd, place.at("train"));
    if (!train) return tl::unexpected(train.error());
    look.x_train = std::move(*train);
    if (problem.has_test) {
      auto test = sealed_part(fd, place.at("test"));
      if (!test) return tl::unexpected(test.error());
      look.x_test = std::move(*test);
    }
    problem.looks.push_back(std::move(look));
  }
  return {};
}

base::Result<Truth> take_truth(int fd, const json::value& place, const Expected& expected) {
  Truth truth;
  truth.rows = number_in(place, "rows", kMostRows);
  truth.columns = number_in(place, "columns", kMostColumns);
  if (truth.rows != expected.rows || truth.columns != expected.columns)
    return base::invalid(
        "Predictions(y_true=y).y_pred and Predictions(n_samples=len(y)).y_pred differ in shape");
  const auto count = truth.rows * std::max<std::uint64_t>(truth.columns, 1);
  auto values = numbers_at<double>(fd, number_in(place, "offset"), count);
  if (!values) return tl::unexpected(values.error());
  truth.values = std::move(*values);
  return truth;
}

Expected expected_from(const json::value& value, bool native) {
  if (!value.is_object()) return {};
  Expected expected;
  expected.ragged = value.at("form").as_string() == "ragged";
  expected.rows = number_in(value, "rows", kMostRows);
  if (!expected.ragged) expected.columns = number_in(value, "columns", kMostColumns);
  expected.any_columns = !native && !expected.ragged;
  return expected;
}

std::vector<std::string> names_from(const json::value& list) {
  std::vector<std::string> names;
  for (const auto& name : list.as_array()) names.emplace_back(name.as_string());
  return names;
}

void take_facts(Problem& problem, const json::value& meta) {
  problem.elements = names_from(meta.at("elements"));
  problem.workflow = std::string(meta.at("workflow").as_string());
  problem.has_test = meta.at("has_test").as_bool();
  problem.native = meta.at("native").as_bool();
  problem.why_not_native = std::string(meta.at("why_not_native").as_string());
  problem.score_types = meta.at("score_types");
  problem.prediction_type = meta.at("prediction_type");
  problem.label_names = names_from(meta.at("label_names"));
  problem.truth_hash = std::string(meta.at("truth_hash").as_string());
  problem.folds_meta = meta.at("folds");
  problem.versions = meta.at("versions");
  for (const auto& kernel : names_from(meta.at("blas")))
    problem.blas += (problem.blas.empty() ? "" : ", ") + kernel;
  problem.expected_train = expected_from(meta.at("expected").at("train"), problem.native);
  problem.expected_test = expected_from(meta.at("expected").at("test"), problem.native);
  problem.train_files = names_from(meta.at("files").at("train"));
  problem.test_files = names_from(meta.at("files").at("test"));
  for (const auto& type : problem.score_types.as_array())
    problem.columns.push_back({std::string(type.at("name").as_string()),
                               static_cast<int>(type.at("precision").to_number<std::int64_t>()),
                               type.at("is_lower_the_better").as_bool()});
}

// Where the kit's own classes score, truth is there for a figure at most.
base::Result<void> take_truths(Problem& problem, int fd, const json::value& meta) {
  const auto& places = meta.at("truth");
  if (places.is_null()) return {};
  auto train = take_truth(fd, places.at("train"), problem.expected_train);
  if (!train && !problem.native) return {};
  if (!train) return tl::unexpected(train.error());
  problem.truth_train = std::move(*train);
  if (!problem.has_test || !problem.native) return {};
  auto test = take_truth(fd, places.at("test"), problem.expected_test);
  if (!test) return tl::unexpected(test.error());
  problem.truth_test = std::move(*test);
  return {};
}

base::Result<void> take_described(Problem& problem, Memories& memories) {
  for (const auto name : kMemories) {
    if (name == "x_train") continue;  // it was sealed as soon as it was written
    if (auto sealed = sandbox::seal_memory(memories.named(name).get()); !sealed) return sealed;
  }
  const auto size = sandbox::size_of(memories.named("meta").get());
  if (size > kLargestMeta)
    return base::too_large(
        "the kit's preparation describes more than this release can hold: fewer folds or files");
  auto text = sandbox::copy_out(memories.named("meta").get(), 0, size);
  if (!text) return tl::unexpected(text.error());
  auto meta = base::parse_json(*text);
  if (!meta) return tl::unexpected(meta.error());
  take_facts(problem, *meta);
  const auto results = capacity_for(problem.expected_train) + capacity_for(problem.expected_test);
  if (problem.columns.empty())
    return base::invalid("problem.score_types is empty: name at least one score type");
  if (results > kLargestResults)
    return base::too_large(
        fmt::format("the predictions of a fold may take {} bytes, more than this release holds ({})", results,
                    kLargestResults));
  problem.x_train = std::move(memories.named("x_train"));
  problem.x_test = std::move(memories.named("x_test"));
  problem.labels = std::move(memories.named("labels"));
  problem.masked = std::move(memories.named("masked"));
  if (auto taken = take_folds(problem, *meta); !taken) return taken;
  if (auto taken = take_looks(problem, memories.named("looks").get(), *meta); !taken) return taken;
  return take_truths(problem, memories.named("truth").get(), *meta);
}

base::Result<void> take_all(Problem& problem, Memories& memories) {
  try {
    return take_described(problem, memories);
  } catch (const std::exception& wrong) {  // JSON of another form than our runtime writes
    return base::invalid(fmt::format(
        "the preparation does not describe what it wrote ({}), as if the kit's code had changed it",
        wrong.what()));
  }
}

struct Pipe {
  Fd read, write;
};

base::Result<Pipe> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_failure("pipe2", "to the problem's zygote", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

base::Result<void> store_files(Problem& problem) {
  for (const std::vector<std::string>* files :
       {&std::as_const(problem.train_files), &std::as_const(problem.test_files),
        &std::as_const(problem.source.facts.files)}) {
    if (auto stored = problem.stage->store(problem.source, *files); !stored) return stored;
  }
  return {};
}

}  // namespace

sandbox::Limits limits_for(const kit::Limits& limits, double seconds) {
  sandbox::Limits cell;
  cell.memory_bytes = limits.memory_bytes;
  cell.output_bytes = limits.output_bytes;
  // X may be one file of memory, which counts as memory anyway.
  cell.file_bytes = std::max(cell.file_bytes, limits.memory_bytes);
  cell.processes = limits.processes;
  cell.cores = limits.cores;
  cell.wall_seconds = seconds;
  return cell;
}

Judged<std::shared_ptr<Problem>> prepare_problem(sandbox::Warden& warden,
                                                 const std::shared_ptr<sandbox::Cell>& zygote,
                                                 const ProblemSource& source, Mask mask,
                                                 const std::stop_token& stop) {
  const base::Stopwatch watch;
  auto problem = std::make_shared<Problem>();
  problem->source = source;
  auto memories = open_memories();
  if (!memories) return broken(memories.error());
  auto cell = PreparationCell::spawn(warden, *zygote, source, mask, *memories, stop);
  if (!cell) return tl::unexpected(cell.error());
  auto stage = Stage::make(source);
  if (!stage) return unusable(stage.error());
  problem->stage = std::move(*stage);
  auto ends = open_pipe();
  if (!ends) return broken(ends.error());
  const int x_train = memories->named("x_train").get();
  // Two things at once: the problem's zygote gets ready, and loads X_train once that is written, while the
  // cell reads. It is told before `features` is waited for, or hears the end of the pipe.
  auto features = std::async(std::launch::async, [&, read_end = std::move(ends->read)] {
    return open_features(warden, *zygote, source, *problem->stage, x_train, read_end.get(), stop);
  });
  const auto tell = std::move(ends->write);
  if (auto written = cell->await_features(); !written) return tl::unexpected(written.error());
  if (auto sealed = sandbox::seal_memory(x_train); !sealed) return broken(sealed.error());
  if (auto told = base::write_all(tell.get(), "1"); !told) return broken(told.error());
  auto ended = cell->await_end();
  auto opened = features.get();
  if (!ended) return tl::unexpected(ended.error());
  if (auto taken = take_all(*problem, *memories); !taken) return unusable(taken.error());
  if (auto stored = store_files(*problem); !stored) return unusable(stored.error());
  if (!opened) return tl::unexpected(opened.error());
  problem->warm.put(std::make_shared<const Warm>(zygote, std::move(*opened)));
  problem->folds_hash = hash_of(problem->folds);
  problem->prepare_seconds = watch.seconds();
  return problem;
}

}  // namespace evaluation
