// What the submissions' room tells this one, and asks it.
#include <map>
#include <mutex>

#include "features/events/store_news.h"

namespace events {
namespace {

using submissions::Submission;

base::Result<EventId> event_id_of(const people::Ref& contest) {
  const auto id = base::ulid_from(contest.id);
  if (!id) return base::internal("a submission's event has no id", contest.id);
  return EventId(*id);
}

base::Result<Entry> new_entry(const Submission& submission) {
  const auto team = base::ulid_from(submission.team);
  if (!team) return base::internal("a submission's team has no id", submission.team);
  return Entry{.row = {.submission = submission.id,
                       .team = {TeamId(*team), submission.team_name},
                       .number = submission.number,
                       .name = submission.name,
                       .created = submission.created},
               .state = submission.state};
}

// As it is, with the state that it has now.
base::Result<Entry> entry_for(storage::Session& session, const Submission& submission) {
  auto found = find_entry(session, submission.id);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return new_entry(submission);
  (*found)->state = submission.state;
  return std::move(**found);
}

// Which way the official score of a problem is better. It never changes once the problem has columns, so each
// is looked up once.
class Directions {
 public:
  base::Result<scoring::Better> of(storage::Session& session, const submissions::ProblemId& id) {
    {
      const std::scoped_lock lock(mutex_);
      if (const auto found = known_.find(id); found != known_.end()) return found->second;
    }
    const auto problem = submissions::find_problem(session, id);
    if (!problem) return tl::unexpected(problem.error());
    if (!*problem || (*problem)->columns.empty()) return scoring::Better::higher;
    const auto better =
        (*problem)->columns.front().is_lower_the_better ? scoring::Better::lower : scoring::Better::higher;
    const std::scoped_lock lock(mutex_);
    known_.emplace(id, better);
    return better;
  }

 private:
  std::mutex mutex_;
  std::map<submissions::ProblemId, scoring::Better> known_;
};

base::Result<void> put_on_board(storage::Transaction& tx, const EventId& event, const Submission& submission,
                                Entry entry, scoring::Better better, base::Instant now) {
  const auto scores = submissions::visible_scores(tx, submission.id);
  if (!scores) return tl::unexpected(scores.error());
  entry.row.scores = scores_of(*scores);
  entry.row.fit_seconds = submission.fit_seconds;
  entry.row.predict_seconds = submission.predict_seconds;
  entry.row.scored = now;
  entry.on_board = true;
  const auto next = next_place(tx, event, entry.row, better);
  if (!next) return tl::unexpected(next.error());
  entry.version = next->version;
  if (auto put = put_entry(tx, event, entry); !put) return put;
  return tell_row(tx, event, entry.row, next->rank, now);
}

base::Result<void> take_off_board(storage::Transaction& tx, const EventId& event, Entry entry,
                                  base::Instant now) {
  const auto version = next_version(tx, event);
  if (!version) return tl::unexpected(version.error());
  entry.on_board = false;
  entry.version = *version;
  if (auto put = put_entry(tx, event, entry); !put) return put;
  return tell_removed(tx, event, entry.row.submission, now);
}

base::Result<void> submission_changed(Directions& directions, storage::Transaction& tx,
                                      const Submission& submission, base::Instant now) {
  const auto event = event_id_of(submission.contest);
  if (!event) return tl::unexpected(event.error());
  if (submission.state == submissions::State::scored) {
    auto entry = new_entry(submission);
    if (!entry) return tl::unexpected(entry.error());
    const auto better = directions.of(tx, submission.problem);
    if (!better) return tl::unexpected(better.error());
    return put_on_board(tx, *event, submission, std::move(*entry), *better, now);
  }
  auto entry = entry_for(tx, submission);
  if (!entry) return tl::unexpected(entry.error());
  if (submissions::has_ended(submission.state) && entry->on_board)
    return take_off_board(tx, *event, std::move(*entry), now);
  return put_entry(tx, *event, *entry);
}

base::Result<bool> is_in_team(storage::Session& session, const people::Viewer& viewer, const EventId& event,
                              const Submission& submission) {
  if (!viewer.person) return false;
  if (viewer.person->id == submission.author) return true;
  const auto team = team_of(session, event, viewer.person->id);
  if (!team) return tl::unexpected(team.error());
  return *team && base::to_text((*team)->id) == submission.team;
}

base::Result<submissions::Sight> sight(storage::Session& session, const people::Viewer& viewer,
                                       const Submission& submission, base::Instant now) {
  const auto id = event_id_of(submission.contest);
  if (!id) return tl::unexpected(id.error());
  const auto event = find_event(session, *id);
  if (!event) return tl::unexpected(event.error());
  const auto problem = submissions::find_problem(session, submission.problem);
  if (!problem) return tl::unexpected(problem.error());
  if (!*event || !*problem) return submissions::Sight{};
  const auto in_team = is_in_team(session, viewer, *id, submission);
  if (!in_team) return tl::unexpected(in_team.error());
  const Seer seer{.manages = people::has_role(viewer, people::kOrganiser, submission.contest, now),
                  .is_in_team = *in_team};
  return sight_of(**event, state_of(**event, (*problem)->state, now), (*problem)->is_practice, seer);
}

base::Result<void> problem_changed(storage::Transaction& tx, const submissions::Problem& problem,
                                   base::Instant now) {
  auto events = events_on(tx, problem.id);
  if (!events) return tl::unexpected(events.error());
  for (auto& event : *events) {
    const auto seen = seen_with(tx, std::move(event), now);
    if (!seen) return tl::unexpected(seen.error());
    if (auto told = tell_event(tx, *seen, now); !told) return told;
  }
  return {};
}

base::Result<std::string> slug(storage::Session& session, const std::string& id) {
  const auto event = event_id_of({std::string(kKind), id});
  if (!event) return tl::unexpected(event.error());
  const auto found = find_event(session, *event);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return base::not_found("there is no such event");
  return (*found)->slug;
}

}  // namespace

submissions::Contest contest() {
  auto directions = std::make_shared<Directions>();
  return {.kind = std::string(kKind),
          .sight = sight,
          .changed = [directions](
                         storage::Transaction& tx, const Submission& submission,
                         base::Instant now) { return submission_changed(*directions, tx, submission, now); },
          .problem_changed = problem_changed,
          .slug = slug};
}

}  // namespace events
