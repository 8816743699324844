// An event at a glance, for those who run it; and what a person takes part in.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "features/events/store_looks.h"

namespace events {

struct CountAt {
  base::Instant from{};  // the beginning of the hour or day, UTC
  int count = 0;
};

struct Cockpit {
  int participants = 0;
  int teams_without_submission = 0;
  std::vector<CountAt> joined{};     // by day
  std::vector<CountAt> handed_in{};  // by hour, the last kHours that have any
  std::map<std::string, int, std::less<>> states{};
  std::vector<submissions::FailureGroup> failures{};  // the most frequent first
  Counts counts{};
  std::optional<base::Seconds> typical{};
};
inline constexpr int kHours = 72;

// Of one moment. Fails with `not_found`.
base::Result<Cockpit> cockpit_of(const storage::Database& database, std::string_view event,
                                 base::Instant now);

// The events that a person takes part in or organises, as far as the viewer may see them, newest first.
struct EventsOfPerson {
  LookList list;
  std::set<EventId> organised;  // of them
};
// Fails with `not_found` where there is nobody of this handle or id, as far as the viewer may know.
base::Result<EventsOfPerson> events_of_person(const storage::Database& database,
                                              std::string_view handle_or_id, const people::Viewer& viewer,
                                              const std::optional<EventId>& after, int limit,
                                              base::Instant now);

}  // namespace events
