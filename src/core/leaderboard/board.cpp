// The keys lie in a tree whose nodes know how many are below them, so that a place is counted in O(log n). A
// rank is a place: with shared ties, that of the first key of the tie. One row that comes, goes or moves
// passes a stretch of others, and each of these moves by one rank; so a change is told as that stretch.
#include <algorithm>
#include <cassert>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <map>
#include <set>

#include "core/leaderboard/order.h"

namespace leaderboard {

using Tree = __gnu_pbds::tree<Key, __gnu_pbds::null_type, std::less<Key>, __gnu_pbds::rb_tree_tag,
                              __gnu_pbds::tree_order_statistics_node_update>;

struct Board::State {
  By by;
  Of of;
  Ties ties;
  std::map<base::Ulid, Row> rows{};
  std::map<std::string, std::set<Key>, std::less<>> teams{};  // for Of::best: each one's rows
  Tree tree{};

  int rank_of(const Key& key) const {
    return static_cast<int>(tree.order_of_key(ties == Ties::shared ? before_ties(key) : key)) + 1;
  }
  // How many rank no lower than the key.
  std::size_t up_to(const Key& key) const {
    if (ties == Ties::shared) return tree.order_of_key(after_ties(key));
    return tree.order_of_key(key) + (tree.find(key) == tree.end() ? 0 : 1);
  }

  void add(Row row);
  void drop(std::map<base::Ulid, Row>::iterator row);
  std::optional<Key> stands_for(const Row& row) const;
  std::optional<Key> key_on_board(const base::Ulid& id) const;
  Change move(const std::optional<Key>& from, const std::optional<Key>& to);
  void tell_the_passed(Change& change, const std::optional<Key>& from, const std::optional<Key>& to) const;
};

void Board::State::add(Row row) {
  if (of == Of::best) teams[row.team].insert(key_of(row, by));
  const auto id = row.id;
  rows.insert_or_assign(id, std::move(row));
}

void Board::State::drop(std::map<base::Ulid, Row>::iterator row) {
  if (of == Of::best) {
    const auto team = teams.find(row->second.team);
    team->second.erase(key_of(row->second, by));
    if (team->second.empty()) teams.erase(team);
  }
  rows.erase(row);
}

// The key that is on the board, or would be, for the row: its own, or its team's best.
std::optional<Key> Board::State::stands_for(const Row& row) const {
  if (of == Of::all) {
    const auto found = rows.find(row.id);
    if (found == rows.end()) return std::nullopt;
    return key_of(found->second, by);
  }
  const auto team = teams.find(row.team);
  if (team == teams.end()) return std::nullopt;
  return *team->second.begin();
}

// Nothing for a row that is unknown, or behind its team's best.
std::optional<Key> Board::State::key_on_board(const base::Ulid& id) const {
  const auto found = rows.find(id);
  if (found == rows.end()) return std::nullopt;
  const auto key = key_of(found->second, by);
  return tree.find(key) == tree.end() ? std::nullopt : std::optional(key);
}

Board::Change Board::State::move(const std::optional<Key>& from, const std::optional<Key>& to) {
  Change change;
  if (!from && !to) return change;
  if (from && to && !(*from < *to) && !(*to < *from)) return change;
  if (from) {
    change.before = {from->id, rank_of(*from)};
    tree.erase(*from);
  }
  if (to) {
    tree.insert(*to);
    change.after = {to->id, rank_of(*to)};
  }
  tell_the_passed(change, from, to);
  return change;
}

void Board::State::tell_the_passed(Change& change, const std::optional<Key>& from,
                                   const std::optional<Key>& to) const {
  const auto left = from ? up_to(*from) : tree.size();
  const auto come = to ? up_to(*to) : tree.size();
  change.first = std::min(left, come);
  change.last = std::max(left, come);
  if (change.first < change.last) change.by = come < left ? 1 : -1;
}

Board::Board(By by, Of of, Ties ties) : state_(new State{by, of, ties}) {}
Board::Board(Board&&) noexcept = default;
Board& Board::operator=(Board&&) noexcept = default;
Board::~Board() = default;

Board::Change Board::put(Row row) {
  auto& state = *state_;
  const auto from = state.stands_for(row);
  if (const auto same = state.rows.find(row.id); same != state.rows.end()) {
    assert(same->second.team == row.team);
    state.drop(same);
  }
  const Row about{row.id, row.team};
  state.add(std::move(row));
  return state.move(from, state.stands_for(about));
}

Board::Change Board::remove(const base::Ulid& id) {
  auto& state = *state_;
  const auto found = state.rows.find(id);
  if (found == state.rows.end()) return {};
  const Row about{id, found->second.team};
  const auto from = state.stands_for(about);
  state.drop(found);
  return state.move(from, state.stands_for(about));
}

std::size_t Board::size() const {
  return state_->tree.size();
}

std::vector<Board::Place> Board::page(std::size_t first, std::size_t count) const {
  const auto& state = *state_;
  std::vector<Place> places;
  auto key = state.tree.find_by_order(first);
  for (; key != state.tree.end() && places.size() < count; ++key)
    places.push_back({&state.rows.at(key->id), state.rank_of(*key)});
  return places;
}

const Row* Board::find(const base::Ulid& id) const {
  const auto found = state_->rows.find(id);
  return found == state_->rows.end() ? nullptr : &found->second;
}

std::optional<int> Board::rank_of(const base::Ulid& id) const {
  const auto key = state_->key_on_board(id);
  return key ? std::optional(state_->rank_of(*key)) : std::nullopt;
}

std::optional<std::size_t> Board::place_of(const base::Ulid& id) const {
  const auto key = state_->key_on_board(id);
  return key ? std::optional(state_->tree.order_of_key(*key)) : std::nullopt;
}

}  // namespace leaderboard
