// What routes want to know, each read of one moment.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "features/events/board.h"
#include "features/events/seen.h"

namespace events {

// The routes hold the database without knowing it.
std::shared_ptr<const storage::Database> copy_of(const storage::Database& database);

// What a viewer may do with an event. Fails with `not_found` where it is not there or not to be seen.
struct Access {
  bool is_organiser = false;
  bool is_participant = false;
};
base::Result<Access> access_to(const storage::Database& database, std::string_view event,
                               const people::Viewer& viewer, base::Instant now);

struct Look {
  Seen seen;
  Mine mine;
  std::optional<submissions::Problem> next_problem{};  // for organisers
};
base::Result<Look> look_at(const storage::Database& database, std::string_view event,
                           const people::Viewer& viewer, base::Instant now);

struct LookList {
  std::vector<Look> items;
  std::optional<EventId> next{};  // after which the next page begins
};
// Those that the viewer may see, newest first.
base::Result<LookList> look_at_all(const storage::Database& database, const people::Viewer& viewer,
                                   const std::optional<EventId>& after, std::optional<State> state, int limit,
                                   base::Instant now);

base::Result<std::optional<Team>> team_of_viewer(const storage::Database& database, std::string_view event,
                                                 const people::Viewer& viewer);

struct Participant {
  people::Person person;
  std::optional<Team> team{};
  std::optional<base::Instant> joined{};
  std::string_view role;
};
// Organisers first, then participants as they came.
base::Result<std::vector<Participant>> participants_of(const storage::Database& database,
                                                       std::string_view event, base::Instant now);

struct Page {
  base::json::array items;
  std::optional<submissions::SubmissionId> next{};
};
// All for organisers, their team's for participants.
base::Result<Page> submissions_of(const storage::Database& database, submissions::Room& room,
                                  std::string_view event, const people::Viewer& viewer,
                                  const std::optional<submissions::SubmissionId>& after, int limit,
                                  base::Instant now);
base::Result<base::json::value> view_of(const storage::Database& database, submissions::Room& room,
                                        const submissions::Submission& submission,
                                        const people::Viewer& viewer, base::Instant now);

// The event log, as an event's streams read it.
std::string topic_of(const EventId& event);
struct Told {
  std::int64_t position = 0;
  std::string kind, payload;
};
base::Result<std::int64_t> newest_news(const storage::Database& database);
// Whether what came behind `after` is all still there.
base::Result<bool> is_kept(const storage::Database& database, std::int64_t after);
base::Result<std::vector<Told>> news_of(const storage::Database& database, const EventId& event,
                                        std::int64_t after, std::size_t limit);

}  // namespace events
