#include <algorithm>
#include <set>

#include "core/leaderboard/order.h"

namespace leaderboard {
namespace {

struct Keyed {
  Key key;
  std::size_t row;
};

std::vector<Keyed> in_order(std::span<const Row> rows, const By& by) {
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) keyed.push_back({key_of(rows[i], by), i});
  std::sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
  return keyed;
}

}  // namespace

std::vector<Ranked> rank(std::span<const Row> rows, const By& by, Ties ties) {
  const auto keyed = in_order(rows, by);
  std::vector<Ranked> ranked;
  ranked.reserve(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    const bool shares = ties == Ties::shared && i > 0 && keyed[i].key.ties_with(keyed[i - 1].key);
    ranked.push_back({keyed[i].row, shares ? ranked.back().rank : static_cast<int>(i) + 1});
  }
  return ranked;
}

std::vector<std::size_t> best_per_team(std::span<const Row> rows, const By& by) {
  std::set<std::string_view> seen;
  std::vector<std::size_t> best;
  for (const auto& keyed : in_order(rows, by)) {
    if (seen.insert(rows[keyed.row].team).second) best.push_back(keyed.row);
  }
  return best;
}

}  // namespace leaderboard
