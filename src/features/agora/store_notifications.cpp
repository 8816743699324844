// Notifications: told to each once, read by their person alone.
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "features/agora/rules.h"
#include "features/agora/store.h"
#include "machine/storage/events.h"
#include "machine/storage/storage.h"

namespace forum {
namespace {

constexpr std::string_view kKind = "notification";  // of the events on a person's topic
constexpr std::chrono::hours kKeepRead{24 * 90}, kKeepUnread{24 * 365};

struct Told {
  people::PersonId person;
  Notification notification;
};

std::vector<Told> one_for_each(std::span<const people::PersonId> whom, const News& news, base::Instant now) {
  auto short_news = news;
  short_news.text = preview_of(news.text);
  std::vector<Told> all;
  for (const auto& person : std::set(whom.begin(), whom.end()))
    all.push_back({person, {.id = NotificationId(base::make_ulid(now)), .news = short_news, .created = now}});
  return all;
}

base::Result<void> tell(storage::Transaction& tx, const Told& told) {
  return storage::append(tx, {.topic = people::topic_of(told.person),
                              .kind = std::string(kKind),
                              .payload = base::to_text(base::json::value(to_json(told.notification))),
                              .object_kind = std::string(kKind),
                              .object_id = base::to_text(told.notification.id),
                              .at = told.notification.created});
}

Notification notification_of(const storage::Row& row) {
  return {.id = row.get<NotificationId>("id"),
          .news = {row.get<std::string>("kind"), row.get<std::string>("title"), row.get<std::string>("text"),
                   row.get<std::string>("url")},
          .created = row.get<base::Instant>("created"),
          .read = row.get<std::optional<base::Instant>>("read_at")};
}

base::Result<std::int64_t> count_unread(storage::Session& session, const people::PersonId& person) {
  auto rows =
      session.query("SELECT count(*) FROM notifications WHERE person = $1 AND read_at IS NULL", person);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<std::int64_t>();
}

}  // namespace

base::json::object to_json(const Notification& notification) {
  base::json::value read;
  if (notification.read) read = base::json::value(base::to_rfc3339(*notification.read));
  return {{"id", base::to_text(notification.id)},
          {"kind", notification.news.kind},
          {"title", notification.news.title},
          {"text", notification.news.text},
          {"url", notification.news.url},
          {"created_at", base::to_rfc3339(notification.created)},
          {"read_at", std::move(read)}};
}

base::Result<void> notify(storage::Transaction& tx, std::span<const people::PersonId> whom, const News& news,
                          base::Instant now) {
  const auto all = one_for_each(whom, news, now);
  if (all.empty()) return {};
  const auto added = tx.insert_all(
      "notifications", {"id", "person", "kind", "title", "text", "url", "created"}, all,
      [](const Told& told) {
        const auto& n = told.notification;
        return std::tuple(n.id, told.person, std::string_view(n.news.kind), std::string_view(n.news.title),
                          std::string_view(n.news.text), std::string_view(n.news.url), n.created);
      });
  if (!added) return tl::unexpected(added.error());
  for (const auto& told : all)
    if (auto said = tell(tx, told); !said) return said;
  return {};
}

base::Result<Inbox> inbox_of(const storage::Database& database, const people::PersonId& person,
                             const NotificationsWanted& wanted) {
  return storage::read(database, [&](storage::Snapshot& snapshot) -> base::Result<Inbox> {
    auto rows = snapshot.query(
        fmt::format(
            "SELECT id, kind, title, text, url, created, read_at FROM notifications WHERE person = $1 "
            "AND ($2 OR id < $3){} ORDER BY id DESC LIMIT $4",
            wanted.unread_alone ? " AND read_at IS NULL" : ""),
        person, !wanted.after, wanted.after.value_or(NotificationId({})), wanted.limit);
    if (!rows) return tl::unexpected(rows.error());
    auto items = rows->map(notification_of);
    if (!items) return tl::unexpected(items.error());
    const auto unread = count_unread(snapshot, person);
    if (!unread) return tl::unexpected(unread.error());
    return Inbox{std::move(*items), *unread};
  });
}

base::Result<std::int64_t> mark_read(const storage::Database& database, const people::PersonId& person,
                                     const std::optional<std::vector<NotificationId>>& ids,
                                     base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<std::int64_t> {
    std::vector<storage::Parameter> values{storage::bound(now), storage::bound(person)};
    std::string those;
    if (ids) {
      for (const auto& id : *ids) values.push_back(storage::bound(id));
      those =
          ids->empty() ? " AND FALSE" : fmt::format(" AND id IN ({})", storage::placeholders(3, ids->size()));
    }
    const auto marked = tx.run(
        fmt::format("UPDATE notifications SET read_at = $1 WHERE person = $2 AND read_at IS NULL{}", those),
        values);
    if (!marked) return tl::unexpected(marked.error());
    return count_unread(tx, person);
  });
}

base::Result<int> remove_old_notifications(const storage::Database& database, base::Instant now) {
  const base::Instant read_until = now - kKeepRead, created_until = now - kKeepUnread;
  // Nearly always there is none, which a look alone finds.
  auto rows = database.query(
      "SELECT id FROM notifications WHERE read_at IS NOT NULL AND read_at <= $1 UNION ALL "
      "SELECT id FROM notifications WHERE read_at IS NULL AND created <= $2 LIMIT 1000",
      read_until, created_until);
  if (!rows) return tl::unexpected(rows.error());
  const auto old = rows->map([](const storage::Row& row) { return row.get<NotificationId>("id"); });
  if (!old) return tl::unexpected(old.error());
  if (old->empty()) return 0;
  std::vector<storage::Parameter> values{storage::bound(read_until)};
  for (const auto& id : *old) values.push_back(storage::bound(id));
  // One that is read at this moment stays.
  const auto statement =
      fmt::format("DELETE FROM notifications WHERE (read_at IS NULL OR read_at <= $1) AND id IN ({})",
                  storage::placeholders(2, old->size()));
  return storage::transact(
      database,
      [&](storage::Transaction& tx) -> base::Result<int> {
        const auto gone = tx.run(statement, values);
        if (!gone) return tl::unexpected(gone.error());
        return static_cast<int>(gone->changed());
      },
      storage::Isolation::read_committed);
}

}  // namespace forum
