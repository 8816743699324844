#include "features/people/recent.h"

#include <atomic>
#include <map>
#include <mutex>

namespace people {
namespace {

struct Touches {
  std::mutex mutex;
  std::map<PersonId, Steady::time_point> people;
  std::atomic<Steady::rep> everyone{0};
  std::atomic<Steady::rep> newest{0};  // of any kind: mostly nobody was touched, and no lock is taken
};

Touches& touches() {
  static Touches all;
  return all;
}

bool is_recent(Steady::rep touched, Steady::time_point now) {
  return touched != 0 && now - Steady::time_point(Steady::duration(touched)) < kViewersKept;
}

Steady::rep clock_now() {
  return Steady::now().time_since_epoch().count();
}

}  // namespace

void touch(const PersonId& person) {
  auto& all = touches();
  const std::scoped_lock lock(all.mutex);
  const auto now = Steady::now();
  if (all.people.size() > 4096)
    std::erase_if(all.people, [&](const auto& each) { return now - each.second >= kViewersKept; });
  all.people.insert_or_assign(person, now);
  all.newest = now.time_since_epoch().count();
}

void touch_everyone() {
  auto& all = touches();
  all.everyone = clock_now();
  all.newest = clock_now();
}

bool was_touched(const PersonId& person, Steady::time_point now) {
  auto& all = touches();
  if (!is_recent(all.newest, now)) return false;
  if (is_recent(all.everyone, now)) return true;
  const std::scoped_lock lock(all.mutex);
  const auto there = all.people.find(person);
  return there != all.people.end() && now - there->second < kViewersKept;
}

}  // namespace people
