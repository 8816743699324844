// Sizes in bytes as people write them: "2 GiB", "512MiB", "1.5 GB". Knows no limits.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kit {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = kKiB << 10;
inline constexpr std::uint64_t kGiB = kKiB << 20;

std::optional<double> bytes_from(std::string_view text);  // absent: no number, no unit, negative, not finite
std::string bytes_text(std::uint64_t bytes);              // in the largest binary unit

}  // namespace kit
