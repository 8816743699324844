// What may be said of the queue: a job's place, the load.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "machine/engine/queue_jobs.h"
#include "machine/engine/schedule.h"

namespace engine {
namespace {

using storage::Row;
using storage::Session;

// Jobs of another type, all of which count, as if `mine` stood behind them in a lane that is not theirs.
Job among(const Job& mine, std::string_view type) {
  Job seen = mine;
  if (type == mine.type) return seen;
  seen.type = type;
  seen.lane.clear();
  base::Ulid last;
  last.bytes.fill(0xff);
  seen.id = JobId(last);
  return seen;
}

// The lanes of some types as they stand, each job that is not after `mine` in its lane counted.
class Standing {
 public:
  base::Result<void> add(Session& session, const Job& mine, base::Instant now);
  int served_before(const Job& mine) const;

 private:
  using Name = std::pair<std::string, std::string>;  // type and lane
  base::Result<void> add_lanes(Session& session, const Job& mine);
  base::Result<void> add_ready(Session& session, const Job& mine);
  base::Result<void> add_paused(Session& session, const Job& mine, base::Instant now);
  base::Result<void> add_running(Session& session, const Job& mine);
  struct Ranked {
    Lane lane;
    std::map<int, int, std::greater<>> jobs{};  // by priority
    std::optional<int> priority_of_oldest{};
  };
  struct AtWork {
    base::Instant started;
    base::Ulid job;
    Name lane;
    bool operator<(const AtWork& other) const {
      return std::tie(started, job) < std::tie(other.started, other.job);
    }
  };

