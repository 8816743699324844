#include "features/submissions/rules.h"
#include "features/submissions/store.h"
#include "features/submissions/store_json.h"

namespace submissions {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO problems (id, name, title, statement, state, kit_blob, data_blob, replaces, findings, "
    "elements, "
    "score_columns, folds, has_test, environment, submission_bytes, created_by, created, job) VALUES ($1, "
    "$2, $3, "
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
constexpr std::string_view kUpdate =
    "UPDATE problems SET title = $2, statement = $3, state = $4, findings = $5, elements = $6, score_columns "
    "= $7, "
    "folds = $8, has_test = $9, environment = $10, submission_bytes = $11, job = $12 WHERE id = $1";

KeptProblem problem_of(storage::Row row) {
  KeptProblem kept{.problem = {.id = row.get<ProblemId>("id")},
                   .by = row.get<people::PersonId>("created_by")};
  auto& problem = kept.problem;
  problem.name = row.get<std::string>("name");
  problem.title = row.get<std::string>("title");
  problem.statement = row.get<std::string>("statement");
  problem.state = problem_state_from(row.get<std::string>("state")).value_or(ProblemState::refused);
  problem.findings = findings_from(row.get<std::string>("findings"));
  problem.elements = words_from(row.get<std::string>("elements"));
  problem.columns = columns_from(row.get<std::string>("score_columns"));
  problem.folds = row.get<int>("folds");
  problem.has_test = row.get<bool>("has_test");
  problem.environment = row.get<std::string>("environment");
  problem.submission_bytes = row.get<std::uint64_t>("submission_bytes");
  problem.replaces = row.get<std::optional<ProblemId>>("replaces");
  problem.created = row.get<base::Instant>("created");
  kept.kit_blob = problem.kit_hash = row.get<std::string>("kit_blob");
  kept.data_blob = row.get<std::optional<std::string>>("data_blob");
  problem.is_practice = !kept.data_blob;
  kept.job = row.get<std::optional<base::Ulid>>("job");
  return kept;
}

base::Result<void> nothing_of(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace

base::Result<void> insert_problem(storage::Transaction& tx, const KeptProblem& kept) {
  const auto& p = kept.problem;
  return nothing_of(tx.query(kInsert, p.id, p.name, p.title, p.statement, word_for(p.state), kept.kit_blob,
                             kept.data_blob, p.replaces, json_of(p.findings), json_of(p.elements),
                             json_of(p.columns), p.folds, p.has_test, p.environment, p.submission_bytes,
                             kept.by, p.created, kept.job));
}

base::Result<void> update_problem(storage::Transaction& tx, const KeptProblem& kept) {
  const auto& p = kept.problem;
  return nothing_of(tx.query(kUpdate, p.id, p.title, p.statement, word_for(p.state), json_of(p.findings),
                             json_of(p.elements), json_of(p.columns), p.folds, p.has_test, p.environment,
                             p.submission_bytes, kept.job));
}

base::Result<std::optional<KeptProblem>> find_kept_problem(storage::Session& session, const ProblemId& id) {
  auto rows = session.query("SELECT * FROM problems WHERE id = $1", id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(problem_of);
}

base::Result<std::optional<Problem>> find_problem(storage::Session& session, const ProblemId& id) {
  auto kept = find_kept_problem(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return std::nullopt;
  return std::move((*kept)->problem);
}

base::Result<std::vector<KeptProblem>> problems_in(storage::Session& session, ProblemState state, int limit) {
  auto rows = session.query("SELECT * FROM problems WHERE state = $1 ORDER BY id DESC LIMIT $2",
                            word_for(state), limit);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(problem_of);
}

base::Result<std::vector<ProblemId>> problems_in_environment(storage::Session& session, std::string_view name,
                                                             std::string_view hash) {
  auto rows = session.query(
      "SELECT id FROM problems WHERE (environment = $1 OR environment = $2) AND environment <> '' AND state "
      "<> "
      "$3 ORDER BY id",
      name, hash, word_for(ProblemState::refused));
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](const storage::Row& row) { return row.get<ProblemId>("id"); });
}

}  // namespace submissions
