// Who may try code on an event's public data, and when.
#include <fmt/format.h>

#include "features/events/rules.h"

namespace events {
namespace {

using Refusal = std::optional<base::Error>;

Refusal conflict(std::string message) {
  return base::Error{base::ErrorKind::conflict, std::move(message)};
}

}  // namespace

Refusal why_no_try(const Event& event, State state, Tryer who, base::Instant now) {
  if (!who.is_participant && !who.is_organiser)
    return base::Error{
        base::ErrorKind::forbidden,
        state == State::closed || state == State::released
            ? "this event has ended, and only who took part can try code here: use its starter kit with "
              "`agora "
              "try`"
            : fmt::format("join the event before you try code here: `agora join {}`", event.slug)};
  if (state == State::checking)
    return conflict("this event's kit is still being checked; code can be tried once it has passed");
  if (state == State::refused)
    return conflict("this event's kit was refused, so nothing can be tried on it; its organiser sees why");
  if (state != State::ready || who.is_organiser) return std::nullopt;
  if (!event.opens) return conflict("this event has no opening time yet; its organiser opens it");
  return conflict(
      fmt::format("this event opens at {} (in {}); until then, try your code on the starter kit with "
                  "`agora try`",
                  base::to_rfc3339(*event.opens), words_for(*event.opens - now)));
}

}  // namespace events
