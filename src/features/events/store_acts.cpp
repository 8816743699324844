// Acts of organisers.
#include "features/events/store_acts.h"

#include <fmt/format.h>

#include "features/events/store_news.h"

namespace events {
namespace {

using base::Instant;
using storage::Transaction;
using Decide = std::function<base::Result<std::optional<Event>>(const Seen&)>;  // nothing: as it is

base::Result<Seen> keep(Transaction& tx, Event event, const people::Act& act, Instant now) {
  if (auto kept = update_event(tx, event); !kept) return tl::unexpected(kept.error());
  auto seen = seen_with(tx, std::move(event), now);
  if (!seen) return seen;
  if (auto recorded = people::record(tx, act, now); !recorded) return tl::unexpected(recorded.error());
  if (auto told = tell_event(tx, *seen, now); !told) return tl::unexpected(told.error());
  return seen;
}

base::Result<Seen> act_on(const storage::Database& database, std::string_view key, people::Act act,
                          Instant now, const Decide& decide) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<Seen> {
    auto seen = see(tx, key, now);
    if (!seen) return seen;
    auto event = decide(*seen);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return seen;
    act.object = ref_of(seen->event.id);
    return keep(tx, std::move(**event), act, now);
  });
}

Change changes_in(const NewEvent& wanted) {
  Change change{.per_day = wanted.quota.per_day, .failures_per_day = wanted.quota.failures_per_day};
  if (!wanted.title.empty()) change.title = wanted.title;
  if (wanted.opens) change.opens = wanted.opens;
  if (wanted.closes) change.closes = wanted.closes;
  return change;
}

Event blank(Instant now) {
  return {.id = EventId(base::make_ulid(now)),
          .slug = {},
          .title = {},
          .statement = {},
          .problem = submissions::ProblemId(base::Ulid{}),
          .created = now};
}

base::Result<std::string> slug_for(storage::Session& session, const NewEvent& wanted,
                                   const submissions::Problem& problem) {
  if (!wanted.slug.empty()) return wanted.slug;
  return free_slug(session, slug_from(!wanted.title.empty() ? wanted.title : problem.name));
}

}  // namespace

base::Result<void> check_new_event(const storage::Database& database, const NewEvent& wanted, Instant now) {
  if (auto bad = changed(blank(now), changes_in(wanted), State::ready, now); !bad)
    return tl::unexpected(bad.error());
  if (wanted.slug.empty()) return {};
  if (auto refusal = why_no_slug(wanted.slug)) return tl::unexpected(*refusal);
  return storage::read(database, [&](storage::Snapshot& snapshot) -> base::Result<void> {
    const auto taken = find_event(snapshot, wanted.slug);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken)
      return base::conflict(fmt::format("there is an event '{}' already; choose another slug", wanted.slug));
    return {};
  });
}

base::Result<Seen> create_event(const storage::Database& database, const NewEvent& wanted,
                                const submissions::Problem& problem, const people::Act& asked, Instant now) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<Seen> {
    auto event = changed(blank(now), changes_in(wanted), State::ready, now);
    if (!event) return tl::unexpected(event.error());
    auto slug = slug_for(tx, wanted, problem);
    if (!slug) return tl::unexpected(slug.error());
    event->slug = std::move(*slug);
    event->problem = problem.id;
    event->is_trusted = wanted.is_trusted;
    event->version = 1;
    if (auto made = insert_event(tx, *event); !made) return tl::unexpected(made.error());
    auto act = asked;
    act.object = ref_of(event->id);
    if (act.who) {
      const people::Grant grant{
          {"person", base::to_text(*act.who)}, act.object, std::string(people::kOrganiser)};
      if (auto given = people::add_grant(tx, grant, now); !given) return tl::unexpected(given.error());
    }
    return keep(tx, std::move(*event), act, now);
  });
}

base::Result<Seen> replace_kit(const storage::Database& database, std::string_view key,
                               const submissions::ProblemId& problem, people::Act act, Instant now) {
  return storage::transact(database, [&](Transaction& tx) -> base::Result<Seen> {
    auto seen = see(tx, key, now);
    if (!seen) return seen;
    if (auto refusal = why_no_new_kit(seen->state)) return tl::unexpected(*refusal);
    auto event = std::move(seen->event);
    act.object = ref_of(event.id);
    act.details = base::to_text(base::json::value{{"problem", base::to_text(problem)},
                                                  {"refused_problem", base::to_text(event.problem)}});
    event.problem = problem;
    ++event.version;
    return keep(tx, std::move(event), act, now);
  });
}

base::Result<Seen> open_event(const storage::Database& database, std::string_view key,
                              std::optional<Instant> closes, people::Act act, Instant now) {
  return act_on(database, key, std::move(act), now,
                [&](const Seen& seen) -> base::Result<std::optional<Event>> {
                  if (auto refusal = why_no_open(seen.event, seen.state, closes, now))
                    return tl::unexpected(*refusal);
                  if (seen.state == State::open && (!closes || closes == seen.event.closes))
                    return std::nullopt;
                  return opened(seen.event, seen.state, closes, now);
                });
}

base::Result<Seen> close_event(const storage::Database& database, std::string_view key, people::Act act,
                               Instant now) {
  return act_on(database, key, std::move(act), now,
                [&](const Seen& seen) -> base::Result<std::optional<Event>> {
                  if (auto refusal = why_no_close(seen.event, seen.state)) return tl::unexpected(*refusal);
                  if (seen.state != State::open) return std::nullopt;
                  return closed(seen.event, now);
                });
}

base::Result<Seen> release_event(const storage::Database& database, std::string_view key, people::Act act,
                                 Instant now) {
  return act_on(database, key, std::move(act), now,
                [&](const Seen& seen) -> base::Result<std::optional<Event>> {
                  const int in_flight = seen.counts.waiting + seen.counts.running;
                  if (auto refusal = why_no_release(seen.state, in_flight)) return tl::unexpected(*refusal);
                  if (seen.state == State::released) return std::nullopt;
                  auto event = seen.event;
                  event.released = now;
                  ++event.version;
                  return event;
                });
}

base::Result<Seen> change_event(const storage::Database& database, std::string_view key, const Change& change,
                                int version, people::Act act, Instant now) {
  return act_on(database, key, std::move(act), now,
                [&](const Seen& seen) -> base::Result<std::optional<Event>> {
                  if (seen.event.version != version)
                    return base::conflict(
                        "somebody changed the event meanwhile; load it again, and make your change to that");
                  return changed(seen.event, change, seen.state, now);
                });
}

}  // namespace events
