#include "judge/evaluation/results.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace evaluation {
namespace {

constexpr std::uint64_t kHeader = 64;
constexpr std::uint64_t kRaggedBytesPerRow = 64u << 10;
constexpr std::uint64_t kRaggedMost = 256u << 20;
constexpr std::uint64_t kFreeColumns = 256;

tl::unexpected<Failure> refused(FailureKind kind, std::string message) {
  Failure failure;
  failure.kind = kind;
  failure.phase = Phase::predict;
  failure.message = std::move(message);
  return tl::unexpected(std::move(failure));
}

template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::uint64_t width_of(std::string_view dtype) {
  for (const auto& [name, width] :
       {std::pair<std::string_view, std::uint64_t>{"f4", 4}, {"f8", 8}, {"i4", 4}, {"i8", 8}, {"b1", 1}}) {
    if (dtype == name) return width;
  }
  return 0;
}

template <class T>
std::size_t first_not_finite(std::string_view numbers) {
  const auto count = numbers.size() / sizeof(T);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(number_at<T>(numbers, i * sizeof(T)))) return i;
  }
  return count;
}

std::string shape_text(std::uint64_t rows, std::uint64_t columns) {
  return columns == 0 ? fmt::format("({},)", rows) : fmt::format("({}, {})", rows, columns);
}

// The place of the first NaN or infinite number, in words; empty where all are finite.
std::string why_not_finite(const Predictions& p, std::string_view numbers) {
  const bool wide = p.dtype == "f8";
  if (!wide && p.dtype != "f4") return {};
  const auto at = wide ? first_not_finite<double>(numbers) : first_not_finite<float>(numbers);
  if (at * (wide ? 8 : 4) >= numbers.size()) return {};
  const double value =
      wide ? number_at<double>(numbers, at * 8) : static_cast<double>(number_at<float>(numbers, at * 4));
  const auto row =
      p.ragged ? std::string() : fmt::format(" in row {}", at / std::max<std::uint64_t>(p.columns, 1));
  return fmt::format("predictions hold {}{}", std::isnan(value) ? "NaN" : "an infinite number", row);
}

Judged<Predictions> read_dense(std::string_view region, const Expected& expected) {
  Predictions p;
  p.dtype = std::string(region.substr(4, 2));
  p.rank = number_at<std::uint16_t>(region, 6);
  p.rows = number_at<std::uint64_t>(region, 8);
  p.columns = number_at<std::uint64_t>(region, 16);
  const auto width = width_of(p.dtype);
  if (width == 0)
    return refused(FailureKind::dtype,
                   "predictions claim a dtype that is none of float32, float64, int32, int64, bool");
  const bool right_rank = p.rank == 1 || (p.rank == 2 && p.columns > 0);
  const bool right_columns = expected.any_columns || p.columns == expected.columns;
  if (!right_rank || p.rows != expected.rows || !right_columns || (p.rank == 1 && p.columns != 0))
    return refused(FailureKind::shape,
                   fmt::format("predictions have shape {}, expected {}", shape_text(p.rows, p.columns),
                               shape_text(expected.rows, expected.columns)));
  const auto each = std::max<std::uint64_t>(p.columns, 1);
  if (p.columns > region.size() || p.rows > (region.size() - kHeader) / (each * width))
    return refused(FailureKind::shape, "predictions claim more rows than their memory holds");
  p.numbers = region.substr(kHeader, p.rows * each * width);
  p.bytes = region.substr(0, kHeader + p.numbers.size());
  if (p.dtype == "b1" &&
      !std::all_of(p.numbers.begin(), p.numbers.end(), [](char c) { return c == 0 || c == 1; }))
    return refused(FailureKind::dtype, "predictions claim dtype bool, but hold other values than 0 and 1");
  if (auto why = why_not_finite(p, p.numbers); !why.empty()) return refused(FailureKind::nan, why);
  return p;
}

Judged<Predictions> read_ragged(std::string_view region, const Expected& expected) {
  Predictions p;
  p.ragged = true;
  p.dtype = "f8";
  p.rows = number_at<std::uint64_t>(region, 8);
  p.columns = number_at<std::uint64_t>(region, 16);
  const auto items = number_at<std::uint64_t>(region, 24);
  if (p.rows != expected.rows)
    return refused(FailureKind::shape,
                   fmt::format("predictions have {} rows, expected {}", p.rows, expected.rows));
  const auto room = region.size() - kHeader;
  if (p.rows > room / 16 || p.columns == 0 || p.columns > 4096 ||
      items > (room - 16 * p.rows) / (8 * p.columns))
    return refused(FailureKind::shape, "predictions claim more items than their memory holds");
  // Rows stand behind one another: shared items would grow without bound where they become lists again.
  std::uint64_t taken = 0;
  for (std::uint64_t row = 0; row < p.rows; ++row) {
    const auto start = number_at<std::int64_t>(region, kHeader + 16 * row);
    const auto end = number_at<std::int64_t>(region, kHeader + 16 * row + 8);
    const bool null_row = start == -1 && end == -1;
    if (null_row) continue;
    if (start < 0 || end < start || static_cast<std::uint64_t>(end) > items)
      return refused(FailureKind::shape, fmt::format("predictions of row {} lie outside their memory", row));
    if (static_cast<std::uint64_t>(start) != taken)
      return refused(FailureKind::shape,
                     fmt::format("predictions of row {} do not begin where the row before ended", row));
    taken = static_cast<std::uint64_t>(end);
  }
  const auto numbers = region.substr(kHeader + 16 * p.rows, items * p.columns * 8);
  p.bytes = region.substr(0, kHeader + 16 * p.rows + numbers.size());
  if (auto why = why_not_finite(p, numbers); !why.empty()) return refused(FailureKind::nan, why);
  return p;
}

}  // namespace

std::uint64_t capacity_for(const Expected& expected) {
  if (expected.ragged)
    return kHeader + 16 * expected.rows + std::min(kRaggedMost, expected.rows * kRaggedBytesPerRow);
  const auto columns = expected.any_columns ? std::max(expected.columns, kFreeColumns)
                                            : std::max<std::uint64_t>(expected.columns, 1);
  return kHeader + expected.rows * columns * 8;
}

Judged<Predictions> read_predictions(std::string_view memory, const Region& region,
                                     const Expected& expected) {
  if (region.offset > memory.size()) return refused(FailureKind::shape, "no predictions were returned");
  const auto bytes = memory.substr(region.offset, region.capacity);
  if (bytes.size() < kHeader) return refused(FailureKind::shape, "no predictions were returned");
  if (bytes.starts_with("AGR1") && !expected.ragged) return read_dense(bytes, expected);
  if (bytes.starts_with("AGRR") && expected.ragged) return read_ragged(bytes, expected);
  return refused(FailureKind::shape, "no predictions were returned");
}

}  // namespace evaluation
