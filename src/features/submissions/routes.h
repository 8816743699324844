// Submissions over HTTP: one, its log and files, cancel, rerun; one's own, live; the queue.
#pragma once
#include <vector>

#include "features/people/routes.h"
#include "features/submissions/submissions.h"
#include "machine/web/web.h"

namespace submissions {

std::vector<web::Route> routes(Room& room);
std::vector<web::NamedSchema> schemas();  // Submission, SubmissionList, Queue, ...
// submission-viewer, submission-author, submission-manager: of the submission that the path names.
std::vector<people::PermissionRow> permissions(Room& room);

}  // namespace submissions
