#include "features/submissions/store_events.h"

#include "machine/storage/events.h"

namespace submissions {
namespace {

constexpr std::string_view kKind = "submission";
constexpr std::string_view kQueueKind = "queue";

}  // namespace

std::string topic_of(const SubmissionId& submission) {
  return "submission:" + base::to_text(submission);
}

base::Result<void> tell_of(storage::Transaction& tx, const Submission& submission, std::string view,
                           base::Instant now) {
  storage::Event event;
  event.topic = topic_of(submission.author);
  event.kind = kKind;
  event.payload = std::move(view);
  event.object_kind = kKind;
  event.object_id = base::to_text(submission.id);
  event.at = now;
  if (auto told = storage::append(tx, event); !told) return told;
  event.topic = topic_of(submission.id);
  event.payload = base::to_text(base::json::value{{"id", event.object_id},
                                                  {"state", word_for(submission.state)},
                                                  {"folds_done", submission.folds_done},
                                                  {"folds", submission.folds}});
  return storage::append(tx, std::move(event));
}

base::Result<void> tell_of_queue(storage::Transaction& tx, std::string queue, base::Instant now) {
  storage::Event event;
  event.topic = kQueueTopic;
  event.kind = kQueueKind;
  event.payload = std::move(queue);
  event.at = now;
  return storage::append(tx, std::move(event));
}

base::Result<std::vector<Told>> told_since(const storage::Database& database, std::int64_t after, int limit,
                                           const std::vector<std::string>& topics) {
  auto found = storage::tail_of(database, after, static_cast<std::size_t>(limit), topics);
  if (!found) return tl::unexpected(found.error());
  std::vector<Told> told;
  for (auto& one : *found) told.push_back({one.position, std::move(one.kind), std::move(one.payload)});
  return told;
}

base::Result<bool> told_is_kept(const storage::Database& database, std::int64_t after) {
  return storage::is_kept(database, after);
}

base::Result<std::int64_t> told_last(const storage::Database& database) {
  return storage::last(database);
}

}  // namespace submissions
