// One submission: show, cancel, rerun.
#include "features/submissions/routes_seen.h"

namespace submissions {
namespace {

using base::Result;

Result<web::Response> show(const web::Request& request, Room& room) {
  auto shown =
      storage::read(room.parts().database, [&](storage::Snapshot& seen) -> Result<base::json::value> {
        const auto now = base::now();
        auto found = seen_in(room.parts(), seen, request, now);
        if (!found) return tl::unexpected(found.error());
        return room.view(seen, found->submission, found->sight, now);
      });
  if (!shown) return tl::unexpected(shown.error());
  return web::answer_json(*shown);
}

// An act of power over another's submission goes into the audit log; one's own does not.
std::optional<people::Act> act_of(const web::Request& request, const Seen& seen, std::string_view what) {
  const auto& viewer = people::viewer_of(request);
  if (viewer.person && viewer.person->id == seen.submission.author && what == "submission.cancel")
    return std::nullopt;
  return people::act_of(request, what, {"submission", base::to_text(seen.submission.id)});
}

Result<web::Response> cancel(const web::Request& request, Room& room) {
  auto seen = seen_in(room.parts(), request);
  if (!seen) return tl::unexpected(seen.error());
  auto cancelled = room.cancel(seen->submission.id, base::now(), act_of(request, *seen, "submission.cancel"));
  if (!cancelled) return tl::unexpected(cancelled.error());
  return show(request, room);
}

Result<web::Response> rerun(const web::Request& request, Room& room) {
  auto seen = seen_in(room.parts(), request);
  if (!seen) return tl::unexpected(seen.error());
  auto again = room.rerun(seen->submission.id, base::now(), act_of(request, *seen, "submission.rerun"));
  if (!again) return tl::unexpected(again.error());
  return show(request, room);
}

}  // namespace

std::vector<web::Route> submission_routes(Room& room) {
  return {{.method = "GET",
           .pattern = "/api/v1/submissions/{submission}",
           .summary = "A submission: its state, its place in the queue, its scores",
           .permission = "submission-viewer",
           .scope = "read",
           .response = {"Submission", kSubmissionExample},
           .errors = {kNotAllowed, kNoSubmission},
           .handler = web::with(room, show),
           .tag = "submissions"},
          {.method = "POST",
           .pattern = "/api/v1/submissions/{submission}/cancel",
           .summary = "Cancel: at once where it waits, within a second where it runs. It costs nothing",
           .permission = "submission-author",
           .scope = "submit",
           .response = {"Submission", kSubmissionExample},
           .errors = {kNoSession, kNotAllowed, kNoSubmission, {409, "it has ended already"}},
           .handler = web::with(room, cancel),
           .tag = "submissions"},
          {.method = "POST",
           .pattern = "/api/v1/submissions/{submission}/rerun",
           .summary = "Run it again from the beginning, without charging its team again",
           .permission = "submission-manager",
           .scope = "organise",
           .response = {"Submission", kSubmissionExample},
           .errors = {kNoSession, kNotAllowed, kNoSubmission, {409, "it has not ended yet"}},
           .handler = web::with(room, rerun),
           .tag = "submissions"}};
}

}  // namespace submissions
