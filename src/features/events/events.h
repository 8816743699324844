// Events that people take part in: when they are open, who is in which team, what a team may still hand in
// today, the board. Knows nothing of how a submission is scored.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "features/people/people.h"
#include "features/submissions/submissions.h"

namespace events {

using EventId = base::Id<struct EventTag>;
using TeamId = base::Id<struct TeamTag>;

// How people::Ref and submissions::Contest name an event.
inline constexpr std::string_view kKind = "event";

// checking, refused: what became of its kit. ready: waits for its opening; seen by its organisers alone until
// it has an opening time. open, closed: by the clock. released: the test scores are shown.
enum class State { checking, refused, ready, open, closed, released };
std::string_view word_for(State state);

// What one team may use up in a day, which begins at 00:00 UTC.
struct Quota {
  int per_day = 20;           // scored, or on the way to it
  int failures_per_day = 20;  // that failed on hidden data: each tells its author something of it
};

struct Event {
  EventId id;
  std::string slug;
  std::string title;      // empty: its problem's
  std::string summary{};  // one line
  std::string statement;  // Markdown; empty: its problem's
  submissions::ProblemId problem;
  std::optional<submissions::ProblemId> next_problem{};  // a changed kit: all is scored again under it
  std::optional<base::Instant> opens{}, closes{}, released{};
  Quota quota{};
  bool is_trusted = false;  // its participants may see what their code printed on hidden data
  base::Instant created{};
  int version = 1;  // of its texts and settings, for If-Match
};

// A team of one as yet: every participant has one.
struct Team {
  TeamId id;
  std::string name;
};

people::Ref ref_of(const EventId& id);
State state_of(const Event& event, submissions::ProblemState problem, base::Instant now);

// By slug or id.
base::Result<std::optional<Event>> find_event(storage::Session& session, std::string_view slug_or_id);
base::Result<std::optional<Team>> team_of(storage::Session& session, const EventId& event,
                                          const people::PersonId& person);

// An event whose problem is trained and scored in an environment.
struct InEnvironment {
  EventId id;
  std::string slug, title;
  bool is_announced = false;  // anyone may see it
};
base::Result<std::vector<InEnvironment>> events_in_environment(storage::Session& session,
                                                               std::string_view name, std::string_view hash,
                                                               base::Instant now);

// What the submissions' room has to hear and ask; for its Room::open.
submissions::Contest contest();

std::span<const storage::Migration> migrations();

}  // namespace events
