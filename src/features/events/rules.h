// What may be done with an event and when, and who sees what of its submissions: decisions over values.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "features/events/events.h"

namespace events {

// A day of quotas begins at 00:00 UTC, wherever people are.
base::Instant day_of(base::Instant now);
base::Instant next_day(base::Instant now);

// "2 h 5 min", "3 days", "40 s": for people, rounded up.
std::string words_for(base::Seconds time);

// Where a team stands that wants to hand something in.
struct Standing {
  bool is_participant = false;
  submissions::Used used{};  // since day_of(now)
};
std::optional<base::Error> why_refused(const Event& event, State state, const Standing& standing,
                                       base::Instant now);

// Whether a person may try code on the event's public data: its organisers from when its kit has passed, its
// participants from its opening on, and after its end.
struct Tryer {
  bool is_participant = false;
  bool is_organiser = false;
};
std::optional<base::Error> why_no_try(const Event& event, State state, Tryer who, base::Instant now);

struct Today {
  int submitted = 0;
  int left = 0;
};
Today today_of(const Quota& quota, const submissions::Used& used);

std::optional<base::Error> why_no_join(const Event& event, State state);
std::optional<base::Error> why_no_leave(int submissions);

// Acts of organisers. `closes` is what the act asks for, if anything.
std::optional<base::Error> why_no_open(const Event& event, State state, std::optional<base::Instant> closes,
                                       base::Instant now);
std::optional<base::Error> why_no_close(const Event& event, State state);
std::optional<base::Error> why_no_release(State state, int in_flight);
// `next`: of the event's next_problem, where it has one.
std::optional<base::Error> why_no_rescore(State state, std::optional<submissions::ProblemState> next);

// A mended kit takes the place of one that was refused.
std::optional<base::Error> why_no_new_kit(State state);

// The event after the act; for events that it may be done to.
Event opened(Event event, State state, std::optional<base::Instant> closes, base::Instant now);
Event closed(Event event, base::Instant now);

// What an organiser may change while it goes on. A time that is asked for and holds nothing is taken away.
struct Change {
  std::optional<std::string> title{}, summary{}, statement{};
  std::optional<std::optional<base::Instant>> opens{}, closes{};
  std::optional<int> per_day{}, failures_per_day{};
  std::optional<bool> is_trusted{};
};
// Fails with `conflict` where the event's state forbids it, `invalid` where the result would make no sense.
base::Result<Event> changed(Event event, const Change& change, State state, base::Instant now);

// Slugs stand in URLs: "variable-stars-2026".
std::optional<base::Error> why_no_slug(std::string_view slug);
std::string slug_from(std::string_view name);  // a valid one, whatever the name

// Strangers see it from when it has an opening time and its kit passed.
bool is_public(const Event& event, State state);

struct Seer {
  bool manages = false;  // organiser of this event
  bool is_in_team = false;
};
submissions::Sight sight_of(const Event& event, State state, bool is_practice, Seer seer);

// A team of one is called like its person; a second one of that name gets the handle too.
std::string team_name(std::string_view name, std::string_view handle, bool is_taken);

}  // namespace events
