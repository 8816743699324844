#include "features/events/store_boards.h"

#include <algorithm>

namespace events {
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

base::Result<void> put(Snapshot& snapshot, ShownBoard& board, Entry entry) {
  const auto at = std::find_if(board.rows.begin(), board.rows.end(), [&](const RowPointer& row) {
    return row->submission == entry.row.submission;
  });
  board.version = std::max(board.version, entry.version);
  board.updated = std::max(board.updated, entry.row.scored);
  if (!entry.on_board) {
    if (at != board.rows.end()) board.rows.erase(at);
    return {};
  }
  if (board.is_released)
    if (auto added = add_test_scores(snapshot, entry.row); !added) return added;
  auto row = std::make_shared<const BoardRow>(std::move(entry.row));
  if (at != board.rows.end())
    *at = std::move(row);
  else
    board.rows.push_back(std::move(row));
  return {};
}

base::Result<ShownBoard> begin(Snapshot& snapshot, const Event& event) {
  const auto problem = submissions::find_problem(snapshot, event.problem);
  if (!problem) return tl::unexpected(problem.error());
  ShownBoard board{.problem = event.problem, .is_released = event.released.has_value()};
  if (!*problem) return board;
  board.columns = (*problem)->columns;
  if (board.is_released && (*problem)->has_test) board.shown = Shown::test;
  return board;
}

base::Result<BoardPointer> next(Snapshot& snapshot, const Event& event, const BoardPointer& known) {
  const bool goes_on = known && known->problem == event.problem &&
                       known->is_released == event.released.has_value() && !known->columns.empty();
  auto board = goes_on ? base::Result<ShownBoard>(*known) : begin(snapshot, event);
  if (!board) return tl::unexpected(board.error());
  auto entries = entries_since(snapshot, event.id, board->version);
  if (!entries) return tl::unexpected(entries.error());
  if (goes_on && entries->empty()) return known;
  board->rows.reserve(board->rows.size() + entries->size());
  for (auto& entry : *entries)
    if (auto done = put(snapshot, *board, std::move(entry)); !done) return tl::unexpected(done.error());
  board->all = ranked(board->rows, board->columns, board->shown, Of::all);
  board->best = ranked(board->rows, board->columns, board->shown, Of::best);
  return std::make_shared<const ShownBoard>(std::move(*board));
}

}  // namespace

base::Result<BoardPointer> Boards::find(std::string_view key) {
  return storage::read(database_, [&](Snapshot& snapshot) -> base::Result<BoardPointer> {
    const auto event = find_event(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    if (!*event) return base::not_found("there is no event '" + std::string(key) + "'");
    auto board = next(snapshot, **event, known((*event)->id));
    if (board) keep((*event)->id, *board);
    return board;
  });
}

BoardPointer Boards::known(const EventId& event) {
  const std::lock_guard lock(mutex_);
  const auto found = boards_.find(event);
  return found == boards_.end() ? nullptr : found->second;
}

// Two readers may both have built one: the newer stays.
void Boards::keep(const EventId& event, const BoardPointer& board) {
  const std::lock_guard lock(mutex_);
  auto& kept = boards_[event];
  if (kept && kept->version > board->version && kept->problem == board->problem) return;
  kept = board;
  if (boards_.size() > kMost)
    boards_.erase(boards_.begin()->first == event ? std::prev(boards_.end()) : boards_.begin());
}

}  // namespace events
