// Boards in memory: built once from the table, then kept by reading what changed since. Any server may have
// made the change: rows carry the board's version at which they changed.
#pragma once
#include <map>
#include <memory>
#include <mutex>

#include "features/events/store.h"

namespace events {

// As one moment knew it; never changed once it is handed out.
struct ShownBoard {
  std::int64_t version = 0;  // the newest of its rows, or of those that left it
  submissions::ProblemId problem;
  bool is_released = false;
  Shown shown = Shown::visible;
  std::vector<evaluation::ScoreColumn> columns{};
  std::vector<RowPointer> rows{};
  std::vector<Placed> best{}, all{};  // by the official score
  std::optional<base::Instant> updated{};
};
using BoardPointer = std::shared_ptr<const ShownBoard>;

class Boards {
 public:
  explicit Boards(const storage::Database& database) : database_(database) {}

  // Fails with `not_found`. Test scores are among its rows after the release only, for whoever asks.
  base::Result<BoardPointer> find(std::string_view event);

 private:
  BoardPointer known(const EventId& event);
  void keep(const EventId& event, const BoardPointer& board);

  static constexpr std::size_t kMost = 256;
  storage::Database database_;
  std::mutex mutex_;
  std::map<EventId, BoardPointer> boards_;
};

}  // namespace events
