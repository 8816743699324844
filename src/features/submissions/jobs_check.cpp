#include "features/submissions/jobs_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "features/submissions/jobs_types.h"
#include "features/submissions/rules.h"

namespace submissions {
namespace {

using kit::Finding;
using kit::Weight;

// A check that goes on for as long as nothing stands in its way; a failure of the machine ends it.
class Check {
 public:
  Check(Parts& parts, KeptProblem kept) : parts_(parts), kept_(std::move(kept)) {}

  // The problem as it is now: ready or refused. Fails where the machine does.
  base::Result<KeptProblem> result();

 private:
  using Part = base::Result<void> (Check::*)();
  base::Result<void> read_text();
  base::Result<void> find_environment();
  base::Result<void> compare_with_older();
  base::Result<void> look_at_data();
  base::Result<void> prepare_both();
  base::Result<void> compare_with_prepared(const evaluation::Problem& prepared);
  base::Result<void> keep_facts(const evaluation::Problem& prepared);

  void refuse(std::string file, int line, std::string message, std::string next) {
    kept_.problem.findings.push_back(
        {Weight::error, std::move(file), line, std::move(message), std::move(next)});
  }
  base::Result<void> refuse_for(const evaluation::Failure& failure, std::string_view during);
  bool has_error() const {
    const auto& findings = kept_.problem.findings;
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& f) { return f.weight == Weight::error; });
  }

  Parts& parts_;
  KeptProblem kept_;
};

base::Result<KeptProblem> Check::result() {
  kept_.problem.findings.clear();
  for (const Part part : {&Check::read_text, &Check::find_environment, &Check::compare_with_older,
                          &Check::look_at_data, &Check::prepare_both}) {
    if (auto done = (this->*part)(); !done) return tl::unexpected(done.error());
    if (has_error()) break;
  }
  kept_.problem.state = has_error() ? ProblemState::refused : ProblemState::ready;
  return std::move(kept_);
}

base::Result<void> Check::read_text() {
  auto folder = parts_.kits.folder_of(kept_.kit_blob, Side::kit);
  if (!folder) return tl::unexpected(folder.error());
  auto tree = evaluation::read_tree(*folder);
  if (!tree) return tl::unexpected(tree.error());
  auto reading = kit::read_kit(*tree);
  auto& problem = kept_.problem;
  problem.findings = std::move(reading.findings);
  if (!reading.kit) {
    if (!has_error()) refuse("", 0, "this is no kit", "put problem.py at the root of the archive");
    return {};
  }
  const auto& facts = *reading.kit;
  if (facts.form != kit::Form::ramp)
    refuse("", 0,
           fmt::format("this is a kit of the {} form, and events take RAMP kits", kit::word_for(facts.form)),
           "write a problem.py");
  if (!facts.title.empty()) problem.title = facts.title;
  problem.environment = facts.environment;
  problem.submission_bytes = facts.limits.submission_bytes;
  if (const auto statement = tree->texts.find(facts.statement); statement != tree->texts.end())
    problem.statement = statement->second;
  return {};
}

base::Result<void> Check::find_environment() {
  auto judge = parts_.judges->judge(kept_.problem.environment);
  if (judge) return {};
  const auto kind = judge.error().kind;
  if (kind != base::ErrorKind::not_found && kind != base::ErrorKind::invalid)
    return tl::unexpected(judge.error());
  refuse("kit.toml", 0, judge.error().message,
         "make it on the server with `agora env create`, or name one that is there");
  return {};
}

base::Result<void> Check::compare_with_older() {
  if (!kept_.problem.replaces) return {};
  auto older = storage::read(parts_.database, [&](storage::Snapshot& seen) {
    return expect_problem(seen, *kept_.problem.replaces);
  });
  if (!older) return tl::unexpected(older.error());
  const auto tree_of = [&](const std::string& blob) -> base::Result<HashedTree> {
    auto folder = parts_.kits.folder_of(blob, Side::kit);
    if (!folder) return tl::unexpected(folder.error());
    return hashed_tree(*folder);
  };
  auto before = tree_of(older->kit_blob);
  if (!before) return tl::unexpected(before.error());
  auto after = tree_of(kept_.kit_blob);
  if (!after) return tl::unexpected(after.error());
  for (const auto& path : differing_files(*before, *after))
    refuse(path, 0, "this file differs from the kit that was scored",
           "to score again without training, change nothing but the score types in problem.py");
  if (kept_.problem.environment != older->problem.environment)
    refuse("kit.toml", 0, fmt::format("the environment was {}", older->problem.environment),
           "leave it as it was");
  return {};
}

base::Result<void> Check::refuse_for(const evaluation::Failure& failure, std::string_view during) {
  if (failure.kind == evaluation::FailureKind::machine) return base::unavailable(failure.message);
  refuse(failure.file.empty() ? "problem.py" : failure.file, failure.line,
         fmt::format("{}: {}", during, failure.message), evaluation::next_step(failure));
  return {};
}

base::Result<void> Check::look_at_data() {
  auto judge = parts_.judges->judge(kept_.problem.environment);
  if (!judge) return tl::unexpected(judge.error());
  auto source = source_of(parts_, kept_, Step::hidden);
  if (!source) return tl::unexpected(source.error());
  auto checked = (*judge)->check_data(*source);
  if (!checked) return refuse_for(checked.error(), "the data could not be looked at");
  auto& findings = kept_.problem.findings;
  findings.insert(findings.end(), checked->findings.begin(), checked->findings.end());
  if (!checked->can_run && !has_error())
    refuse("problem.py", 0, "the data cannot be prepared", "run `agora kit check` on the kit");
  return {};
}

