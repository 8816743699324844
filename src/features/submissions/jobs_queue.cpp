#include "features/submissions/jobs_queue.h"

#include "features/submissions/jobs_types.h"
#include "features/submissions/parts.h"
#include "features/submissions/rules.h"
#include "features/submissions/store_events.h"
#include "machine/engine/queue.h"

namespace submissions {
namespace {

constexpr base::Seconds kQueuePause{1.0};

}  // namespace

base::Result<std::optional<QueuePlace>> queue_place(storage::Session& session, const base::Ulid& job,
                                                    base::Instant now) {
  auto ahead = engine::place(session, engine::JobId(job), now);
  if (!ahead) return tl::unexpected(ahead.error());
  if (!*ahead) return std::nullopt;
  auto load = engine::load(session, kEvaluate);
  if (!load) return tl::unexpected(load.error());
  return QueuePlace{**ahead + 1, **ahead, estimated_wait(**ahead, load->running, load->typical)};
}

base::Result<QueueLoad> queue_load(storage::Session& session) {
  auto load = engine::load(session, kEvaluate);
  if (!load) return tl::unexpected(load.error());
  QueueLoad queue{load->waiting, load->running, {}};
  if (load->typical) queue.typical_seconds = load->typical->count();
  return queue;
}

base::json::value to_json(const QueueLoad& load) {
  base::json::object object{{"waiting", load.waiting}, {"running", load.running}};
  if (load.typical_seconds) object["typical_seconds"] = *load.typical_seconds;
  return object;
}

base::Result<void> tell_queue(Parts& parts, storage::Transaction& tx, base::Instant now) {
  auto load = queue_load(tx);
  if (!load) return tl::unexpected(load.error());
  const bool is_empty = load->waiting == 0 && load->running == 0;
  if (!is_empty && !parts.queue_news.may_go(now, kQueuePause)) return {};
  return tell_of_queue(tx, base::to_text(to_json(*load)), now);
}

}  // namespace submissions
