// What organisers may do, and what it makes of the event.
#include <fmt/format.h>

#include "features/events/rules.h"

namespace events {
namespace {

using base::Instant;
using Refusal = std::optional<base::Error>;

constexpr std::size_t kMostTitle = 200, kMostSummary = 500, kMostStatement = 200'000;
constexpr int kMostPerDay = 10'000;

Refusal conflict(std::string message) {
  return base::Error{base::ErrorKind::conflict, std::move(message)};
}
Refusal invalid(std::string message) {
  return base::Error{base::ErrorKind::invalid, std::move(message)};
}

Refusal why_not_checked(State state) {
  if (state == State::checking)
    return conflict("the kit is still being checked; wait for it (its state is shown with the event)");
  if (state == State::refused)
    return conflict(
        "the kit was refused: its findings say what to change; then send it again (`agora event kit`)");
  return std::nullopt;
}

Refusal why_no_close_time(std::optional<Instant> opens, Instant closes, Instant now) {
  if (closes <= now)
    return invalid(
        fmt::format("closes_at {} has passed; to close it at once, close it", base::to_rfc3339(closes)));
  if (opens && closes <= *opens)
    return invalid(fmt::format("closes_at {} does not come after opens_at {}", base::to_rfc3339(closes),
                               base::to_rfc3339(*opens)));
  return std::nullopt;
}

Refusal why_no_texts(const Change& change) {
  if (change.title && (change.title->empty() || change.title->size() > kMostTitle))
    return invalid(fmt::format("a title has 1 to {} bytes", kMostTitle));
  if (change.summary && change.summary->size() > kMostSummary)
    return invalid(fmt::format(
        "a summary has at most {} bytes: one line; the rest belongs into the statement", kMostSummary));
  if (change.statement && change.statement->size() > kMostStatement)
    return invalid(fmt::format("a statement has at most {} bytes", kMostStatement));
  return std::nullopt;
}

Refusal why_no_quotas(const Change& change) {
  for (const auto& [count, name] :
       {std::pair(change.per_day, "per_day"), std::pair(change.failures_per_day, "failures_per_day")})
    if (count && (*count < 1 || *count > kMostPerDay))
      return invalid(fmt::format("{} is {}: it goes from 1 to {}", name, *count, kMostPerDay));
  return std::nullopt;
}

bool changes_rules(const Change& change) {
  return change.opens || change.closes || change.per_day || change.failures_per_day || change.is_trusted;
}

Refusal why_no_times(const Event& event, const Change& change, State state, Instant now) {
  if (change.opens && *change.opens != event.opens && (state == State::open || state == State::closed))
    return conflict(fmt::format("the event opened at {}: that cannot be changed any more",
                                base::to_rfc3339(event.opens.value_or(now))));
  if (change.closes && *change.closes != event.closes && state == State::closed)
    return conflict("the event has closed; open it again, with the new closes_at");
  const auto opens = change.opens ? *change.opens : event.opens;
  const auto closes = change.closes ? *change.closes : event.closes;
  if (closes && (change.opens || change.closes) && state != State::closed)
    return why_no_close_time(opens, *closes, now);
  return std::nullopt;
}

}  // namespace

Refusal why_no_open(const Event& event, State state, std::optional<Instant> closes, Instant now) {
  if (state == State::released)
    return conflict("the final scores have been released, so the event cannot be opened again");
  if (auto refusal = why_not_checked(state)) return refusal;
  if (closes) return why_no_close_time(std::nullopt, *closes, now);
  if (state == State::ready && event.closes) return why_no_close_time(std::nullopt, *event.closes, now);
  return std::nullopt;
}

Refusal why_no_close(const Event& event, State state) {
  if (auto refusal = why_not_checked(state)) return refusal;
  if (state == State::ready)
    return conflict(event.opens
                        ? "the event has not opened yet; to take its opening back, set opens_at to null"
                        : "the event has not opened yet");
  return std::nullopt;
}

Refusal why_no_release(State state, int in_flight) {
  if (auto refusal = why_not_checked(state)) return refusal;
  if (state == State::ready || state == State::open)
    return conflict("test scores are released after the end; close the event first");
  if (in_flight > 0 && state == State::closed)
    return conflict(
        fmt::format("{} still on the way; release when {}, so that the final ranking is final",
                    in_flight == 1 ? "1 submission is" : fmt::format("{} submissions are", in_flight),
                    in_flight == 1 ? "it has ended" : "they have ended"));
  return std::nullopt;
}

Refusal why_no_rescore(State state, std::optional<submissions::ProblemState> next) {
  if (auto refusal = why_not_checked(state)) return refusal;
  if (next && *next != submissions::ProblemState::refused)
    return conflict("a changed kit is being checked already; wait until it has been applied or refused");
  return std::nullopt;
}

Refusal why_no_new_kit(State state) {
  if (state == State::refused) return std::nullopt;
  if (state == State::checking) return why_not_checked(state);
  return conflict(
      "the event's kit has passed its check and stays; for other score types, score again (`agora event "
      "rescore`); for another problem, make another event");
}

Event opened(Event event, State state, std::optional<Instant> closes, Instant now) {
  if (state == State::ready) event.opens = now;
  if (closes)
    event.closes = closes;
  else if (state == State::closed)
    event.closes.reset();
  ++event.version;
  return event;
}

Event closed(Event event, Instant now) {
  event.closes = now;
  ++event.version;
  return event;
}

base::Result<Event> changed(Event event, const Change& change, State state, Instant now) {
  const auto refusals = {why_no_texts(change), why_no_quotas(change),
                         state == State::released && changes_rules(change)
                             ? conflict("the event is over and released: only its texts can change")
                             : std::nullopt,
                         why_no_times(event, change, state, now)};
  for (const auto& refusal : refusals)
    if (refusal) return tl::unexpected(*refusal);
  if (change.title) event.title = *change.title;
  if (change.summary) event.summary = *change.summary;
  if (change.statement) event.statement = *change.statement;
  if (change.opens) event.opens = *change.opens;
  if (change.closes) event.closes = *change.closes;
  if (change.per_day) event.quota.per_day = *change.per_day;
  if (change.failures_per_day) event.quota.failures_per_day = *change.failures_per_day;
  if (change.is_trusted) event.is_trusted = *change.is_trusted;
  ++event.version;
  return event;
}

}  // namespace events
