#include "machine/engine/schedule.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <deque>
#include <set>
#include <tuple>

namespace engine {
namespace {

// Serves the lanes in order, on paper.
class Foresight {
 public:
  Foresight(std::vector<Lane> lanes, std::span<const std::size_t> at_work)
      : lanes_(std::move(lanes)), at_work_(at_work.begin(), at_work.end()), order_(Sooner{&lanes_}) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      latest_ = std::max(latest_, lanes_[i].turn);
      if (!is_empty(i)) order_.insert(i);
    }
  }

  bool is_empty(std::size_t lane) const { return lanes_[lane].groups.empty(); }

  void end_the_oldest() {
    if (at_work_.empty()) return;
    const auto lane = at_work_.front();
    at_work_.pop_front();
    change(lane, [&](Lane& ended) { --ended.running; });
  }

  void serve_one() {
    assert(!order_.empty());
    const auto lane = *order_.begin();
    change(lane, [&](Lane& served) {
      auto& group = served.groups.front();
      if (--group.jobs == 0) served.groups.erase(served.groups.begin());
      served.turn = ++latest_;
      ++served.running;
    });
    at_work_.push_back(lane);
  }

 private:
  struct Sooner {
    const std::vector<Lane>* lanes;
    Head head(std::size_t i) const {
      const auto& lane = (*lanes)[i];
      return {lane.groups.front().priority, lane.running, lane.turn, lane.oldest};
    }
    bool operator()(std::size_t a, std::size_t b) const {
      const auto first = head(a), second = head(b);
      if (goes_before(first, second)) return true;
      return !goes_before(second, first) && a < b;
    }
  };

  template <class Change>
  void change(std::size_t lane, Change&& how) {
    if (!is_empty(lane)) order_.erase(lane);
    how(lanes_[lane]);
    if (!is_empty(lane)) order_.insert(lane);
  }

  std::vector<Lane> lanes_;
  std::deque<std::size_t> at_work_;
  std::set<std::size_t, Sooner> order_;  // the lanes that are not empty
  std::int64_t latest_ = 0;
};

}  // namespace

bool goes_before(const Head& a, const Head& b) {
  return std::tuple(-std::int64_t{a.priority}, a.running, a.turn, a.job) <
         std::tuple(-std::int64_t{b.priority}, b.running, b.turn, b.job);
}

std::optional<std::size_t> choose(std::span<const Head> heads) {
  if (heads.empty()) return std::nullopt;
  const auto first = std::min_element(heads.begin(), heads.end(), goes_before);
  return static_cast<std::size_t>(first - heads.begin());
}

int served_before(std::vector<Lane> lanes, std::size_t mine, std::span<const std::size_t> at_work) {
  assert(mine < lanes.size() && !lanes[mine].groups.empty());
  Foresight foresight(std::move(lanes), at_work);
  int served = 0;
  for (; !foresight.is_empty(mine); ++served) {
    foresight.end_the_oldest();
    foresight.serve_one();
  }
  return served - 1;
}

base::Seconds pause_after(int attempts) {
  constexpr double kMost = 300;
  return base::Seconds(std::min(kMost, std::pow(4.0, std::max(0, attempts - 1))));
}

}  // namespace engine
