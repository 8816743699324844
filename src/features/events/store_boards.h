// Boards in memory: built once from the table, then kept by reading what changed since. Any server may have
// made the change: rows carry the board's version at which they changed.
#pragma once
#include <map>
#include <memory>
#include <mutex>

#include "features/events/store.h"

namespace events {

struct BoardWanted {
  Of of = Of::best;
  std::string_view sort{};                           // as `sorted` takes it; empty: by the official score
  std::optional<submissions::SubmissionId> after{};  // the row that the page before ended with
  std::size_t limit = 50;
};

// As one moment knew it.
struct BoardPage {
  std::vector<evaluation::ScoreColumn> columns{};
  std::vector<Placed> rows{};
  bool has_more = false;
  std::optional<base::Instant> updated{};
};

class Boards {
 public:
  explicit Boards(const storage::Database& database) : database_(database) {}

  // Fails with `not_found`, and with `invalid` on another order or a row that is not there. Test scores are
  // among its rows after the release only, for whoever asks.
  base::Result<BoardPage> page(std::string_view event, const BoardWanted& wanted);

 private:
  struct Kept;
  std::shared_ptr<Kept> find_kept(std::string_view key);
  std::shared_ptr<Kept> kept_for(std::string_view key, const EventId& event);

  static constexpr std::size_t kMost = 256;
  storage::Database database_;
  std::mutex mutex_;
  std::map<EventId, std::shared_ptr<Kept>> boards_;
  std::map<std::string, EventId, std::less<>> ids_;  // by what readers call it, slug or id
};

}  // namespace events
