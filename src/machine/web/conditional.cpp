#include "machine/web/conditional.h"

#include <fmt/format.h>

#include "machine/web/text.h"

namespace web {
namespace {

// The opaque part: without W/, and without the mark that compression adds.
std::string_view core_of(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  if (etag.ends_with("-gzip")) etag.remove_suffix(5);
  return etag;
}

enum class Comparison { weak, strong };

bool matches(std::string_view list, std::string_view etag, Comparison comparison) {
  if (trimmed(list) == "*") return true;
  for (const auto candidate : split_list(list)) {
    const bool weak = candidate.starts_with("W/") || etag.starts_with("W/");
    if (weak && comparison == Comparison::strong) continue;
    if (core_of(candidate) == core_of(etag)) return true;
  }
  return false;
}

}  // namespace

std::optional<Response> why_not_current(const Request& request, std::string_view etag) {
  if (!request.headers.has("If-Match"))
    return problem(428, "send If-Match with the ETag of the version that you changed");
  if (matches(request.headers.get("If-Match"), etag, Comparison::strong)) return std::nullopt;
  Response refusal =
      problem(409, "someone changed this meanwhile: read it again, and put your change on top");
  refusal.headers.add("ETag", std::string(etag));
  return refusal;
}

bool is_held_by_client(const Request& request, const Response& response) {
  const auto etag = response.headers.get("ETag");
  return !etag.empty() && request.headers.has("If-None-Match") &&
         matches(request.headers.get("If-None-Match"), etag, Comparison::weak);
}

RangeDecision decide_range(std::string_view range_header, std::uint64_t size) {
  const RangeDecision whole;
  if (!range_header.starts_with("bytes=")) return whole;
  const auto spec = trimmed(range_header.substr(6));
  const auto dash = spec.find('-');
  if (spec.find(',') != std::string_view::npos || dash == std::string_view::npos) return whole;
  const auto first_text = spec.substr(0, dash);
  const auto last_text = spec.substr(dash + 1);
  const auto first = whole_number(first_text);
  const auto last = whole_number(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return whole;
  if (!first) {  // the last N bytes
    if (*last == 0 || size == 0) return {RangeAnswer::unsatisfiable, {}};
    return {RangeAnswer::part, {size - std::min<std::uint64_t>(*last, size), size - 1}};
  }
  if (last && *last < *first) return whole;
  if (*first >= size) return {RangeAnswer::unsatisfiable, {}};
  return {RangeAnswer::part, {*first, last ? std::min<std::uint64_t>(*last, size - 1) : size - 1}};
}

bool range_still_applies(const Request& request, std::string_view etag) {
  const auto condition = request.headers.get("If-Range");
  return condition.empty() || (!etag.empty() && !etag.starts_with("W/") && condition == etag);
}

}  // namespace web
