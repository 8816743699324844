#include "features/events/rules.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace events {
namespace {

using base::Instant;
using Refusal = std::optional<base::Error>;

Refusal conflict(std::string message) {
  return base::Error{base::ErrorKind::conflict, std::move(message)};
}

std::string plural(int count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

// "2026-03-02T00:00:00Z (in 3 h 12 min)"
std::string when(Instant instant, Instant now) {
  const base::Seconds away = instant > now ? instant - now : now - instant;
  return instant > now ? fmt::format("{} (in {})", base::to_rfc3339(instant), words_for(away))
                       : fmt::format("{} ({} ago)", base::to_rfc3339(instant), words_for(away));
}

Refusal why_not_taking(const Event& event, State state, Instant now) {
  switch (state) {
    case State::open:
      return std::nullopt;
    case State::checking:
      return conflict("this event's kit is still being checked; it takes submissions once it is open");
    case State::refused:
      return conflict("this event's kit was refused, so it takes no submissions; its organiser sees why");
    case State::ready:
      if (!event.opens) return conflict("this event has no opening time yet; its organiser opens it");
      return conflict(
          fmt::format("this event opens at {}; until then, try your submission on the starter "
                      "kit with `agora try`",
                      when(*event.opens, now)));
    case State::closed:
      return conflict(fmt::format("this event closed at {}; its organiser can open it again",
                                  when(event.closes.value_or(now), now)));
    case State::released:
      return conflict("this event has ended and its final scores are shown: it takes no more submissions");
  }
  return std::nullopt;
}

std::string reset_words(Instant now) {
  return fmt::format("the count starts anew at {}", when(next_day(now), now));
}

Refusal why_no_quota(const Quota& quota, const submissions::Used& used, Instant now) {
  if (used.scored + used.in_flight >= quota.per_day)
    return conflict(fmt::format(
        "today's {} of your team are used up ({} scored, {} on the way); {}. What fails its trial or is "
        "cancelled is not counted",
        plural(quota.per_day, "submission", "submissions"), used.scored, used.in_flight, reset_words(now)));
  if (used.failed_on_hidden >= quota.failures_per_day)
    return conflict(
        fmt::format("your team's code has failed {} on hidden data today, and {} allowed; {}. `agora try` "
                    "costs nothing",
                    plural(used.failed_on_hidden, "time", "times"),
                    quota.failures_per_day == 1 ? "1 is" : fmt::format("{} are", quota.failures_per_day),
                    reset_words(now)));
  if (used.failed_on_hidden + used.in_flight >= quota.failures_per_day)
    return conflict(fmt::format(
        "if {} on the way failed on hidden data, today's {} would be used up; wait until one "
        "has ended, or cancel one",
        used.in_flight == 1 ? "your submission" : fmt::format("your {} submissions", used.in_flight),
        plural(quota.failures_per_day, "failure", "failures")));
  return std::nullopt;
}

}  // namespace

std::string_view word_for(State state) {
  switch (state) {
    case State::checking:
      return "checking";
    case State::refused:
      return "refused";
    case State::ready:
      return "ready";
    case State::open:
      return "open";
    case State::closed:
      return "closed";
    case State::released:
      return "released";
  }
  return "";
}

people::Ref ref_of(const EventId& id) {
  return {std::string(kKind), base::to_text(id)};
}

State state_of(const Event& event, submissions::ProblemState problem, Instant now) {
  if (event.released) return State::released;
  if (problem == submissions::ProblemState::checking) return State::checking;
  if (problem == submissions::ProblemState::refused) return State::refused;
  if (!event.opens || now < *event.opens) return State::ready;
  return event.closes && now >= *event.closes ? State::closed : State::open;
}

Instant day_of(Instant now) {
  return std::chrono::floor<std::chrono::days>(now);
}

Instant next_day(Instant now) {
  return day_of(now) + std::chrono::days(1);
}

std::string words_for(base::Seconds time) {
  const auto seconds = static_cast<long>(std::ceil(std::max(0.0, time.count())));
  if (seconds < 60) return fmt::format("{} s", seconds);
  const long minutes = (seconds + 59) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60)
    return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                             : fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return fmt::format("{} days", (minutes + 24 * 60 - 1) / (24 * 60));
}

Refusal why_refused(const Event& event, State state, const Standing& standing, Instant now) {
  if (auto refusal = why_not_taking(event, state, now)) return refusal;
  if (!standing.is_participant)
    return base::Error{base::ErrorKind::forbidden,
                       fmt::format("join the event before you submit: `agora join {}`", event.slug)};
  return why_no_quota(event.quota, standing.used, now);
}

Today today_of(const Quota& quota, const submissions::Used& used) {
  const int taken = used.scored + used.in_flight;
  const int left =
      std::min(quota.per_day - taken, quota.failures_per_day - used.failed_on_hidden - used.in_flight);
  return {taken + used.failed_on_hidden, std::max(0, left)};
}

Refusal why_no_join(const Event& event, State state) {
  if (!is_public(event, state)) return conflict("this event is not announced yet: it takes no participants");
  if (state == State::closed || state == State::released)
    return conflict("this event has ended; its board and its starter kit can be seen without joining");
  return std::nullopt;
}

Refusal why_no_leave(int submissions) {
  if (submissions == 0) return std::nullopt;
  return conflict(
      fmt::format("your team has handed in {} here, which {}: one can leave only before the first",
                  plural(submissions, "submission", "submissions"), submissions == 1 ? "stays" : "stay"));
}

std::optional<base::Error> why_no_slug(std::string_view slug) {
  const auto fine = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const auto refuse = [&](std::string_view why) -> Refusal {
    return base::Error{base::ErrorKind::invalid,
                       fmt::format("'{}' cannot be a slug: {}; \"{}\" could", slug, why, slug_from(slug))};
  };
  if (slug.size() < 2 || slug.size() > 60) return refuse("it has 2 to 60 characters");
  if (!std::all_of(slug.begin(), slug.end(), fine)) return refuse("it is of a-z, 0-9 and -");
  if (slug.front() == '-' || slug.back() == '-' || slug.find("--") != std::string_view::npos)
    return refuse("a - stands alone, between two words");
  if (slug.size() == 26 && slug.find('-') == std::string_view::npos) return refuse("it reads like an id");
  return std::nullopt;
}

std::string slug_from(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9'))
      slug += low;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
    if (slug.size() == 50) break;
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (slug.size() < 2 || (slug.size() == 26 && slug.find('-') == std::string::npos))
    slug = slug.empty() ? "event" : "event-" + slug;
  return slug;
}

bool is_public(const Event& event, State state) {
  return event.opens && state != State::checking && state != State::refused;
}

submissions::Sight sight_of(const Event& event, State state, bool is_practice, Seer seer) {
  const bool is_near = seer.manages || seer.is_in_team;
  return {.sees = is_near,
          .sees_code = is_near,
          .is_author = seer.is_in_team,
          .manages = seer.manages,
          .sees_output = is_near && (event.is_trusted || is_practice),
          .sees_test = is_near && state == State::released};
}

std::string team_name(std::string_view name, std::string_view handle, bool is_taken) {
  return is_taken || name.empty() ? fmt::format("{} ({})", name.empty() ? handle : name, handle)
                                  : std::string(name);
}

}  // namespace events
