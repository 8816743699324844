// What this room keeps in the database: posts and notifications. The only files here that know SQL are
// store*.cpp.
#pragma once
#include <memory>

#include "base/json.h"
#include "features/agora/agora.h"

namespace forum {

// The routes hold the database without knowing it.
std::shared_ptr<const storage::Database> copy_of(const storage::Database& database);

struct Notification {
  NotificationId id;
  News news;  // its text shortened
  base::Instant created{};
  std::optional<base::Instant> read{};
};
base::json::object to_json(const Notification& notification);

struct NotificationsWanted {
  bool unread_alone = false;
  std::optional<NotificationId> after{};
  int limit = 50;
};
struct Inbox {
  std::vector<Notification> items;  // newest first
  std::int64_t unread = 0;          // of all
};
base::Result<Inbox> inbox_of(const storage::Database& database, const people::PersonId& person,
                             const NotificationsWanted& wanted);

// Those of this person alone, whatever ids are given; all without ids. Returns how many stay unread.
base::Result<std::int64_t> mark_read(const storage::Database& database, const people::PersonId& person,
                                     const std::optional<std::vector<NotificationId>>& ids,
                                     base::Instant now);

}  // namespace forum
