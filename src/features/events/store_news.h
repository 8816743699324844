// What an event's streams are told, and by when: kinds `event`, `board`, `queue`, `message` on the topic
// "event:ID".
#pragma once
#include <string>

#include "features/events/store.h"

namespace events {

std::string topic_of(const EventId& event);

// In the transaction that changed it. Remembers the state that was told.
base::Result<void> tell_event(storage::Transaction& tx, const Seen& seen, base::Instant now);
// `rank`: among all of the board at that moment.
base::Result<void> tell_row(storage::Transaction& tx, const EventId& event, const BoardRow& row, int rank,
                            base::Instant now);
base::Result<void> tell_removed(storage::Transaction& tx, const EventId& event,
                                const submissions::SubmissionId& id, base::Instant now);
base::Result<void> tell_message(storage::Transaction& tx, const EventId& event, const forum::Post& message);

// What only the clock brings about: events that opened or closed by it, and queues as they stand, told at
// most once in each call.
base::Result<void> tell_what_is_due(const storage::Database& database, base::Instant now);

}  // namespace events
