#include "features/events/store_news.h"

#include <map>

#include "machine/storage/events.h"

namespace events {
namespace {

namespace json = base::json;

struct News {
  EventId event;
  Counts told{}, counted{};
};

base::Result<void> tell(storage::Transaction& tx, const EventId& event, std::string kind,
                        json::object payload, base::Instant now) {
  return storage::append(tx, {.topic = topic_of(event),
                              .kind = std::move(kind),
                              .payload = base::to_text(json::value(std::move(payload))),
                              .object_kind = std::string(kKind),
                              .object_id = base::to_text(event),
                              .at = now});
}

base::Result<std::vector<EventId>> turned_by_the_clock(storage::Session& session, base::Instant now) {
  const auto rows = session.query(
      "SELECT e.id FROM events e JOIN event_news n ON n.event = e.id WHERE (n.state = 'ready' AND e.opens <= "
      "$1) OR (n.state = 'open' AND e.closes <= $1)",
      now);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) { return row.get<EventId>("id"); });
}

void count(News& news, std::string_view state, int submissions) {
  const bool waits = state == "received" || state == "queued";
  (waits ? news.counted.waiting : news.counted.running) += submissions;
}

// Every queue that is not as it was told last.
base::Result<std::vector<News>> changed_queues(storage::Session& session) {
  const auto told = session.query("SELECT event, waiting, running FROM event_news");
  if (!told) return tl::unexpected(told.error());
  auto all = told->map([](storage::Row row) {
    return News{row.get<EventId>("event"),
                {.waiting = row.get<int>("waiting"), .running = row.get<int>("running")}};
  });
  if (!all) return all;
  std::map<EventId, News*> by_event;
  for (auto& news : *all) by_event.emplace(news.event, &news);
  const auto now = session.query(
      "SELECT event, state, count(*) AS submissions FROM entries WHERE in_flight GROUP BY event, state");
  if (!now) return tl::unexpected(now.error());
  const auto counted = now->map([&](storage::Row row) {
    const auto found = by_event.find(row.get<EventId>("event"));
    if (found != by_event.end())
      count(*found->second, row.get<std::string>("state"), row.get<int>("submissions"));
    return true;
  });
  if (!counted) return tl::unexpected(counted.error());
  std::erase_if(*all, [](const News& news) {
    return news.told.waiting == news.counted.waiting && news.told.running == news.counted.running;
  });
  return all;
}

base::Result<void> tell_queue(storage::Transaction& tx, const News& news, base::Instant now) {
  const auto noted = tx.query(
      "UPDATE event_news SET waiting = $2, running = $3 WHERE event = $1 AND (waiting <> $2 OR running <> "
      "$3)",
      news.event, news.counted.waiting, news.counted.running);
  if (!noted) return tl::unexpected(noted.error());
  if (noted->changed() == 0) return {};  // another server told it
  return tell(tx, news.event, "queue", queue_json(news.counted), now);
}

base::Result<void> tell_turned(storage::Transaction& tx, const EventId& id, base::Instant now) {
  auto event = find_event(tx, id);
  if (!event) return tl::unexpected(event.error());
  if (!*event) return {};
  const auto seen = seen_with(tx, std::move(**event), now);
  if (!seen) return tl::unexpected(seen.error());
  const auto told = tx.query("SELECT state FROM event_news WHERE event = $1", id);
  if (!told) return tl::unexpected(told.error());
  const auto state = told->value<std::string>();
  if (state && *state == word_for(seen->state)) return {};
  return tell_event(tx, *seen, now);
}

}  // namespace

std::string topic_of(const EventId& event) {
  return "event:" + base::to_text(event);
}

base::Result<void> tell_event(storage::Transaction& tx, const Seen& seen, base::Instant now) {
  if (auto noted =
          tx.query("UPDATE event_news SET state = $2 WHERE event = $1", seen.event.id, word_for(seen.state));
      !noted)
    return tl::unexpected(noted.error());
  return tell(tx, seen.event.id, "event", event_json(seen, Detail::item), now);
}

base::Result<void> tell_row(storage::Transaction& tx, const EventId& event, const BoardRow& row, int rank,
                            base::Instant now) {
  return tell(tx, event, "board", {{"item", row_json(row, rank)}}, now);
}

base::Result<void> tell_removed(storage::Transaction& tx, const EventId& event,
                                const submissions::SubmissionId& id, base::Instant now) {
  return tell(tx, event, "board", {{"item", nullptr}, {"removed", base::to_text(id)}}, now);
}

base::Result<void> tell_message(storage::Transaction& tx, const EventId& event, const forum::Post& message) {
  return tell(tx, event, "message", message_json(message), message.created);
}

base::Result<void> tell_what_is_due(const storage::Database& database, base::Instant now) {
  struct Due {
    std::vector<EventId> turned;
    std::vector<News> queues;
  };
  const auto due = storage::read(database, [&](storage::Snapshot& snapshot) -> base::Result<Due> {
    auto turned = turned_by_the_clock(snapshot, now);
    if (!turned) return tl::unexpected(turned.error());
    auto queues = changed_queues(snapshot);
    if (!queues) return tl::unexpected(queues.error());
    return Due{std::move(*turned), std::move(*queues)};
  });
  if (!due) return tl::unexpected(due.error());
  if (due->turned.empty() && due->queues.empty()) return {};
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    for (const auto& id : due->turned)
      if (auto told = tell_turned(tx, id, now); !told) return told;
    for (const auto& news : due->queues)
      if (auto told = tell_queue(tx, news, now); !told) return told;
    return {};
  });
}

}  // namespace events
