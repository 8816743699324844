// ETags, preconditions and ranges: RFC 9110, sections 13 and 14.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "machine/web/message.h"

namespace web {

// For changes of a shared text. Compares If-Match with the text's present ETag (quoted): 409 where it
// differs (a stale version is a conflict like any other here), 428 where it is missing; nothing when the
// change may go on.
std::optional<Response> why_not_current(const Request& request, std::string_view etag);

// Whether the client holds this representation already: a 304 is due.
bool is_held_by_client(const Request& request, const Response& response);

struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
};
enum class RangeAnswer { whole, part, unsatisfiable };
struct RangeDecision {
  RangeAnswer answer = RangeAnswer::whole;
  Range range{};
};
// One range is served; several, or a malformed one, get the whole.
RangeDecision decide_range(std::string_view range_header, std::uint64_t size);
// If-Range: the range counts only while the ETag is still this one.
bool range_still_applies(const Request& request, std::string_view etag);

}  // namespace web
