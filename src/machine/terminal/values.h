// Reading answers: members of JSON with a fallback, and times and numbers as people read them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace terminal {

// A member by a path such as "team.name"; null where any part of it is absent or null.
const base::json::value* member(const base::json::value& value, std::string_view path);
// Fit for a terminal; `fallback` where it is absent. Numbers and truths become words.
std::string text_of(const base::json::value& value, std::string_view path, std::string_view fallback = "");
std::optional<double> number_of(const base::json::value& value, std::string_view path);
bool is_true(const base::json::value& value, std::string_view path);
// Items of a list member, or of a list itself with an empty path.
const base::json::array& items_of(const base::json::value& value, std::string_view path);

// A score at its column's precision; "" where absent.
std::string score_text(const std::optional<double>& score, int precision);
// "0.12 s", "3.4 min".
std::string duration_text(double seconds);
// "in 3 days", "2 min ago".
std::string relative_text(base::Instant then, base::Instant now);
// "in 3 days (2026-12-04 18:00 CET)", in the reader's time zone; "" where the text is no time.
std::string moment_text(std::string_view rfc3339, base::Instant now);
// The first half of it.
std::string since_text(std::string_view rfc3339, base::Instant now);

// What people write: RFC 3339, "2026-12-04 18:00" or "2026-12-04" (the reader's time zone), "now", or "+3d",
// "+2h", "+90m" from now. Fails with `invalid`, showing the forms.
base::Result<base::Instant> moment_from(std::string_view text, base::Instant now);

}  // namespace terminal
