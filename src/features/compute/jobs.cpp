#include "features/compute/jobs.h"

#include <fmt/format.h>

#include "features/compute/jobs_teller.h"
#include "features/compute/jobs_types.h"
#include "features/compute/parts.h"
#include "features/compute/rules.h"
#include "judge/cells/cells.h"
#include "judge/environments/smoke.h"

namespace compute {
namespace {

using Change = std::function<void(KeptEnvironment&)>;

// One job at one environment, from its claim to the transaction that ends it.
class Work {
 public:
  Work(Parts& parts, const engine::Task& task, KeptEnvironment kept)
      : parts_(parts), task_(task), kept_(std::move(kept)) {}

  base::Result<void> build();
  base::Result<void> check();

 private:
  base::Result<void> begin();
  base::Result<void> end(const Change& change);
  base::Result<void> end_failed(const base::Error& error);
  std::optional<std::string> test(const environments::Environment& environment, Teller& teller) const;
  std::string shown(std::string_view text) const { return without_home(text, parts_.settings.home.string()); }
  bool is_stopped() const { return task_.stop.stop_requested(); }
  int attempt() const { return task_.claim.job.attempts + task_.claim.job.interruptions; }

  Parts& parts_;
  const engine::Task& task_;
  KeptEnvironment kept_;
};

base::Failure stopped() {
  return base::unavailable("the program stops, or another attempt took over");
}

// A later attempt begins with an empty log. Fails with `conflict` where one has taken over.
base::Result<void> Work::begin() {
  const auto newest = told_last(parts_.database);
  if (!newest) return tl::unexpected(newest.error());
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto now_kept = find(tx, kept_.id);
    if (!now_kept) return tl::unexpected(now_kept.error());
    if (!*now_kept || (*now_kept)->attempt > attempt())
      return base::conflict("another attempt has taken over");
    kept_ = std::move(**now_kept);
    kept_.attempt = attempt();
    kept_.said_after = *newest;
    if (auto updated = update(tx, kept_); !updated) return updated;
    return kept_.state == State::building ? clear_log(tx, kept_.id) : base::Result<void>();
  });
}

base::Result<void> Work::end(const Change& change) {
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto done = engine::finish(tx, task_.claim, now); !done) return done;
    auto kept = find(tx, kept_.id);
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept || (*kept)->attempt > attempt()) return {};
    (*kept)->job.reset();
    (*kept)->attempt = 0;
    if ((*kept)->state == kept_.state) change(**kept);  // else it was retired meanwhile
    if (auto updated = update(tx, **kept); !updated) return updated;
    return tell_state(tx, **kept, now);
  });
}

base::Result<void> Work::end_failed(const base::Error& error) {
  return end([&](KeptEnvironment& kept) {
    kept.state = State::failed;
    kept.why = shown(error.message);
    kept.ended = base::now();
  });
}

// Nothing where this machine cannot test, which the log says.
std::optional<std::string> Work::test(const environments::Environment& environment, Teller& teller) const {
  const auto smoke = environments::smoke_test(environment, parts_.settings.warden, {},
                                              [&](std::string_view line) { teller.say(shown(line)); });
  if (smoke) return base::to_text(environments::to_json(*smoke));
  teller.say(shown(smoke.error().message));
  return std::nullopt;
}

base::Result<void> Work::build() {
  if (auto begun = begin(); !begun) return begun;
  std::optional<base::Result<environments::Environment>> made;
  std::optional<std::string> smoke;
  {
    Teller teller(parts_.database, kept_.id);
    auto recipe = kept_.recipe;
    recipe.stop = task_.stop;
    recipe.make_wheel = cells::wheels_in_cells(parts_.settings.warden);
    made = environments::create(parts_.settings.home, recipe, {},
                                [&](std::string_view line) { teller.say(shown(line)); });
    if (*made && !is_stopped()) smoke = test(**made, teller);
  }
  if (is_stopped()) return stopped();
  if (!*made) return end_failed(made->error());
  return end([&](KeptEnvironment& kept) {
    take_facts(kept, **made);
    kept.state = State::ready;
    kept.why.clear();
    kept.smoke = smoke;
    kept.ended = base::now();
  });
}

base::Result<void> Work::check() {
  if (auto begun = begin(); !begun) return begun;
  auto environment = environments::find(parts_.settings.home, kept_.recipe.name);
  if (!environment) return end_failed(environment.error());
  if (const auto why = environments::why_broken(*environment)) return end_failed(*why);
  std::optional<std::string> smoke;
  {
    Teller teller(parts_.database, kept_.id);
    smoke = test(*environment, teller);
  }
  if (is_stopped()) return stopped();
  return end([&](KeptEnvironment& kept) {
    if (smoke) kept.smoke = smoke;
  });
}

base::Result<void> in_vain(Parts& parts, const engine::Task& task) {
  return storage::transact(
      parts.database, [&](storage::Transaction& tx) { return engine::finish(tx, task.claim, base::now()); });
}

base::Result<void> work_on(Parts& parts, const engine::Task& task, State wanted,
                           base::Result<void> (Work::*does)()) {
  const auto id = environment_in(task.claim.job);
  if (!id) return tl::unexpected(id.error());
  auto kept = storage::read(parts.database, [&](storage::Snapshot& seen) { return find(seen, *id); });
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept || (*kept)->state != wanted) return in_vain(parts, task);
  return (Work(parts, task, std::move(**kept)).*does)();
}

// Its attempts are used up: of a build nothing came, of a check nothing new is known.
base::Result<void> end_without_handler(storage::Transaction& tx, const engine::Job& job, base::Instant now) {
  const auto id = environment_in(job);
  if (!id) return tl::unexpected(id.error());
  auto kept = find(tx, *id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept || (*kept)->job != std::optional(job.id.value())) return {};
  (*kept)->job.reset();
  if ((*kept)->state == State::building) {
    (*kept)->state = State::failed;
    (*kept)->why =
        job.why.empty() ? "the server was stopped each time it was made: ask for it again" : job.why;
    (*kept)->ended = now;
  }
  if (auto updated = update(tx, **kept); !updated) return updated;
  return tell_state(tx, **kept, now);
}

}  // namespace

engine::NewJob job_for(std::string_view type, const EnvironmentId& id) {
  engine::NewJob job;
  job.type = type;
  job.payload = base::to_text(base::json::object{{"environment", base::to_text(id)}});
  job.lane = "environments";
  return job;
}

base::Result<EnvironmentId> environment_in(const engine::Job& job) {
  const auto payload = base::parse_json(job.payload);
  if (!payload) return tl::unexpected(payload.error());
  const auto* text = base::find_member(*payload, "environment");
  if (text == nullptr || !text->is_string()) return base::internal("a job names no environment");
  const auto id = base::ulid_from(text->get_string());
  if (!id) return tl::unexpected(id.error());
  return EnvironmentId(*id);
}

std::map<std::string, engine::Handler> handlers(Room& room) {
  auto& parts = room.parts();
  std::map<std::string, engine::Handler> all;
  all[std::string(kBuild)] = [&parts](const engine::Task& task) {
    return work_on(parts, task, State::building, &Work::build);
  };
  all[std::string(kCheck)] = [&parts](const engine::Task& task) {
    return work_on(parts, task, State::ready, &Work::check);
  };
  all[std::string(kTidy)] = [&parts](const engine::Task& task) { return tidy(parts, task); };
  return all;
}

engine::EndedByType ended(Room&) {
  engine::EndedByType all;
  for (const auto type : {kBuild, kCheck}) all[std::string(type)] = end_without_handler;
  return all;
}

}  // namespace compute
