#include "features/submissions/jobs_queue.h"

#include <algorithm>
#include <array>

#include "features/submissions/jobs_types.h"
#include "features/submissions/parts.h"
#include "features/submissions/rules.h"
#include "features/submissions/store_events.h"
#include "machine/engine/queue.h"

namespace submissions {
namespace {

constexpr base::Seconds kQueuePause{1.0};

}  // namespace

// Submissions and tries are served by turns, so each waits for both; a wait is foreseen by the slower kind.
base::Result<std::optional<QueuePlace>> queue_place(storage::Session& session, const base::Ulid& job,
                                                    base::Instant now) {
  constexpr std::array kBoth{kEvaluate, kTry};
  auto ahead = engine::place(session, engine::JobId(job), now, kBoth);
  if (!ahead) return tl::unexpected(ahead.error());
  if (!*ahead) return std::nullopt;
  int running = 0;
  std::optional<base::Seconds> typical;
  for (const auto type : kBoth) {
    auto load = engine::load(session, type);
    if (!load) return tl::unexpected(load.error());
    running += load->running;
    if (load->typical) typical = std::max(typical.value_or(base::Seconds(0)), *load->typical);
  }
  return QueuePlace{**ahead + 1, **ahead, estimated_wait(**ahead, running, typical)};
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
