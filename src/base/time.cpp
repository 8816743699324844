#include "base/time.h"

#include <cstdio>

#include <fmt/format.h>

namespace base {
using namespace std::chrono;

Instant now() {
  return floor<microseconds>(system_clock::now());
}

std::string to_rfc3339(Instant instant) {
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss<microseconds> clock(instant - day);
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                          clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:06}", clock.subseconds().count());
  return text + "Z";
}

namespace {

// Reads "Z", "+02:00" or "-05:30"; nothing else may follow.
Result<minutes> offset_from(std::string_view text) {
  if (text == "Z" || text == "z") return minutes(0);
  int hour = 0;
  int minute = 0;
  int used = 0;
  const std::string copy(text);
  if (copy.size() != 6 || std::sscanf(copy.c_str() + 1, "%2d:%2d%n", &hour, &minute, &used) != 2 ||
      used != 5 || (copy[0] != '+' && copy[0] != '-'))
    return invalid("a time ends with Z or with an offset such as +02:00");
  return minutes((copy[0] == '-' ? -1 : 1) * (hour * 60 + minute));
}

}  // namespace

Result<Instant> instant_from_rfc3339(std::string_view text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &y, &mo, &d, &h, &mi, &s, &used) != 6 ||
      used != 19)
    return invalid(fmt::format("\"{}\" is no time: write it as 2026-03-01T12:00:00Z", text));
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!date.ok() || h > 23 || mi > 59 || s > 60)
    return invalid(fmt::format("\"{}\" is no day and time that exists", text));
  auto rest = text.substr(19);
  microseconds fraction(0);
  if (rest.starts_with('.')) {
    long scale = 100000;
    for (rest.remove_prefix(1); !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
         rest.remove_prefix(1), scale /= 10)
      fraction += microseconds((rest[0] - '0') * scale);
  }
  auto offset = offset_from(rest);
  if (!offset) return tl::unexpected(offset.error());
  return Instant(sys_days(date)) + hours(h) + minutes(mi) + seconds(s) + fraction - *offset;
}

double Stopwatch::seconds() const {
  return duration<double>(steady_clock::now() - start_).count();
}

}  // namespace base
