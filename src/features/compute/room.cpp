#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/log.h"
#include "features/compute/parts.h"
#include "features/compute/rules.h"
#include "judge/environments/smoke.h"

namespace compute {
namespace {

constexpr std::chrono::seconds kBetweenLooks{30};

std::optional<std::string> smoke_of(const environments::Environment& environment) {
  const auto smoke = environments::last_smoke(environment);
  if (!smoke) return std::nullopt;
  return base::to_text(environments::to_json(*smoke));
}

// As `agora env create` left it.
KeptEnvironment taken_in(const environments::Environment& environment,
                         const std::optional<KeptEnvironment>& known, base::Instant now) {
  KeptEnvironment kept{.id = known ? known->id : EnvironmentId(base::make_ulid(now))};
  kept.recipe.name = environment.name;
  kept.recipe.source = "this machine";
  if (environment.origin) {
    kept.recipe.kind = environment.origin->kind;
    kept.recipe.source = environment.origin->source;
    kept.recipe.text = environment.origin->text;
  }
  kept.state = State::ready;
  kept.smoke = smoke_of(environment);
  kept.created = now;
  kept.ended = now;
  take_facts(kept, environment);
  return kept;
}

// One that is there and broken stays failed until somebody has taken it away.
bool may_be_taken_in(const KeptEnvironment& known) {
  return known.state == State::retired || (known.state == State::failed && known.hash.empty());
}

base::Result<void> take_in(Parts& parts, const std::string& name, base::Instant now) {
  auto known = storage::read(parts.database, [&](storage::Snapshot& seen) { return find(seen, name); });
  if (!known) return tl::unexpected(known.error());
  if (*known && !may_be_taken_in(**known)) return {};
  const auto environment = environments::find(parts.settings.home, name);
  if (!environment) {
    if (!*known) base::log_warning(environment.error().message);
    return {};
  }
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<void> {
    const auto still = find(tx, name);
    if (!still) return tl::unexpected(still.error());
    if (*still && !may_be_taken_in(**still)) return {};
    return put(tx, taken_in(*environment, *still, now));
  });
}

base::Result<void> retire_what_is_gone(Parts& parts, const std::vector<std::string>& names,
                                       base::Instant now) {
  return storage::transact(parts.database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto ready = list(tx, {.state = State::ready, .limit = 10'000});
    if (!ready) return tl::unexpected(ready.error());
    for (auto& kept : *ready) {
      if (std::binary_search(names.begin(), names.end(), kept.recipe.name)) continue;
      kept.state = State::retired;
      if (auto done = update(tx, kept); !done) return done;
      if (auto told = tell_state(tx, kept, now); !told) return told;
    }
    return {};
  });
}

// A home that others own may be closed to us: nothing there is ours to take away then.
bool tell_wants_or_warn(Parts& parts, base::Instant now) {
  const auto told = tell_wants(parts, now);
  if (!told && parts.has_told) base::log_warning(told.error().message);
  return parts.has_told = told.has_value();
}

}  // namespace

Room::Room(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Room::~Room() = default;

base::Result<std::unique_ptr<Room>> Room::open(const storage::Database& database, Settings settings) {
  auto parts = std::unique_ptr<Parts>(new Parts{.database = database, .settings = std::move(settings)});
  return std::unique_ptr<Room>(new Room(std::move(parts)));
}

base::Result<void> Room::keep_house(base::Instant now) {
  const std::scoped_lock one_looks(parts_->looking);
  if (now - parts_->looked < kBetweenLooks) return {};
  parts_->looked = now;
  const auto names = environments::names_in(parts_->settings.home);
  for (const auto& name : names)
    if (auto taken = take_in(*parts_, name, now); !taken) return taken;
  if (auto retired = retire_what_is_gone(*parts_, names, now); !retired) return retired;
  return tell_wants_or_warn(*parts_, now) ? ask_for_tidying(*parts_, now) : base::Result<void>();
}

base::Result<std::vector<Use>> uses_of(const Parts& parts, storage::Session& session,
                                       const KeptEnvironment& kept, base::Instant now) {
  if (!parts.settings.uses) return std::vector<Use>();
  return parts.settings.uses(session, kept.recipe.name, kept.hash, now);
}

}  // namespace compute
