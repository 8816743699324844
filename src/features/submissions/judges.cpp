#include "features/submissions/judges.h"

#include <algorithm>

#include "base/log.h"
#include "judge/environments/keeping.h"

namespace submissions {
namespace {

base::Result<environments::Environment> environment_of(const std::filesystem::path& home,
                                                       const std::string& name) {
  if (name == environments::kDefault)
    return environments::ensure_default(home, [](const environments::Step&) {});
  return environments::find(home, name);
}

evaluation::Failure machine_failure(const base::Error& error) {
  evaluation::Failure failure;
  failure.kind = evaluation::FailureKind::machine;
  failure.phase = evaluation::Phase::prepare;
  failure.message = error.detail.empty() ? error.message : error.message + " (" + error.detail + ")";
  return failure;
}

}  // namespace

base::Result<std::shared_ptr<evaluation::Judge>> Judges::judge(const std::string& name) {
  const std::scoped_lock one_starts(starting_);
  Started known;
  {
    const std::scoped_lock lock(guard_);
    if (const auto found = judges_.find(name); found != judges_.end()) known = found->second;
  }
  if (known.judge && is_current(name, known)) return known.judge;
  if (known.judge) retire(known.judge);
  auto environment = environment_of(home_, name);
  if (!environment) return tl::unexpected(environment.error());
  auto started = evaluation::Judge::start(*environment, {.warden = warden_});
  if (!started) return tl::unexpected(started.error());
  std::shared_ptr<evaluation::Judge> judge = std::move(*started);
  const std::scoped_lock lock(guard_);
  judges_[name] = {judge, environment->hash};
  return judge;
}

// A name that was removed and given again is another environment; one that was only removed leaves the judge
// what it holds.
bool Judges::is_current(const std::string& name, const Started& known) const {
  const auto now = environments::hash_named(home_, name);
  return known.judge->is_alive() && (now.empty() || now == known.hash);
}

Judges::Outcome Judges::prepare(const std::string& environment, const MakeSource& make_source) {
  auto judge = this->judge(environment);
  if (!judge) return tl::unexpected(machine_failure(judge.error()));
  auto source = make_source();
  if (!source) return tl::unexpected(machine_failure(source.error()));
  evaluation::Observer silent;
  auto problem = (*judge)->prepare(*source, silent);
  if (!problem) return tl::unexpected(problem.error());
  return Ready{std::move(*judge), std::move(*problem)};
}

evaluation::Judged<Ready> Judges::ready(const std::string& key, const std::string& environment,
                                        const MakeSource& source) {
  // Starts another judge where the last one died, whose problems are then forgotten.
  if (auto alive = judge(environment); !alive) return tl::unexpected(machine_failure(alive.error()));
  std::promise<Outcome> promise;
  std::shared_future<Outcome> outcome;
  bool is_mine = false;
  {
    const std::scoped_lock lock(guard_);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
      outcome = found->outcome;
    } else {
      is_mine = true;
      outcome = promise.get_future().share();
      entries_.push_front({key, outcome});
    }
  }
  if (!is_mine) return outcome.get();
  try {
    promise.set_value(prepare(environment, source));
  } catch (...) {
    promise.set_exception(std::current_exception());
    forget(key);
  }
  settle(key, outcome.get());
  return outcome.get();
}

void Judges::settle(const std::string& key, const Outcome& outcome) {
  if (!outcome) return forget(key);
  const std::scoped_lock lock(guard_);
  for (auto& entry : entries_)
    if (entry.key == key)
      entry.bytes = std::max<std::uint64_t>(1, evaluation::facts_of(*outcome->problem).memory_bytes);
  make_room();
}

// From the back: what is being prepared stays, and so does the one used last.
void Judges::make_room() {
  const auto bytes = [&] {
    std::uint64_t sum = 0;
    for (const auto& entry : entries_) sum += entry.bytes;
    return sum;
  };
  for (auto entry = entries_.end();
       entry != entries_.begin() && (entries_.size() > most_ || bytes() > most_bytes_);) {
    --entry;
    if (entry == entries_.begin() || entry->bytes == 0) continue;
    entry = entries_.erase(entry);
  }
}

void Judges::retire(const std::shared_ptr<evaluation::Judge>& judge) {
  base::log_warning(
      "a judge has died, or its environment's name stands for another: another takes its place");
  const std::scoped_lock lock(guard_);
  std::erase_if(judges_, [&](const auto& named) { return named.second.judge == judge; });
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.bytes != 0 && entry.outcome.get().has_value() && entry.outcome.get()->judge == judge;
  });
}

void Judges::forget(const std::string& key) {
  const std::scoped_lock lock(guard_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; });
}

std::size_t Judges::prepared() const {
  const std::scoped_lock lock(guard_);
  return entries_.size();
}

}  // namespace submissions
