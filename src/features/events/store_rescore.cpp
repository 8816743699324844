// A changed kit takes the place of an event's: asked for, checked by the submissions' room, then applied.
#include "base/log.h"
#include "features/events/store_acts.h"
#include "features/events/store_news.h"

namespace events {
namespace {

using base::Instant;
using storage::Transaction;

base::Result<std::optional<submissions::ProblemState>> state_of_next(storage::Session& session,
                                                                     const Event& event) {
  if (!event.next_problem) return std::optional<submissions::ProblemState>();
  const auto next = submissions::find_problem(session, *event.next_problem);
  if (!next) return tl::unexpected(next.error());
  if (!*next) return std::optional<submissions::ProblemState>();
  return std::optional((*next)->state);
}

base::Result<Seen> rescorable(storage::Session& session, std::string_view key, Instant now) {
  auto seen = see(session, key, now);
  if (!seen) return seen;
  const auto next = state_of_next(session, seen->event);
  if (!next) return tl::unexpected(next.error());
  if (auto refusal = why_no_rescore(seen->state, *next)) return tl::unexpected(*refusal);
  return seen;
}

base::Result<void> apply(Transaction& tx, submissions::Room& room, const EventId& id, Instant now) {
  auto event = find_event(tx, id);
  if (!event) return tl::unexpected(event.error());
  if (!*event || !(*event)->next_problem) return {};  // another server did it
  const auto state = state_of_next(tx, **event);
  if (!state) return tl::unexpected(state.error());
  if (*state != submissions::ProblemState::ready) return {};
  (*event)->problem = *(*event)->next_problem;
  (*event)->next_problem.reset();
  ++(*event)->version;
  if (auto kept = update_event(tx, **event); !kept) return kept;
  if (auto asked = room.rescore(tx, ref_of(id), (*event)->problem, now); !asked) return asked;
  const auto seen = seen_with(tx, std::move(**event), now);
  if (!seen) return tl::unexpected(seen.error());
  return tell_event(tx, *seen, now);
}

// Its kit can never be applied: the organiser sees that none is waiting, and may send another.
base::Result<void> drop(Transaction& tx, const EventId& id) {
  auto event = find_event(tx, id);
  if (!event) return tl::unexpected(event.error());
  if (!*event) return {};
  (*event)->next_problem.reset();
  return update_event(tx, **event);
}

}  // namespace

base::Result<void> why_not_rescored(const storage::Database& database, std::string_view key, Instant now) {
  const auto seen =
      storage::read(database, [&](storage::Snapshot& snapshot) { return rescorable(snapshot, key, now); });
  if (!seen) return tl::unexpected(seen.error());
  return {};
}

base::Result<Seen> ask_rescore(const storage::Database& database, std::string_view key,
                               const submissions::ProblemId& problem, people::Act act, Instant now) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<Seen> {
    auto seen = rescorable(tx, key, now);
    if (!seen) return seen;
    seen->event.next_problem = problem;
    ++seen->event.version;
    if (auto kept = update_event(tx, seen->event); !kept) return tl::unexpected(kept.error());
    act.object = ref_of(seen->event.id);
    if (auto recorded = people::record(tx, act, now); !recorded) return tl::unexpected(recorded.error());
    if (auto told = tell_event(tx, *seen, now); !told) return tl::unexpected(told.error());
    return seen;
  });
}

base::Result<void> apply_rescores(const storage::Database& database, submissions::Room& room, Instant now) {
  const auto ready =
      storage::read(database, [&](storage::Snapshot& snapshot) -> base::Result<std::vector<EventId>> {
        std::vector<EventId> ids;
        const auto events = events_to_rescore(snapshot);
        if (!events) return tl::unexpected(events.error());
        for (const auto& event : *events) {
          const auto state = state_of_next(snapshot, event);
          if (!state) return tl::unexpected(state.error());
          if (*state == submissions::ProblemState::ready) ids.push_back(event.id);
        }
        return ids;
      });
  if (!ready) return tl::unexpected(ready.error());
  for (const auto& id : *ready) {
    const auto applied =
        storage::transact(database, [&](Transaction& tx) { return apply(tx, room, id, now); });
    if (applied) continue;
    base::log_error("event " + base::to_text(id) + " was not scored again: " + applied.error().message);
    if (applied.error().kind != base::ErrorKind::conflict) continue;  // it is tried again
    const auto dropped = storage::transact(database, [&](Transaction& tx) { return drop(tx, id); });
    if (!dropped) return dropped;
  }
  return {};
}

}  // namespace events
