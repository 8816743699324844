#include "core/leaderboard/order.h"

#include <cmath>
#include <tuple>

namespace leaderboard {
namespace {

double value_of(const Row& row, const By& by) {
  switch (by.what) {
    case By::What::score:
      return by.column < row.scores.size() ? row.scores[by.column] : kAbsent;
    case By::What::train_time:
      return row.train_seconds;
    case By::What::created:
      // Exact: microseconds since 1970 need 51 bits.
      return static_cast<double>(row.created.time_since_epoch().count());
  }
  return kAbsent;
}

base::Ulid filled(std::uint8_t byte) {
  base::Ulid ulid;
  ulid.bytes.fill(byte);
  return ulid;
}

}  // namespace

bool operator<(const Key& a, const Key& b) {
  return std::tie(a.is_absent, a.value, a.created, a.id) < std::tie(b.is_absent, b.value, b.created, b.id);
}

Key key_of(const Row& row, const By& by) {
  const auto value = value_of(row, by);
  if (std::isnan(value)) return {true, 0, row.created, row.id};
  return {false, by.better == scoring::Better::higher ? -value : value, row.created, row.id};
}

Key before_ties(Key key) {
  key.created = base::Instant::min();
  key.id = filled(0);
  return key;
}

Key after_ties(Key key) {
  key.created = base::Instant::max();
  key.id = filled(0xff);
  return key;
}

}  // namespace leaderboard
