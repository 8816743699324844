// Submissions over HTTP: one, its log and files, cancel, rerun; one's own, live; the queue; one's tries.
#pragma once
#include <string_view>
#include <vector>

#include "features/people/routes.h"
#include "features/submissions/submissions.h"
#include "machine/web/web.h"

namespace submissions {

std::vector<web::Route> routes(Room& room);
std::vector<web::NamedSchema> schemas();  // Submission, SubmissionList, Queue, ...
// submission-viewer, submission-author, submission-manager: of the submission that the path names.
// try-author: of the try.
std::vector<people::PermissionRow> permissions(Room& room);

inline constexpr std::string_view kTryExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCJ",
        "event": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer"}, "state": "passed",
        "official": "roc_auc", "created_at": "2026-03-01T12:00:00Z", "started_at": "2026-03-01T12:00:01Z",
        "ended_at": "2026-03-01T12:00:02Z", "fit_seconds": 0.02, "predict_seconds": 0.01,
        "scores": {"roc_auc": {"train": 1.0, "valid": 0.97}}, "traceback": null, "output": "[fold 0]\n569 rows\n",
        "figure": {"kind": "confusion", "labels": ["benign", "malignant"], "counts": [[70, 2], [3, 39]]}})";

}  // namespace submissions
