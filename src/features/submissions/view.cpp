// The Submission of the API, from what was kept, for a viewer of a given sight.
#include <cmath>

#include "features/submissions/jobs_queue.h"
#include "features/submissions/parts.h"
#include "features/submissions/rules.h"
#include "features/submissions/view_parts.h"

namespace submissions {

namespace {

json::value maybe(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? json::value(*number) : json::value(nullptr);
}

json::object scores_object(const VisibleScores& visible, const std::optional<TestScores>& test) {
  json::object scores;
  for (std::size_t i = 0; i < visible.columns.size(); ++i) {
    const auto& column = visible.columns[i];
    json::object one{{"train_mean", maybe(column.train_mean)},
                     {"train_std", maybe(column.train_std)},
                     {"valid_mean", maybe(column.valid_mean)},
                     {"valid_std", maybe(column.valid_std)},
                     {"bagged_valid", maybe(column.bagged_valid)}};
    if (test && i < test->columns.size()) {
      one["test_mean"] = maybe(test->columns[i].test_mean);
      one["test_std"] = maybe(test->columns[i].test_std);
      one["bagged_test"] = maybe(test->columns[i].bagged_test);
    }
    scores[column.name] = std::move(one);
  }
  return scores;
}

json::array folds_array(const VisibleScores& visible, const std::optional<TestScores>& test) {
  json::array folds;
  const auto count = visible.columns.empty() ? 0 : visible.columns.front().valid.size();
  for (std::size_t fold = 0; fold < count; ++fold) {
    json::object train, valid, held;
    for (const auto& column : visible.columns) {
      train[column.name] = maybe(fold < column.train.size() ? column.train[fold] : std::nullopt);
      valid[column.name] = maybe(fold < column.valid.size() ? column.valid[fold] : std::nullopt);
    }
    json::object one{{"train", std::move(train)}, {"valid", std::move(valid)}};
    if (test) {
      for (const auto& column : test->columns)
        held[column.name] = maybe(fold < column.test.size() ? column.test[fold] : std::nullopt);
      one["test"] = std::move(held);
    }
    folds.emplace_back(std::move(one));
  }
  return folds;
}

void add_course(json::object& object, const Submission& submission) {
  object["progress"] = {{"folds_done", submission.folds_done}, {"folds", submission.folds}};
  if (submission.fit_seconds) object["fit_seconds"] = *submission.fit_seconds;
  if (submission.predict_seconds) object["predict_seconds"] = *submission.predict_seconds;
  if (submission.peak_memory_bytes) object["peak_memory_bytes"] = *submission.peak_memory_bytes;
  object["size_bytes"] = submission.size_bytes;
  object["code_hash"] = submission.code_hash;
  object["created_at"] = base::to_rfc3339(submission.created);
  if (submission.started) object["started_at"] = base::to_rfc3339(*submission.started);
  if (submission.ended) object["ended_at"] = base::to_rfc3339(*submission.ended);
}

base::Result<void> add_people(json::object& object, const Parts& parts, storage::Session& session,
                              const Submission& submission) {
  auto contest = contest_json(parts, session, submission.contest);
  if (!contest) return tl::unexpected(contest.error());
  object[submission.contest.kind] = std::move(*contest);
  object["team"] = {{"id", submission.team}, {"name", submission.team_name}};
  auto author = people::find_person(session, submission.author);
  if (!author) return tl::unexpected(author.error());
  object["author"] = {{"id", base::to_text(submission.author)},
                      {"handle", *author ? (*author)->handle : ""},
                      {"name", *author ? (*author)->name : ""}};
  return {};
}

base::Result<void> add_reason(json::object& object, storage::Session& session, const Submission& submission,
                              const Sight& sight) {
  if (!submission.reason || !(sight.is_author || sight.manages || sight.sees_output)) return {};
  auto reason = *submission.reason;
  if (sight.sees_output && reason.phase != evaluation::Phase::trial) {
    auto whole = find_evaluation(session, submission.id, Step::hidden, submission.runs);
    if (!whole) return tl::unexpected(whole.error());
    if (*whole && (*whole)->failure) reason.message = (*whole)->failure->message;
  }
  object["reason"] = reason_json(reason);
  return {};
}

base::Result<void> add_scores(json::object& object, storage::Session& session, const Submission& submission,
                              const Sight& sight) {
  if (submission.state != State::scored) return {};
  auto visible = visible_scores(session, submission.id);
  if (!visible) return tl::unexpected(visible.error());
  std::optional<TestScores> test;
  if (sight.sees_test) {
    auto held = test_scores(session, submission.id);
    if (!held) return tl::unexpected(held.error());
    if (!held->columns.empty()) test = std::move(*held);
  }
  object["scores"] = scores_object(*visible, test);
  object["folds"] = folds_array(*visible, test);
  return {};
}

}  // namespace

base::Result<json::value> view(Parts& parts, storage::Session& session, const Submission& submission,
                               const Sight& sight, base::Instant now) {
  json::object object{
      {"id", base::to_text(submission.id)}, {"number", submission.number}, {"name", submission.name}};
  auto added = add_people(object, parts, session, submission);
  object["state"] = word_for(submission.state);
  if (added) added = add_reason(object, session, submission, sight);
  if (added && !has_ended(submission.state)) {
    auto kept = expect_kept(session, submission.id);
    if (kept && kept->job) added = add_queue(object, session, *kept->job, now);
  }
  if (added) added = add_scores(object, session, submission, sight);
  if (!added) return tl::unexpected(added.error());
  auto official = official_of(session, submission.problem);
  if (!official) return tl::unexpected(official.error());
  object["official"] = std::move(*official);
  add_course(object, submission);
  return object;
}

}  // namespace submissions
