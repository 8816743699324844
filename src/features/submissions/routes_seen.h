// What this room's routes share: the submission that a path names, and what its viewer may do with it.
#pragma once
#include "features/submissions/parts.h"
#include "features/submissions/routes.h"

namespace submissions {

struct Seen {
  Submission submission;
  Sight sight;
};

base::Result<SubmissionId> id_in(const web::Request& request);

// Fails with `not_found` where the viewer may not know of it, or there is none.
base::Result<Seen> seen_in(Parts& parts, storage::Session& session, const web::Request& request,
                           base::Instant now);
base::Result<Seen> seen_in(Parts& parts, const web::Request& request);

std::vector<web::Route> submission_routes(Room& room);
std::vector<web::Route> file_routes(Room& room);
std::vector<web::Route> my_routes(Room& room);
std::vector<web::Route> try_routes(Room& room);
web::NamedSchema try_schema();
people::PermissionRow try_permission(Room& room);

inline const web::ErrorRow kNoSession{401, "nobody is signed in"};
inline const web::ErrorRow kNotAllowed{403, "it may be seen, but not this, or the token's scope is missing"};
inline const web::ErrorRow kNoSubmission{404, "there is no such submission, as far as this viewer may know"};

inline constexpr std::string_view kSubmissionExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "number": 3, "name": "two trees",
        "event": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer"},
        "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
        "author": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCG", "handle": "ada-lovelace", "name": "Ada Lovelace"},
        "state": "scored", "progress": {"folds_done": 5, "folds": 5}, "official": "roc_auc",
        "scores": {"roc_auc": {"train_mean": 1.0, "train_std": 0.0, "valid_mean": 0.97, "valid_std": 0.01,
                               "bagged_valid": 0.98}},
        "folds": [{"train": {"roc_auc": 1.0}, "valid": {"roc_auc": 0.97}}],
        "fit_seconds": 0.02, "predict_seconds": 0.01, "size_bytes": 412,
        "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "created_at": "2026-03-01T12:00:00Z", "started_at": "2026-03-01T12:00:01Z",
        "ended_at": "2026-03-01T12:00:02Z"})";

}  // namespace submissions
