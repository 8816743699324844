// Messages of an event's organisers to all who take part: posts on the event, told to each.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/events/store.h"

namespace events {

struct NewMessage {
  people::Person author;
  std::string title;
  std::string text;
};
// The message, its line in the audit log and what each hears of it are one transaction. Every participant and
// organiser is told once, but for its author. `act.object` is filled in. Fails with `not_found`, or `invalid`
// where the words will not do.
base::Result<forum::Post> send_message(const storage::Database& database, std::string_view event,
                                       const NewMessage& message, people::Act act, base::Instant now);

// Newest first. Fails with `not_found`.
base::Result<std::vector<forum::Post>> messages_of(const storage::Database& database, std::string_view event,
                                                   const std::optional<forum::PostId>& after, int limit);

}  // namespace events
