#include "core/kit/bytes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace kit {
namespace {

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr std::array kUnits{Unit{"B", 1},      Unit{"kB", 1e3},   Unit{"MB", 1e6},  Unit{"GB", 1e9},
                            Unit{"KiB", kKiB}, Unit{"MiB", kMiB}, Unit{"GiB", kGiB}};

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend() && unit->name != "GB"; ++unit)
    if (static_cast<double>(bytes) >= unit->bytes)
      return fmt::format("{:g} {}", static_cast<double>(bytes) / unit->bytes, unit->name);
  return fmt::format("{} B", bytes);
}

std::optional<double> bytes_from(std::string_view text) {
  double amount = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (failed != std::errc() || !std::isfinite(amount) || amount < 0) return std::nullopt;
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  const auto found =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return known.name == unit; });
  return found == kUnits.end() ? std::nullopt : std::optional(amount * found->bytes);
}

}  // namespace kit
