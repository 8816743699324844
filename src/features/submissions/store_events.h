// What pages are told of submissions, through the event log, and its reading for one person's stream.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "features/submissions/store.h"

namespace submissions {

std::string topic_of(const SubmissionId& submission);     // "submission:01J...": its state, for who sees it
inline constexpr std::string_view kQueueTopic = "queue";  // {waiting, running, typical_seconds?}

// `view` is the submission as its author may know it: JSON, without anything of labels or test scores.
base::Result<void> tell_of(storage::Transaction& tx, const Submission& submission, std::string view,
                           base::Instant now);
base::Result<void> tell_of_queue(storage::Transaction& tx, std::string queue, base::Instant now);

struct Told {
  std::int64_t position = 0;
  std::string kind, payload;
};
// Whether what was told past `after` is all still there.
base::Result<bool> told_is_kept(const storage::Database& database, std::int64_t after);
// Up to `limit` events of these topics past `after`; none only where there are no more.
base::Result<std::vector<Told>> told_since(const storage::Database& database, std::int64_t after, int limit,
                                           const std::vector<std::string>& topics);
base::Result<std::int64_t> told_last(const storage::Database& database);

}  // namespace submissions
