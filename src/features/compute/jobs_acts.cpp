// What administrators do to environments: each with its line in the audit log, in the same transaction.
#include <fmt/format.h>

#include "features/compute/jobs_types.h"
#include "features/compute/parts.h"
#include "features/compute/rules.h"
#include "judge/environments/keeping.h"

namespace compute {
namespace {

people::Ref ref_of(const KeptEnvironment& kept) {
  return {"environment", base::to_text(kept.id)};
}

base::Result<void> note(storage::Transaction& tx, const KeptEnvironment& kept, people::Act act,
                        base::Instant now) {
  act.object = ref_of(kept);
  act.details = base::to_text(base::json::object{{"name", kept.recipe.name}, {"hash", kept.hash}});
  return people::record(tx, act, now);
}

base::Result<void> enqueue(storage::Transaction& tx, KeptEnvironment& kept, std::string_view type,
                           base::Instant now) {
  auto job = engine::enqueue(tx, job_for(type, kept.id), now);
  if (!job) return tl::unexpected(job.error());
  kept.job = job->value();
  return {};
}

base::Result<KeptEnvironment> asked_anew(storage::Transaction& tx, const environments::Recipe& recipe,
                                         base::Instant now) {
  auto holder = find(tx, recipe.name);
  if (!holder) return tl::unexpected(holder.error());
  if (auto why = why_not_asked(recipe.name, *holder ? std::optional((*holder)->state) : std::nullopt))
    return tl::unexpected(*why);
  KeptEnvironment kept{.id = *holder ? (*holder)->id : EnvironmentId(base::make_ulid(now)), .recipe = recipe};
  kept.created = now;
  return kept;
}

}  // namespace

base::Result<KeptEnvironment> ask_for(Parts& parts, const environments::Recipe& recipe, people::Act act,
                                      base::Instant now) {
  auto left_out = environments::look_at(recipe);
  if (!left_out) return tl::unexpected(left_out.error());
  const auto newest = told_last(parts.database);
  if (!newest) return tl::unexpected(newest.error());
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<KeptEnvironment> {
    auto kept = asked_anew(tx, recipe, now);
    if (!kept) return kept;
    kept->created_by = act.who;
    kept->left_out = *left_out;
    kept->said_after = *newest;
    if (auto queued = enqueue(tx, *kept, kBuild, now); !queued) return tl::unexpected(queued.error());
    if (auto written = put(tx, *kept); !written) return tl::unexpected(written.error());
    if (auto told = tell_state(tx, *kept, now); !told) return tl::unexpected(told.error());
    if (auto noted = note(tx, *kept, act, now); !noted) return tl::unexpected(noted.error());
    return kept;
  });
}

base::Result<KeptEnvironment> ask_for_check(Parts& parts, std::string_view name, people::Act act,
                                            base::Instant now) {
  const auto newest = told_last(parts.database);
  if (!newest) return tl::unexpected(newest.error());
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<KeptEnvironment> {
    auto kept = expect(tx, name);
    if (!kept) return kept;
    if (auto why = why_not_checked(name, kept->state)) return tl::unexpected(*why);
    if (kept->job) return kept;  // it is being checked: once is enough
    kept->said_after = *newest;
    if (auto queued = enqueue(tx, *kept, kCheck, now); !queued) return tl::unexpected(queued.error());
    if (auto written = update(tx, *kept); !written) return tl::unexpected(written.error());
    if (auto told = tell_state(tx, *kept, now); !told) return tl::unexpected(told.error());
    if (auto noted = note(tx, *kept, act, now); !noted) return tl::unexpected(noted.error());
    return kept;
  });
}

// The row first: what asks for it from now on is refused, and a disk that fails leaves a name that the next
// look takes in again.
base::Result<void> retire(Parts& parts, std::string_view name, people::Act act, base::Instant now) {
  auto before = storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<State> {
    auto kept = expect(tx, name);
    if (!kept) return tl::unexpected(kept.error());
    const auto uses = uses_of(parts, tx, *kept, now);
    if (!uses) return tl::unexpected(uses.error());
    if (auto why = why_not_retired(name, kept->state, *uses)) return tl::unexpected(*why);
    const auto state = kept->state;
    kept->state = State::retired;
    if (auto written = update(tx, *kept); !written) return tl::unexpected(written.error());
    if (auto told = tell_state(tx, *kept, now); !told) return tl::unexpected(told.error());
    if (auto noted = note(tx, *kept, act, now); !noted) return tl::unexpected(noted.error());
    return state;
  });
  if (!before) return tl::unexpected(before.error());
  if (auto told = tell_wants(parts, now); !told) return told;
  const auto removed = environments::remove(parts.settings.home, name);
  if (!removed && removed.error().kind != base::ErrorKind::not_found) return tl::unexpected(removed.error());
  return {};
}

}  // namespace compute
