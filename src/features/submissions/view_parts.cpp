#include "features/submissions/view_parts.h"

#include "features/submissions/jobs_queue.h"

namespace submissions {

json::object reason_json(const Reason& reason) {
  json::object object{{"kind", evaluation::word_for(reason.kind)},
                      {"phase", evaluation::word_for(reason.phase)}};
  if (reason.fold) object["fold"] = *reason.fold;
  if (!reason.exception_class.empty()) object["exception_class"] = reason.exception_class;
  if (!reason.file.empty()) object["file"] = reason.file;
  if (reason.line > 0) object["line"] = reason.line;
  if (!reason.message.empty()) object["message"] = reason.message;
  object["next_step"] = reason.next_step;
  return object;
}

base::Result<json::object> contest_json(const Parts& parts, storage::Session& session,
                                        const people::Ref& contest) {
  json::object object{{"id", contest.id}};
  const auto* knows = parts.contest_of(contest.kind);
  if (knows == nullptr || !knows->slug) return object;
  auto slug = knows->slug(session, contest.id);
  if (!slug) return tl::unexpected(slug.error());
  object["slug"] = *slug;
  return object;
}

base::Result<void> add_queue(json::object& object, storage::Session& session, const base::Ulid& job,
                             base::Instant now) {
  const auto place = queue_place(session, job, now);
  if (!place) return tl::unexpected(place.error());
  if (!*place) return {};
  json::object queue{{"place", (*place)->place}, {"ahead", (*place)->ahead}};
  if ((*place)->wait_seconds) queue["wait_seconds"] = *(*place)->wait_seconds;
  object["queue"] = std::move(queue);
  return {};
}

base::Result<json::value> official_of(storage::Session& session, const ProblemId& id) {
  const auto problem = find_problem(session, id);
  if (!problem) return tl::unexpected(problem.error());
  if (!*problem || (*problem)->columns.empty()) return json::value(nullptr);
  return json::value((*problem)->columns.front().name);
}

}  // namespace submissions
