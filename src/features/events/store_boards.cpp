#include "features/events/store_boards.h"

#include <algorithm>

namespace events {

// One event's board. Its mutex is held while it is brought up to date and read.
struct Boards::Kept {
  std::mutex mutex;
  std::int64_t version = 0;  // the newest of its rows, or of those that left it
  std::optional<Event> event;
  Shown shown = Shown::visible;
  std::vector<evaluation::ScoreColumn> columns;
  std::optional<Order> order;
  std::optional<base::Instant> updated;

  bool is_of(const Event& now) const {
    return event && event->problem == now.problem && is_released() == now.released.has_value() &&
           !columns.empty();
  }
  bool is_released() const { return event->released.has_value(); }
  base::Result<void> begin(storage::Snapshot& snapshot, const Event& now);
  base::Result<void> follow(storage::Snapshot& snapshot, const Event& now);
  base::Result<bool> follow(const storage::Database& database);
  void put(Entry entry);
  base::Result<BoardPage> page(const BoardWanted& wanted) const;
};

namespace {

using storage::Snapshot;

// The one place where test scores come to a board; called after the release alone.
base::Result<void> add_test_scores(Snapshot& snapshot, BoardRow& row) {
  const auto scores = submissions::test_scores(snapshot, row.submission);
  if (!scores) return tl::unexpected(scores.error());
  for (const auto& column : scores->columns)
    for (auto& score : row.scores)
      if (score.name == column.name) score.test = column.bagged_test ? column.bagged_test : column.test_mean;
  return {};
}

base::Failure no_such_row() {
  return base::invalid("after: the row that this page follows is no longer there; begin at the top");
}

// Where the page begins in rows that were sorted for it: behind the row that the page before ended with.
base::Result<std::size_t> start_in(const std::vector<Placed>& placed, const BoardWanted& wanted) {
  if (!wanted.after) return 0;
  const auto at = std::find_if(placed.begin(), placed.end(),
                               [&](const Placed& one) { return one.row->submission == *wanted.after; });
  if (at == placed.end()) return no_such_row();
  return static_cast<std::size_t>(at - placed.begin()) + 1;
}

}  // namespace

base::Result<void> Boards::Kept::begin(Snapshot& snapshot, const Event& now) {
  const auto found = submissions::find_problem(snapshot, now.problem);
  if (!found) return tl::unexpected(found.error());
  version = 0;
  updated.reset();
  event = now;
  columns = *found ? (*found)->columns : std::vector<evaluation::ScoreColumn>();
  shown = is_released() && *found && (*found)->has_test ? Shown::test : Shown::visible;
  order.emplace(columns, shown);
  return {};
}

void Boards::Kept::put(Entry entry) {
  version = std::max(version, entry.version);
  updated = std::max(updated, entry.row.scored);
  if (entry.on_board)
    order->put(std::make_shared<const BoardRow>(std::move(entry.row)));
  else
    order->remove(entry.row.submission);
}

base::Result<void> Boards::Kept::follow(Snapshot& snapshot, const Event& now) {
  if (!is_of(now))
    if (auto begun = begin(snapshot, now); !begun) return begun;
  event = now;
  auto entries = entries_since(snapshot, now.id, version);
  if (!entries) return tl::unexpected(entries.error());
  for (auto& entry : *entries) {
    if (entry.on_board && is_released())
      if (auto added = add_test_scores(snapshot, entry.row); !added) return added;
    put(std::move(entry));
  }
  return {};
}

// The usual read, in one round trip. False where more than rows has changed, or nothing is known yet.
base::Result<bool> Boards::Kept::follow(const storage::Database& database) {
  if (!event || is_released() || columns.empty()) return false;
  auto entries = entries_since(database, *event, version);
  if (!entries) return tl::unexpected(entries.error());
  if (!*entries) return false;
  for (auto& entry : **entries) put(std::move(entry));
  return true;
}

base::Result<BoardPage> Boards::Kept::page(const BoardWanted& wanted) const {
  BoardPage page{.columns = columns, .updated = updated};
  if (!wanted.sort.empty()) {
    auto all = sorted(order->page(wanted.of, 0, order->size(wanted.of)), wanted.sort, columns, shown);
    if (!all) return tl::unexpected(all.error());
    const auto start = start_in(*all, wanted);
    if (!start) return tl::unexpected(start.error());
    const auto end = std::min(all->size(), *start + wanted.limit);
    page.has_more = end < all->size();
    page.rows.assign(all->begin() + static_cast<std::ptrdiff_t>(*start),
                     all->begin() + static_cast<std::ptrdiff_t>(end));
    return page;
  }
  std::size_t start = 0;
  if (wanted.after) {
    const auto place = order->place_of(wanted.of, *wanted.after);
    if (!place) return no_such_row();
    start = *place + 1;
  }
  page.rows = order->page(wanted.of, start, wanted.limit);
  page.has_more = start + page.rows.size() < order->size(wanted.of);
  return page;
}

base::Result<BoardPage> Boards::page(std::string_view key, const BoardWanted& wanted) {
  if (const auto kept = find_kept(key)) {
    const std::scoped_lock lock(kept->mutex);
    const auto followed = kept->follow(database_);
    if (!followed) return tl::unexpected(followed.error());
    if (*followed) return kept->page(wanted);
  }
  return storage::read(database_, [&](Snapshot& snapshot) -> base::Result<BoardPage> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return base::not_found("there is no event '" + std::string(key) + "'");
    const auto kept = kept_for(key, (*event)->id);
    const std::scoped_lock lock(kept->mutex);
    if (auto followed = kept->follow(snapshot, **event); !followed) return tl::unexpected(followed.error());
    return kept->page(wanted);
  });
}

std::shared_ptr<Boards::Kept> Boards::find_kept(std::string_view key) {
  const std::scoped_lock lock(mutex_);
  const auto id = ids_.find(key);
  if (id == ids_.end()) return nullptr;
  const auto found = boards_.find(id->second);
  return found == boards_.end() ? nullptr : found->second;
}

std::shared_ptr<Boards::Kept> Boards::kept_for(std::string_view key, const EventId& event) {
  const std::scoped_lock lock(mutex_);
  if (boards_.size() >= kMost && !boards_.contains(event)) {
    boards_.erase(boards_.begin());
    ids_.clear();
  }
  ids_.insert_or_assign(std::string(key), event);
  auto& kept = boards_[event];
  if (!kept) kept = std::make_shared<Kept>();
  return kept;
}

}  // namespace events
