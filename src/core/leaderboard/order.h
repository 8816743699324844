// The order of rows: a key for each, of which the smaller is the better.
#pragma once
#include <compare>
#include <limits>

#include "core/leaderboard/leaderboard.h"

namespace leaderboard {

struct Key {
  bool is_absent = false;
  double value = 0;  // smaller is better; 0 where absent
  base::Instant created{};
  base::Ulid id{};

  bool ties_with(const Key& other) const { return is_absent == other.is_absent && value == other.value; }
  friend bool operator<(const Key& a, const Key& b);
};

Key key_of(const Row& row, const By& by);

// Before and after every key that ties with this one.
Key before_ties(Key key);
Key after_ties(Key key);

}  // namespace leaderboard