base::Result<void> Check::prepare_both() {
  auto trial = ready(parts_, kept_, Step::trial);
  if (!trial) return refuse_for(trial.error(), "the public data could not be prepared");
  auto hidden = ready(parts_, kept_, Step::hidden);
  if (!hidden) return refuse_for(hidden.error(), "the data that is scored could not be prepared");
  if (auto compared = compare_with_prepared(*hidden->problem); !compared) return compared;
  return keep_facts(*hidden->problem);
}

// Kept predictions mean something only where folds, data and workflow are what they were.
base::Result<void> Check::compare_with_prepared(const evaluation::Problem& prepared) {
  if (!kept_.problem.replaces) return {};
  auto older = storage::read(parts_.database, [&](storage::Snapshot& seen) {
    return expect_problem(seen, *kept_.problem.replaces);
  });
  if (!older) return tl::unexpected(older.error());
  auto before = ready(parts_, *older, Step::hidden);
  if (!before) return base::unavailable("the kit that was scored could not be prepared");
  auto differing = evaluation::differences(*before->problem, prepared);
  if (!differing) return tl::unexpected(differing.error());
  for (const auto& what : *differing)
    refuse("problem.py", 0, fmt::format("{} than in the kit that was scored", what),
           "to score again without training, change nothing but the score types in problem.py");
  return {};
}

base::Result<void> Check::keep_facts(const evaluation::Problem& prepared) {
  auto facts = evaluation::facts_of(prepared);
  auto& problem = kept_.problem;
  problem.columns = std::move(facts.columns);
  problem.elements = std::move(facts.elements);
  problem.folds = facts.folds;
  problem.has_test = facts.has_test;
  return {};
}

base::Result<void> save_and_tell_of(Parts& parts, storage::Transaction& tx, const KeptProblem& kept,
                                    base::Instant now) {
  if (auto saved = update_problem(tx, kept); !saved) return saved;
  for (const auto& contest : parts.contests) {
    if (!contest.problem_changed) continue;
    if (auto heard = contest.problem_changed(tx, kept.problem, now); !heard) return heard;
  }
  return {};
}

}  // namespace

base::Result<void> check_problem(Parts& parts, const engine::Task& task) {
  auto order = order_from(task.claim.job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->problem) return base::internal("a job to check a problem names none");
  auto kept = storage::read(parts.database,
                            [&](storage::Snapshot& seen) { return expect_problem(seen, *order->problem); });
  if (!kept) return tl::unexpected(kept.error());
  auto checked = Check(parts, std::move(*kept)).result();
  if (!checked) return tl::unexpected(checked.error());
  const auto now = base::now();
  return storage::transact(parts.database, [&](storage::Transaction& tx) {
    auto done = engine::finish(tx, task.claim, now);
    return done ? save_and_tell_of(parts, tx, *checked, now) : done;
  });
}

base::Result<void> end_check_without_handler(Parts& parts, storage::Transaction& tx, const engine::Job& job,
                                             base::Instant now) {
  auto order = order_from(job.payload);
  if (!order) return tl::unexpected(order.error());
  if (!order->problem) return {};
  auto kept = expect_problem(tx, *order->problem);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->problem.state != ProblemState::checking) return {};
  kept->problem.state = ProblemState::refused;
  kept->problem.findings.push_back({Weight::error, "", 0,
                                    fmt::format("this machine could not check the kit: {}", job.why),
                                    "have an administrator run `agora doctor`, then create it once more"});
  return save_and_tell_of(parts, tx, *kept, now);
}

base::Result<Problem> Room::register_problem(const NewProblem& asked, base::Instant now) {
  KeptProblem kept{
      .problem = {.id = ProblemId(base::make_ulid(now)), .name = asked.name, .title = asked.name},
      .by = asked.by};
  auto& problem = kept.problem;
  problem.created = now;
  problem.replaces = asked.replaces;
  auto kit_blob = parts_->kits.keep(asked.kit_archive, Side::kit);
  if (!kit_blob) return tl::unexpected(kit_blob.error());
  kept.kit_blob = problem.kit_hash = std::move(*kit_blob);
  if (asked.data_archive) {
    auto data_blob = parts_->kits.keep(*asked.data_archive, Side::hidden_data);
    if (!data_blob) return tl::unexpected(data_blob.error());
    kept.data_blob = std::move(*data_blob);
  }
  return storage::transact(parts_->database, [&](storage::Transaction& tx) -> base::Result<Problem> {
    if (const auto& from = asked.replaces ? asked.replaces : asked.data_of; from && !asked.data_archive) {
      auto older = expect_problem(tx, *from);
      if (!older) return tl::unexpected(older.error());
      kept.data_blob = older->data_blob;
    }
    problem.is_practice = !kept.data_blob;
    auto job =
        engine::enqueue(tx, job_for(kCheckProblem, {.problem = problem.id}, base::to_text(asked.by)), now);
    if (!job) return tl::unexpected(job.error());
    kept.job = job->value();
    if (auto put = insert_problem(tx, kept); !put) return tl::unexpected(put.error());
    return problem;
  });
}

}  // namespace submissions
