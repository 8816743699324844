// Cells that wait, sealed, for a submission: each problem has a lot of them, and one keeper of the judge
// fills the lots again while nobody waits. A cell serves once.
#pragma once
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "judge/evaluation/fold_run.h"

namespace evaluation {

class Lot {
 public:
  std::optional<ParkedFold> take();  // one that still lives
  void park(ParkedFold cell);
  void clear();
  std::size_t size() const;

 private:
  mutable std::mutex guard_;
  std::vector<ParkedFold> cells_;
};

// How many cells may wait: by the cores, and at most a hundredth of the memory that is free.
std::size_t most_parked();

class Keeper {
 public:
  using Spawn = std::function<Judged<ParkedFold>(const Problem&, const std::stop_token&)>;
  using Renew = std::function<void(const Problem&, const std::stop_token&)>;
  // `renew` is called before a lot is filled: zygotes that have served long are replaced there.
  Keeper(std::size_t most, Renew renew, Spawn spawn);

  // Wants the problem's lot full, soon: a cell for each of its folds, as far as there is room. The problems
  // that were asked for longest ago make room.
  void fill(const std::shared_ptr<const Problem>& problem);

 private:
  using Asked = std::weak_ptr<const Problem>;
  void work(const std::stop_token& stop);
  bool make_room_for(const Problem& problem);
  void fill_lot(const std::shared_ptr<const Problem>& problem, const std::stop_token& stop);

  std::size_t most_;
  Renew renew_;
  Spawn spawn_;
  std::mutex guard_;
  std::condition_variable_any asked_;
  std::list<Asked> recent_;  // the last one that was asked for in front
  bool news_ = false;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace evaluation
