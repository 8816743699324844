// Events and their counts.
#include "features/events/store.h"

#include <fmt/format.h>

namespace events {
namespace {

constexpr std::string_view kColumns =
    "id, slug, title, summary, statement, problem, next_problem, opens, closes, released, per_day, "
    "failures_per_day, is_trusted, created, version";

std::string select(std::string_view rest) {
  return fmt::format("SELECT {} FROM events {}", kColumns, rest);
}

Event event_of(storage::Row row) {
  return {.id = row.get<EventId>("id"),
          .slug = row.get<std::string>("slug"),
          .title = row.get<std::string>("title"),
          .summary = row.get<std::string>("summary"),
          .statement = row.get<std::string>("statement"),
          .problem = row.get<submissions::ProblemId>("problem"),
          .next_problem = row.get<std::optional<submissions::ProblemId>>("next_problem"),
          .opens = row.get<std::optional<base::Instant>>("opens"),
          .closes = row.get<std::optional<base::Instant>>("closes"),
          .released = row.get<std::optional<base::Instant>>("released"),
          .quota = {row.get<int>("per_day"), row.get<int>("failures_per_day")},
          .is_trusted = row.get<bool>("is_trusted"),
          .created = row.get<base::Instant>("created"),
          .version = row.get<int>("version")};
}

base::Result<std::vector<Event>> all_in(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(event_of);
}

base::Result<std::optional<Event>> first_in(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(event_of);
}

base::Result<void> done(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace

base::Result<void> insert_event(storage::Transaction& tx, const Event& event) {
  const auto inserted =
      tx.query(fmt::format("INSERT INTO events ({}) VALUES ({})", kColumns, storage::placeholders(1, 15)),
               event.id, event.slug, event.title, event.summary, event.statement, event.problem,
               event.next_problem, event.opens, event.closes, event.released, event.quota.per_day,
               event.quota.failures_per_day, event.is_trusted, event.created, event.version);
  if (!inserted && storage::is_taken(inserted.error(), "events.slug"))
    return base::conflict(fmt::format("there is an event '{}' already; choose another slug", event.slug));
  if (!inserted) return tl::unexpected(inserted.error());
  if (auto news = tx.query(
          "INSERT INTO event_news (event, state, waiting, running) VALUES ($1, 'checking', 0, 0)", event.id);
      !news)
    return tl::unexpected(news.error());
  return done(tx.query("INSERT INTO board_versions (event, version) VALUES ($1, 0)", event.id));
}

base::Result<void> update_event(storage::Transaction& tx, const Event& event) {
  return done(
      tx.query("UPDATE events SET title = $2, summary = $3, statement = $4, problem = $5, next_problem = $6, "
               "opens = $7, closes = $8, released = $9, per_day = $10, failures_per_day = $11, "
               "is_trusted = $12, version = $13 WHERE id = $1",
               event.id, event.title, event.summary, event.statement, event.problem, event.next_problem,
               event.opens, event.closes, event.released, event.quota.per_day, event.quota.failures_per_day,
               event.is_trusted, event.version));
}

base::Result<std::optional<Event>> find_event(storage::Session& session, const EventId& id) {
  return first_in(session.query(select("WHERE id = $1"), id));
}

base::Result<std::optional<Event>> find_event(storage::Session& session, std::string_view slug_or_id) {
  if (slug_or_id.size() == 26)
    if (const auto id = base::ulid_from(slug_or_id)) return find_event(session, EventId(*id));
  return first_in(session.query(select("WHERE slug = $1"), slug_or_id));
}

base::Result<std::vector<Event>> list_events(storage::Session& session, const std::optional<EventId>& after,
                                             int limit) {
  if (after) return all_in(session.query(select("WHERE id < $1 ORDER BY id DESC LIMIT $2"), *after, limit));
  return all_in(session.query(select("ORDER BY id DESC LIMIT $1"), limit));
}

base::Result<std::vector<Event>> events_on(storage::Session& session, const submissions::ProblemId& problem) {
  return all_in(session.query(select("WHERE problem = $1 OR next_problem = $1"), problem));
}

base::Result<std::vector<InEnvironment>> events_in_environment(storage::Session& session,
                                                               std::string_view name, std::string_view hash,
                                                               base::Instant now) {
  auto problems = submissions::problems_in_environment(session, name, hash);
  if (!problems) return tl::unexpected(problems.error());
  std::vector<InEnvironment> found;
  for (const auto& problem : *problems) {
    auto events = events_on(session, problem);
    if (!events) return tl::unexpected(events.error());
    for (auto& event : *events) {
      const auto seen = seen_with(session, std::move(event), now);
      if (!seen) return tl::unexpected(seen.error());
      found.push_back(
          {seen->event.id, seen->event.slug, title_of(*seen), is_public(seen->event, seen->state)});
    }
  }
  return found;
}

base::Result<std::vector<Event>> events_to_rescore(storage::Session& session) {
  return all_in(session.query(select("WHERE next_problem IS NOT NULL")));
}

base::Result<std::string> free_slug(storage::Session& session, const std::string& wanted) {
  for (int turn = 1;; ++turn) {
    const auto slug = turn == 1 ? wanted : fmt::format("{}-{}", wanted, turn);
    const auto taken = find_event(session, slug);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) return slug;
  }
}

base::Result<Counts> counts_of(storage::Session& session, const EventId& event) {
  const auto rows = session.query(
      "SELECT (SELECT count(*) FROM team_members WHERE event = $1) AS people, "
      "(SELECT count(*) FROM entries WHERE event = $1) AS submissions, "
      "(SELECT count(*) FROM entries WHERE event = $1 AND in_flight AND state IN ('received', 'queued')) "
      "AS waiting, "
      "(SELECT count(*) FROM entries WHERE event = $1 AND in_flight AND state IN ('trial', 'running')) "
      "AS running",
      event);
  if (!rows) return tl::unexpected(rows.error());
  auto counts = rows->first([](storage::Row row) {
    return Counts{row.get<int>("people"), row.get<int>("submissions"), row.get<int>("waiting"),
                  row.get<int>("running")};
  });
  if (!counts) return tl::unexpected(counts.error());
  return counts->value_or(Counts{});
}

base::Result<Seen> seen_with(storage::Session& session, Event event, base::Instant now) {
  auto problem = submissions::find_problem(session, event.problem);
  if (!problem) return tl::unexpected(problem.error());
  if (!*problem) return base::internal("an event's problem is gone", base::to_text(event.id));
  auto counts = counts_of(session, event.id);
  if (!counts) return tl::unexpected(counts.error());
  const auto state = state_of(event, (*problem)->state, now);
  return Seen{std::move(event), std::move(**problem), state, *counts};
}

base::Result<Seen> see(storage::Session& session, std::string_view slug_or_id, base::Instant now) {
  auto event = find_event(session, slug_or_id);
  if (!event) return tl::unexpected(event.error());
  if (!*event) return base::not_found(fmt::format("there is no event '{}'", slug_or_id));
  return seen_with(session, std::move(**event), now);
}

}  // namespace events
