#include "features/submissions/rules.h"
#include "features/submissions/store.h"
#include "features/submissions/store_json.h"

namespace submissions {
namespace {

constexpr int kBag = -1;

std::string_view word_of(Step step) {
  return step == Step::trial ? "trial" : "hidden";
}

std::optional<double> at(const evaluation::ScoreRow& row, std::size_t column) {
  return column < row.size() ? std::optional(row[column]) : std::nullopt;
}

base::Result<void> put_visible(storage::Transaction& tx, const SubmissionId& id, std::size_t column, int fold,
                               const std::string& name, std::optional<double> train,
                               std::optional<double> valid) {
  auto written = tx.query(
      "INSERT INTO visible_scores (submission, at, fold, name, train, valid) VALUES ($1, $2, $3, $4, $5, $6)",
      id, column, fold, name, train, valid);
  if (!written) return tl::unexpected(written.error());
  return {};
}

base::Result<void> put_test(storage::Transaction& tx, const SubmissionId& id, std::size_t column, int fold,
                            const std::string& name, std::optional<double> test) {
  auto written =
      tx.query("INSERT INTO test_scores (submission, at, fold, name, test) VALUES ($1, $2, $3, $4, $5)", id,
               column, fold, name, test);
  if (!written) return tl::unexpected(written.error());
  return {};
}

// One column: its folds and its bag, visible and test apart.
base::Result<void> put_column(storage::Transaction& tx, const SubmissionId& id, std::size_t column,
                              const evaluation::Evaluation& evaluation) {
  const auto& name = evaluation.columns[column].name;
  for (std::size_t fold = 0; fold < evaluation.folds.size(); ++fold) {
    const auto& scores = evaluation.folds[fold];
    const int number = static_cast<int>(fold);
    auto put = put_visible(tx, id, column, number, name, at(scores.train, column), at(scores.valid, column));
    if (put && evaluation.has_test) put = put_test(tx, id, column, number, name, at(scores.test, column));
    if (!put) return put;
  }
  auto bag = put_visible(tx, id, column, kBag, name, std::nullopt, at(evaluation.bagged_valid, column));
  if (bag && evaluation.has_test)
    bag = put_test(tx, id, column, kBag, name, at(evaluation.bagged_test, column));
  return bag;
}

struct ScoreCell {
  std::size_t column = 0;
  int fold = 0;
  std::string name;
  std::optional<double> first, second;
};

// The cells of a column stand together, the bag first.
template <class Scores, class Put>
Scores collect(const std::vector<ScoreCell>& cells, Put put) {
  Scores scores;
  for (const auto& cell : cells) {
    if (cell.column >= scores.columns.size()) scores.columns.resize(cell.column + 1);
    scores.columns[cell.column].name = cell.name;
    put(scores.columns[cell.column], cell);
  }
  fill_means(scores);
  return scores;
}

}  // namespace

base::Result<void> put_evaluation(storage::Transaction& tx, const KeptEvaluation& kept) {
  auto gone = tx.query("DELETE FROM evaluations WHERE submission = $1 AND step = $2 AND run = $3",
                       kept.submission, word_of(kept.step), kept.run);
  if (!gone) return tl::unexpected(gone.error());
  const auto failure = kept.failure ? std::optional(json_of(*kept.failure)) : std::nullopt;
  auto written = tx.query(
      "INSERT INTO evaluations (submission, step, run, problem, passed, failure, record, output_blob, "
      "predictions_blob, scored_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      kept.submission, word_of(kept.step), kept.run, kept.problem, !kept.failure, failure, kept.record,
      kept.output_blob, kept.predictions_blob, kept.scored);
  if (!written) return tl::unexpected(written.error());
  return {};
}

base::Result<std::optional<KeptEvaluation>> find_evaluation(storage::Session& session, const SubmissionId& id,
                                                            Step step, int run) {
  auto rows = session.query("SELECT * FROM evaluations WHERE submission = $1 AND step = $2 AND run = $3", id,
                            word_of(step), run);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first([&](storage::Row row) {
    KeptEvaluation kept{.submission = id, .step = step, .run = run, .problem = row.get<ProblemId>("problem")};
    const auto failure = row.get<std::optional<std::string>>("failure");
    if (failure) kept.failure = failure_from(*failure);
    kept.record = row.get<std::string>("record");
    kept.output_blob = row.get<std::optional<std::string>>("output_blob");
    kept.predictions_blob = row.get<std::optional<std::string>>("predictions_blob");
    kept.scored = row.get<base::Instant>("scored_at");
    return kept;
  });
}

base::Result<void> put_scores(storage::Transaction& tx, const SubmissionId& id,
                              const evaluation::Evaluation& evaluation) {
  for (const auto* table : {"DELETE FROM visible_scores WHERE submission = $1",
                            "DELETE FROM test_scores WHERE submission = $1"}) {
    if (auto gone = tx.query(table, id); !gone) return tl::unexpected(gone.error());
  }
  for (std::size_t column = 0; column < evaluation.columns.size(); ++column)
    if (auto put = put_column(tx, id, column, evaluation); !put) return put;
  return {};
}

base::Result<VisibleScores> visible_scores(storage::Session& session, const SubmissionId& id) {
  auto rows = session.query(
      "SELECT at, fold, name, train, valid FROM visible_scores WHERE submission = $1 ORDER BY at, fold", id);
  if (!rows) return tl::unexpected(rows.error());
  auto cells = rows->map([](storage::Row row) {
    return ScoreCell{row.get<std::size_t>("at"), row.get<int>("fold"), row.get<std::string>("name"),
                     row.get<std::optional<double>>("train"), row.get<std::optional<double>>("valid")};
  });
  if (!cells) return tl::unexpected(cells.error());
  return collect<VisibleScores>(*cells, [](VisibleScores::OfName& column, const ScoreCell& cell) {
    if (cell.fold == kBag) {
      column.bagged_valid = cell.second;
      return;
    }
    column.train.push_back(cell.first);
    column.valid.push_back(cell.second);
  });
}

base::Result<TestScores> test_scores(storage::Session& session, const SubmissionId& id) {
  auto rows = session.query(
      "SELECT at, fold, name, test FROM test_scores WHERE submission = $1 ORDER BY at, fold", id);
  if (!rows) return tl::unexpected(rows.error());
  auto cells = rows->map([](storage::Row row) {
    return ScoreCell{row.get<std::size_t>("at"), row.get<int>("fold"), row.get<std::string>("name"),
                     row.get<std::optional<double>>("test"), std::nullopt};
  });
  if (!cells) return tl::unexpected(cells.error());
  return collect<TestScores>(*cells, [](TestScores::OfName& column, const ScoreCell& cell) {
    if (cell.fold == kBag)
      column.bagged_test = cell.first;
    else
      column.test.push_back(cell.first);
  });
}

}  // namespace submissions
