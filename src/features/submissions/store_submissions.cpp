#include <algorithm>

#include <fmt/format.h>

#include "features/submissions/rules.h"
#include "features/submissions/store.h"

namespace submissions {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO submissions (id, problem, contest_kind, contest_id, team, team_name, author, name, number, "
    "runs, "
    "attempt, state, code_hash, size_bytes, folds_done, folds, created, job) VALUES ($1, $2, $3, $4, $5, $6, "
    "$7, "
    "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
constexpr std::string_view kUpdate =
    "UPDATE submissions SET problem = $2, runs = $3, attempt = $4, state = $5, reason_kind = $6, "
    "reason_phase = $7, "
    "reason_fold = $8, reason_class = $9, reason_file = $10, reason_line = $11, reason_message = $12, "
    "reason_next_step = $13, folds_done = $14, folds = $15, started = $16, ended = $17, fit_seconds = $18, "
    "predict_seconds = $19, peak_memory_bytes = $20, job = $21 WHERE id = $1";

std::optional<Reason> reason_of(storage::Row row) {
  const auto kind = row.get<std::optional<std::string>>("reason_kind");
  if (!kind) return std::nullopt;
  Reason reason;
  reason.kind = failure_kind_from(*kind).value_or(evaluation::FailureKind::machine);
  reason.phase = phase_from(row.get<std::optional<std::string>>("reason_phase").value_or(""))
                     .value_or(evaluation::Phase::fit);
  reason.fold = row.get<std::optional<int>>("reason_fold");
  reason.exception_class = row.get<std::optional<std::string>>("reason_class").value_or("");
  reason.file = row.get<std::optional<std::string>>("reason_file").value_or("");
  reason.line = row.get<std::optional<int>>("reason_line").value_or(0);
  reason.message = row.get<std::optional<std::string>>("reason_message").value_or("");
  reason.next_step = row.get<std::optional<std::string>>("reason_next_step").value_or("");
  return reason;
}

void read_course(storage::Row row, Submission& submission) {
  submission.state = state_from(row.get<std::string>("state")).value_or(State::failed);
  submission.reason = reason_of(row);
  submission.folds_done = row.get<int>("folds_done");
  submission.folds = row.get<int>("folds");
  submission.created = row.get<base::Instant>("created");
  submission.started = row.get<std::optional<base::Instant>>("started");
  submission.ended = row.get<std::optional<base::Instant>>("ended");
  submission.fit_seconds = row.get<std::optional<double>>("fit_seconds");
  submission.predict_seconds = row.get<std::optional<double>>("predict_seconds");
  submission.peak_memory_bytes = row.get<std::optional<std::uint64_t>>("peak_memory_bytes");
}

KeptSubmission submission_of(storage::Row row) {
  KeptSubmission kept{
      .submission = {.id = row.get<SubmissionId>("id"),
                     .problem = row.get<ProblemId>("problem"),
                     .contest = {row.get<std::string>("contest_kind"), row.get<std::string>("contest_id")},
                     .team = row.get<std::string>("team"),
                     .team_name = row.get<std::string>("team_name"),
                     .author = row.get<people::PersonId>("author"),
                     .name = row.get<std::string>("name"),
                     .number = row.get<int>("number"),
                     .runs = row.get<int>("runs"),
                     .code_hash = row.get<std::string>("code_hash"),
                     .size_bytes = row.get<std::uint64_t>("size_bytes")}};
  read_course(row, kept.submission);
  kept.job = row.get<std::optional<base::Ulid>>("job");
  kept.attempt = row.get<int>("attempt");
  return kept;
}

// The conditions of a list, and the values that they are bound to.
class Conditions {
 public:
  void add(std::string_view column, std::string_view relation, storage::Parameter value) {
    values_.push_back(value);
    text_ += fmt::format("{} {} {} ${}", text_.empty() ? "WHERE" : " AND", column, relation, values_.size());
  }
  const std::string& text() const { return text_; }
  const std::vector<storage::Parameter>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<storage::Parameter> values_;
};

std::vector<Submission> faces_of(std::vector<KeptSubmission> kept) {
  std::vector<Submission> faces;
  faces.reserve(kept.size());
  for (auto& one : kept) faces.push_back(std::move(one.submission));
  return faces;
}

}  // namespace

base::Result<int> next_number(storage::Transaction& tx, const people::Ref& contest, std::string_view team) {
  auto rows = tx.query(
      "SELECT coalesce(max(number), 0) + 1 FROM submissions WHERE contest_kind = $1 AND contest_id = $2 AND "
      "team = "
      "$3",
      contest.kind, contest.id, team);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<int>();
}

base::Result<void> insert_submission(storage::Transaction& tx, const KeptSubmission& kept,
                                     const std::vector<KeptFile>& files) {
  const auto& s = kept.submission;
  auto written = tx.query(kInsert, s.id, s.problem, s.contest.kind, s.contest.id, s.team, s.team_name,
                          s.author, s.name, s.number, s.runs, kept.attempt, word_for(s.state), s.code_hash,
                          s.size_bytes, s.folds_done, s.folds, s.created, kept.job);
  if (!written) return tl::unexpected(written.error());
  for (const auto& file : files) {
    auto added =
        tx.query("INSERT INTO submission_files (submission, path, blob, size_bytes) VALUES ($1, $2, $3, $4)",
                 s.id, file.path, file.blob, file.size);
    if (!added) return tl::unexpected(added.error());
  }
  return {};
}

base::Result<void> update_submission(storage::Transaction& tx, const KeptSubmission& kept) {
  const auto& s = kept.submission;
  const auto of_reason = [&](auto value) {
    return s.reason ? std::optional(value(*s.reason)) : std::nullopt;
  };
  auto written = tx.query(
      kUpdate, s.id, s.problem, s.runs, kept.attempt, word_for(s.state),
      of_reason([](const Reason& r) { return evaluation::word_for(r.kind); }),
      of_reason([](const Reason& r) { return evaluation::word_for(r.phase); }),
      s.reason ? s.reason->fold : std::nullopt, of_reason([](const Reason& r) { return r.exception_class; }),
      of_reason([](const Reason& r) { return r.file; }), of_reason([](const Reason& r) { return r.line; }),
      of_reason([](const Reason& r) { return r.message; }),
      of_reason([](const Reason& r) { return r.next_step; }), s.folds_done, s.folds, s.started, s.ended,
      s.fit_seconds, s.predict_seconds, s.peak_memory_bytes, kept.job);
  if (!written) return tl::unexpected(written.error());
  return {};
}

base::Result<bool> note_progress(storage::Transaction& tx, const SubmissionId& id, int run, int attempt,
                                 int folds_done) {
  auto written = tx.query(
      "UPDATE submissions SET folds_done = $4 WHERE id = $1 AND runs = $2 AND attempt = $3 AND state = "
      "'running'",
      id, run, attempt, folds_done);
  if (!written) return tl::unexpected(written.error());
  return written->changed() == 1;
}

base::Result<std::optional<KeptSubmission>> find_kept(storage::Session& session, const SubmissionId& id) {
  auto rows = session.query("SELECT * FROM submissions WHERE id = $1", id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(submission_of);
}

base::Result<std::optional<Submission>> find_submission(storage::Session& session, const SubmissionId& id) {
  auto kept = find_kept(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return std::nullopt;
  return std::move((*kept)->submission);
}

base::Result<std::vector<KeptSubmission>> in_flight(storage::Session& session) {
  auto rows = session.query(
      "SELECT * FROM submissions WHERE state IN ('received', 'trial', 'queued', 'running') ORDER BY id");
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(submission_of);
}

base::Result<std::vector<Submission>> list_submissions(storage::Session& session, const Wanted& wanted) {
  Conditions conditions;
  std::string_view state;
  if (wanted.contest) {
    conditions.add("contest_kind", "=", storage::bound(wanted.contest->kind));
    conditions.add("contest_id", "=", storage::bound(wanted.contest->id));
  }
  if (wanted.team) conditions.add("team", "=", storage::bound(*wanted.team));
  if (wanted.author) conditions.add("author", "=", storage::bound(*wanted.author));
  if (wanted.state) {
    state = word_for(*wanted.state);
    conditions.add("state", "=", storage::bound(state));
  }
  if (wanted.after) conditions.add("id", "<", storage::bound(*wanted.after));
  auto values = conditions.values();
  values.push_back(storage::bound(wanted.limit));
  auto rows = session.run(fmt::format("SELECT * FROM submissions {} ORDER BY id DESC LIMIT ${}",
                                      conditions.text(), values.size()),
                          values);
  if (!rows) return tl::unexpected(rows.error());
  auto kept = rows->map(submission_of);
  if (!kept) return tl::unexpected(kept.error());
  return faces_of(std::move(*kept));
}

base::Result<std::vector<FailureGroup>> failures_in(storage::Session& session, const people::Ref& contest) {
  auto rows = session.query(
      "SELECT * FROM (SELECT s.*, count(*) OVER (PARTITION BY reason_kind, reason_phase) AS alike, "
      "row_number() OVER (PARTITION BY reason_kind, reason_phase ORDER BY id DESC) AS place "
      "FROM submissions s WHERE contest_kind = $1 AND contest_id = $2 AND state = 'failed' "
      "AND reason_kind IS NOT NULL) AS failed WHERE place = 1 ORDER BY alike DESC, id DESC",
      contest.kind, contest.id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) {
    auto latest = submission_of(row).submission;
    const auto reason = latest.reason.value_or(Reason{});
    return FailureGroup{reason.kind, reason.phase, row.get<int>("alike"), std::move(latest)};
  });
}

base::Result<std::optional<base::Seconds>> typical_time(storage::Session& session,
                                                        const people::Ref& contest) {
  auto rows = session.query(
      "SELECT started, ended FROM submissions WHERE contest_kind = $1 AND contest_id = $2 AND state = "
      "'scored' AND started IS NOT NULL AND ended IS NOT NULL ORDER BY id DESC LIMIT 20",
      contest.kind, contest.id);
  if (!rows) return tl::unexpected(rows.error());
  auto times = rows->map([](storage::Row row) {
    return base::Seconds(row.get<base::Instant>("ended") - row.get<base::Instant>("started"));
  });
  if (!times) return tl::unexpected(times.error());
  if (times->empty()) return std::optional<base::Seconds>();
  const auto middle = times->begin() + static_cast<std::ptrdiff_t>(times->size() / 2);
  std::nth_element(times->begin(), middle, times->end());
  return std::optional(*middle);
}

base::Result<std::vector<KeptSubmission>> concerned_by_rescore(storage::Session& session,
                                                               const people::Ref& contest) {
  auto rows = session.query(
      "SELECT * FROM submissions WHERE contest_kind = $1 AND contest_id = $2 AND state NOT IN ('failed', "
      "'cancelled') "
      "ORDER BY id",
      contest.kind, contest.id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(submission_of);
}

base::Result<std::vector<KeptFile>> files_of(storage::Session& session, const SubmissionId& id) {
  auto rows = session.query(
      "SELECT path, blob, size_bytes FROM submission_files WHERE submission = $1 ORDER BY path", id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) {
    return KeptFile{row.get<std::string>("path"), row.get<std::string>("blob"),
                    row.get<std::uint64_t>("size_bytes")};
  });
}

base::Result<Used> used_since(storage::Session& session, const people::Ref& contest, std::string_view team,
                              base::Instant since) {
  auto rows = session.query(
      "SELECT * FROM submissions WHERE contest_kind = $1 AND contest_id = $2 AND team = $3 AND created >= $4",
      contest.kind, contest.id, team, since);
  if (!rows) return tl::unexpected(rows.error());
  auto kept = rows->map(submission_of);
  if (!kept) return tl::unexpected(kept.error());
  Used used;
  for (const auto& one : *kept) {
    const auto use = use_of(one.submission.state, one.submission.reason);
    used.in_flight += use == Use::in_flight ? 1 : 0;
    used.scored += use == Use::scored ? 1 : 0;
    used.failed_on_hidden += use == Use::failed_on_hidden ? 1 : 0;
  }
  return used;
}

}  // namespace submissions
