// Each day environments that nothing uses are taken away, by a job: it may have to wait for somebody who
// makes one.
#include <fmt/format.h>

#include "base/log.h"
#include "features/compute/jobs_types.h"
#include "features/compute/parts.h"
#include "judge/environments/keeping.h"

namespace compute {
namespace {

namespace json = base::json;

std::uint64_t sum_of(const std::vector<environments::Piece>& pieces) {
  std::uint64_t bytes = 0;
  for (const auto& piece : pieces) bytes += piece.bytes;
  return bytes;
}

base::Result<void> note(storage::Transaction& tx, const environments::Collection& found, base::Instant now) {
  if (found.freed.empty()) return {};
  json::array freed;
  for (const auto& piece : found.freed)
    freed.push_back({{"what", piece.what}, {"why", piece.why}, {"size_bytes", piece.bytes}});
  people::Act act{.what = "environment.tidy", .object = people::kPlatform};
  act.details = base::to_text(json::object{{"freed", std::move(freed)}});
  return people::record(tx, act, now);
}

void tell_log(const environments::Collection& found) {
  for (const auto& piece : found.freed)
    base::log_info(fmt::format("{} was taken away: {}; {} bytes", piece.what, piece.why, piece.bytes));
}

}  // namespace

base::Result<void> ask_for_tidying(Parts& parts, base::Instant now) {
  const auto due =
      storage::read(parts.database, [&](storage::Snapshot& seen) { return is_tidying_due(seen, now); });
  if (!due) return tl::unexpected(due.error());
  if (!*due) return {};
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<void> {
    const auto taken = take_tidying(tx, now);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) return {};
    auto job =
        engine::enqueue(tx, {.type = std::string(kTidy), .payload = "{}", .lane = "environments"}, now);
    if (!job) return tl::unexpected(job.error());
    return {};
  });
}

base::Result<void> tidy(Parts& parts, const engine::Task& task) {
  if (auto told = tell_wants(parts, base::now()); !told) return told;
  const auto found = environments::collect(parts.settings.home, {.stop = task.stop});
  if (!found) return tl::unexpected(found.error());
  tell_log(*found);
  const auto now = base::now();
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto done = engine::finish(tx, task.claim, now); !done) return done;
    if (auto written = put(tx, Tidied{now, sum_of(found->freed), sum_of(found->kept)}); !written)
      return written;
    return note(tx, *found, now);
  });
}

}  // namespace compute
