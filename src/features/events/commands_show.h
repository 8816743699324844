// Events and boards as people read them, from the JSON that the server gives. Pure: texts out.
#pragma once
#include <map>
#include <span>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "core/kit/kit.h"

namespace events {

std::string list_text(const base::json::array& events, base::Instant now);
// "open, closes in 3 days (2026-12-04 18:00 CET)"
std::string state_text(const base::json::value& event, base::Instant now);
// All that `agora event show` says, the statement last.
std::string event_text(const base::json::value& event, base::Instant now);
// The findings of its check, as kits' findings.
std::vector<kit::Finding> findings_of(const base::json::value& event);

// Ranks by submission, to mark what has changed since.
using Ranks = std::map<std::string, int>;
Ranks ranks_of(const base::json::value& board);
// `before` is null where nothing is to be marked; `most_rows` cuts the end off, but not one's own rows.
std::string board_text(const base::json::value& board, const Ranks* before, std::size_t most_rows,
                       base::Instant now);

}  // namespace events
