// What a claim, an end and a place cost in a queue of thousands, in one lane, in fifty, and in a lane for
// each job.
#include "machine/engine/queue_testing.h"

namespace engine {
namespace {

using storage::Transaction;

class QueueBench : public QueueTest {};
INSTANTIATE_TEST_SUITE_P(Both, QueueBench, storage::both_kinds(), storage::kind_name);

TEST_P(QueueBench, CostsTheSameHoweverManyWait) {
  const int jobs = is_sqlite() ? 10'000 : 2'000;  // on PostgreSQL each enqueue is four round trips
  for (const int lanes : {1, 50, jobs}) {
    const auto type = fmt::format("of {} lanes", lanes);
    ASSERT_TRUE(storage::transact(db(), [&](Transaction& tx) -> base::Result<void> {
      for (int i = 0; i < jobs; ++i) {
        auto added = enqueue(tx, {type, "{}", fmt::format("lane {}", i % lanes)}, at(0));
        if (!added) return tl::unexpected(added.error());
      }
      return {};
    }));
    const std::array<std::string, 1> types{type};
    std::vector<Claim> claims;
    const base::Stopwatch claiming;
    for (int i = 0; i < 200; ++i) claims.push_back(**claim(db(), types, "w", kLease, at(1)));
    const auto a_claim = claiming.seconds() / 200;
    const base::Stopwatch ending;
    for (const auto& held : claims) ASSERT_TRUE(end(held, at(2)));
    const auto an_end = ending.seconds() / 200;
    const auto last = add({type, "{}", "lane 0"}, at(3));
    const base::Stopwatch placing;
    ASSERT_TRUE(place_of(last));
    const auto a_place = placing.seconds();
    fmt::print("{} lanes: claim {:.3f} ms, finish {:.3f} ms, place {:.1f} ms\n", lanes, a_claim * 1e3,
               an_end * 1e3, a_place * 1e3);
    EXPECT_LT(a_claim, is_sqlite() ? 0.002 : 0.02) << lanes << " lanes";
    EXPECT_LT(a_place, 1.0) << lanes << " lanes";
  }
}

}  // namespace
}  // namespace engine
