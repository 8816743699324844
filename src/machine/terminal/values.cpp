#include "machine/terminal/values.h"

#include <charconv>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "machine/terminal/terminal.h"

namespace terminal {
namespace json = base::json;
using base::Instant;

const json::value* member(const json::value& value, std::string_view path) {
  const auto* found = &value;
  while (found != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    found = base::find_member(*found, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string text_of(const json::value& value, std::string_view path, std::string_view fallback) {
  const auto* found = member(value, path);
  if (found == nullptr) return std::string(fallback);
  if (found->is_string()) return plain(std::string_view(found->get_string()));
  if (found->is_bool()) return found->get_bool() ? "yes" : "no";
  return base::to_text(*found);
}

std::optional<double> number_of(const json::value& value, std::string_view path) {
  const auto* found = member(value, path);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

bool is_true(const json::value& value, std::string_view path) {
  const auto* found = member(value, path);
  return found != nullptr && found->is_bool() && found->get_bool();
}

const json::array& items_of(const json::value& value, std::string_view path) {
  static const json::array kNone;
  const auto* found = member(value, path);
  return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

std::string score_text(const std::optional<double>& score, int precision) {
  return score ? fmt::format("{:.{}f}", *score, precision) : "";
}

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

namespace {

std::string counted(double count, std::string_view unit) {
  const auto whole = std::floor(count + 0.02);  // a moment less than 3 days is 3 days
  return fmt::format("{:.0f} {}{}", whole, unit, whole == 1 || unit == "min" || unit == "s" ? "" : "s");
}

std::string span_text(double seconds) {
  if (seconds < 120) return counted(seconds, "s");
  if (seconds < 2 * 3600) return counted(seconds / 60, "min");
  if (seconds < 2 * 86400) return counted(seconds / 3600, "hour");
  return counted(seconds / 86400, "day");
}

std::string local_text(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::localtime_r(&time, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M %Z", &parts)};
}

}  // namespace

std::string relative_text(Instant then, Instant now) {
  const auto seconds = std::chrono::duration<double>(then - now).count();
  if (std::abs(seconds) < 1) return "now";
  return seconds > 0 ? "in " + span_text(seconds) : span_text(-seconds) + " ago";
}

std::string moment_text(std::string_view rfc3339, Instant now) {
  const auto instant = base::instant_from_rfc3339(rfc3339);
  return instant ? fmt::format("{} ({})", relative_text(*instant, now), local_text(*instant)) : "";
}

std::string since_text(std::string_view rfc3339, Instant now) {
  const auto instant = base::instant_from_rfc3339(rfc3339);
  return instant ? relative_text(*instant, now) : "";
}

namespace {

// "+3d": nothing where it is written otherwise.
std::optional<std::chrono::seconds> span_from(std::string_view text) {
  if (text.size() < 3 || text.front() != '+') return std::nullopt;
  long count = 0;
  const auto* end = text.data() + text.size() - 1;
  const auto [stop, failed] = std::from_chars(text.data() + 1, end, count);
  if (failed != std::errc() || stop != end || count < 0 || count > 1'000'000) return std::nullopt;
  if (*end == 'm') return std::chrono::minutes(count);
  if (*end == 'h') return std::chrono::hours(count);
  if (*end == 'd') return std::chrono::hours(24 * count);
  return std::nullopt;
}

// "2026-12-04 18:00", "2026-12-04T18:00", "2026-12-04": by the reader's clock.
std::optional<Instant> local_from(const std::string& text) {
  for (const auto* form : {"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    const auto day = parts.tm_mday;
    parts.tm_isdst = -1;
    const auto time = std::mktime(&parts);
    if (time == -1 || parts.tm_mday != day) return std::nullopt;  // 31 February
    return Instant(std::chrono::seconds(time));
  }
  return std::nullopt;
}

}  // namespace

base::Result<Instant> moment_from(std::string_view text, Instant now) {
  if (text == "now") return now;
  if (const auto span = span_from(text)) return now + *span;
  if (const auto local = local_from(std::string(text))) return *local;
  if (auto instant = base::instant_from_rfc3339(text)) return instant;
  return base::invalid(fmt::format(
      "\"{}\" is no time: write it like \"2026-12-04 18:00\", \"2026-12-04T18:00:00Z\", +3d, +2h or now",
      plain(text)));
}

}  // namespace terminal