  std::map<Name, Ranked> lanes_;
  std::set<AtWork> at_work_;
};

base::Result<void> Standing::add(Session& session, const Job& mine, base::Instant now) {
  if (auto added = add_lanes(session, mine); !added) return added;
  if (auto added = add_ready(session, mine); !added) return added;
  if (auto added = add_paused(session, mine, now); !added) return added;
  return add_running(session, mine);
}

base::Result<void> Standing::add_lanes(Session& session, const Job& mine) {
  auto rows = session.query(
      "SELECT lane, head, head_priority, running, turn FROM job_lanes WHERE type = $1 AND "
      "(head IS NOT NULL OR running > 0 OR lane = $2)",
      mine.type, mine.lane);
  if (!rows) return tl::unexpected(rows.error());
  struct Found {
    std::string name;
    Ranked ranked;
  };
  auto lanes = rows->map([](Row row) {
    const auto head = row.get<std::optional<base::Ulid>>("head");
    return Found{row.get<std::string>("lane"),
                 {{{}, row.get<int>("running"), row.get<std::int64_t>("turn"), head.value_or(base::Ulid{})},
                  {},
                  row.get<std::optional<int>>("head_priority")}};
  });
  if (!lanes) return tl::unexpected(lanes.error());
  for (auto& found : *lanes)
    lanes_.insert_or_assign({mine.type, std::move(found.name)}, std::move(found.ranked));
  return {};
}

base::Result<void> Standing::add_ready(Session& session, const Job& mine) {
  auto rows = session.query(
      "SELECT lane, priority, count(*) AS jobs FROM jobs WHERE type = $1 AND state = 'waiting' AND "
      "not_before IS NULL AND priority >= $2 AND NOT (lane = $3 AND priority = $2 AND id > $4) "
      "GROUP BY lane, priority",
      mine.type, mine.priority, mine.lane, mine.id);
  if (!rows) return tl::unexpected(rows.error());
  return rows
      ->map([&](Row row) {
        lanes_[{mine.type, row.get<std::string>("lane")}].jobs[row.get<int>("priority")] +=
            row.get<int>("jobs");
        return true;
      })
      .map([](const auto&) {});
}

// Those whose pause is over stand among the ready; `mine` does so anyway.
base::Result<void> Standing::add_paused(Session& session, const Job& mine, base::Instant now) {
  auto rows = session.query(
      "SELECT id, lane, priority FROM jobs WHERE type = $1 AND state = 'waiting' AND not_before IS NOT NULL "
      "AND "
      "(not_before <= $2 OR id = $5) AND priority >= $3 AND NOT (lane = $4 AND priority = $3 AND id > $5)",
      mine.type, now, mine.priority, mine.lane, mine.id);
  if (!rows) return tl::unexpected(rows.error());
  return rows
      ->map([&](Row row) {
        const auto id = row.get<base::Ulid>("id");
        const auto priority = row.get<int>("priority");
        auto& ranked = lanes_[{mine.type, row.get<std::string>("lane")}];
        if (!ranked.priority_of_oldest || priority > *ranked.priority_of_oldest ||
            (priority == *ranked.priority_of_oldest && id < ranked.lane.oldest)) {
          ranked.lane.oldest = id;
          ranked.priority_of_oldest = priority;
        }
        ++ranked.jobs[priority];
        return true;
      })
      .map([](const auto&) {});
}

base::Result<void> Standing::add_running(Session& session, const Job& mine) {
  auto rows =
      session.query("SELECT lane, started, id FROM jobs WHERE type = $1 AND state = 'running'", mine.type);
  if (!rows) return tl::unexpected(rows.error());
  return rows
      ->map([&](Row row) {
        at_work_.insert({row.get<base::Instant>("started"),
                         row.get<base::Ulid>("id"),
                         {mine.type, row.get<std::string>("lane")}});
        return true;
      })
      .map([](const auto&) {});
}

int Standing::served_before(const Job& mine) const {
  std::vector<Lane> lanes;
  std::map<Name, std::size_t> places;
  for (const auto& [name, ranked] : lanes_) {
    places[name] = lanes.size();
    lanes.push_back(ranked.lane);
    for (const auto& [priority, jobs] : ranked.jobs) lanes.back().groups.push_back({priority, jobs});
  }
  std::vector<std::size_t> at_work;
  for (const auto& one : at_work_) {
    if (const auto found = places.find(one.lane); found != places.end()) at_work.push_back(found->second);
  }
  return engine::served_before(std::move(lanes), places.at({mine.type, mine.lane}), at_work);
}

base::Result<int> count_of(Session& session, std::string_view sql, std::string_view type) {
  auto rows = session.query(sql, type);
  if (!rows) return tl::unexpected(rows.error());
  return rows->value<int>();
}

base::Result<std::optional<base::Seconds>> typical_of(Session& session, std::string_view type) {
  auto rows = session.query(
      "SELECT started, ended FROM jobs WHERE type = $1 AND state = 'done' ORDER BY ended DESC LIMIT 20",
      type);
  if (!rows) return tl::unexpected(rows.error());
  auto times = rows->map([](Row row) {
    return base::Seconds(row.get<base::Instant>("ended") - row.get<base::Instant>("started"));
  });
  if (!times) return tl::unexpected(times.error());
  if (times->empty()) return std::nullopt;
  std::sort(times->begin(), times->end());
  const auto middle = times->size() / 2;
  if (times->size() % 2 == 1) return (*times)[middle];
  return ((*times)[middle - 1] + (*times)[middle]) / 2;
}

}  // namespace

base::Result<std::optional<int>> place(Session& session, const JobId& id, base::Instant now,
                                       std::span<const std::string_view> besides) {
  auto mine = find_job(session, id);
  if (!mine) return tl::unexpected(mine.error());
  if (!*mine || (*mine)->state != JobState::waiting) return std::nullopt;
  Standing standing;
  if (auto added = standing.add(session, **mine, now); !added) return tl::unexpected(added.error());
  for (const auto type : besides) {
    if (type == (*mine)->type) continue;
    if (auto added = standing.add(session, among(**mine, type), now); !added)
      return tl::unexpected(added.error());
  }
  return standing.served_before(**mine);
}

base::Result<Load> load(Session& session, std::string_view type) {
  // Each count has an index that holds just what it counts.
  auto ready = count_of(
      session, "SELECT count(*) FROM jobs WHERE type = $1 AND state = 'waiting' AND not_before IS NULL",
      type);
  if (!ready) return tl::unexpected(ready.error());
  auto paused = count_of(
      session, "SELECT count(*) FROM jobs WHERE type = $1 AND state = 'waiting' AND not_before IS NOT NULL",
      type);
  if (!paused) return tl::unexpected(paused.error());
  auto running = count_of(session, "SELECT count(*) FROM jobs WHERE type = $1 AND state = 'running'", type);
  if (!running) return tl::unexpected(running.error());
  auto typical = typical_of(session, type);
  if (!typical) return tl::unexpected(typical.error());
  return Load{*ready + *paused, *running, *typical};
}

}  // namespace engine
