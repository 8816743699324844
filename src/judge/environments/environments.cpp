#include "judge/environments/environments.h"

#include <algorithm>

#include <fmt/format.h>

#include "judge/environments/interpreter.h"
#include "judge/environments/making.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"
#include "judge/environments/uv.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

const Progress& or_silent(const Progress& progress) {
  static const Progress silent = [](const Step&) {};
  return progress ? progress : silent;
}

// Absolute, with links followed: paths in an environment must hold wherever a process stands.
fs::path settled(const fs::path& home) {
  std::error_code failed;
  auto path = fs::weakly_canonical(fs::absolute(home), failed);
  return failed ? fs::absolute(home) : path;
}

bool is_current_default(const Environment& environment) {
  return environment.lock == default_lock() && look_at_interpreter(environment) == BaseInterpreter::unchanged;
}

base::Result<Environment> read(const fs::path& home, std::string_view name) {
  std::error_code ignored;
  if (is_hash(name) && fs::exists(folder_of(home, name), ignored))
    return read_environment(folder_of(home, name), name);
  const auto hash = why_bad_name(name) ? "" : hash_behind(home, name);
  if (hash.empty())
    return base::not_found(
        fmt::format("there is no environment \"{}\": `agora env list` shows those there are, "
                    "`agora env create` makes one",
                    name));
  return read_environment(folder_of(home, hash), name);
}

}  // namespace

base::Result<Environment> ensure_default(const fs::path& where, const Progress& given) {
  const auto& progress = or_silent(given);
  const auto home = settled(where);
  if (auto there = find(home, kDefault); there && is_current_default(*there)) return there;
  auto interpreter = find_interpreter("3.11");
  if (!interpreter) return tl::unexpected(interpreter.error());
  auto lock = MakingLock::take(home, progress);
  if (!lock) return tl::unexpected(lock.error());
  const auto hash = hash_of(default_lock(), interpreter->version, interpreter->platform);
  std::error_code ignored;
  fs::path uv;
  if (!fs::exists(folder_of(home, hash), ignored)) {
    auto found = ensure_uv(home, *interpreter, progress);
    if (!found) return tl::unexpected(found.error());
    uv = *std::move(found);
  }
  const Shop shop{home, *interpreter, uv, progress};
  auto built = ensure_built(shop, kDefault, default_lock(), "the default environment");
  if (!built) return built;
  if (auto named = set_name(home, kDefault, hash); !named) return tl::unexpected(named.error());
  return built;
}

base::Result<Environment> create(const fs::path& where, const Recipe& recipe, const Progress& given) {
  const auto& progress = or_silent(given);
  if (auto why = why_bad_name(recipe.name)) return tl::unexpected(*why);
  if (recipe.name == kDefault)
    return base::invalid("\"default\" is the environment that Agora makes itself: choose another name");
  if (auto why = why_bad_requirements(recipe.requirements, recipe.source)) return tl::unexpected(*why);
  const auto home = settled(where);
  auto interpreter = find_interpreter(recipe.python);
  if (!interpreter) return tl::unexpected(interpreter.error());
  auto lock = MakingLock::take(home, progress);
  if (!lock) return tl::unexpected(lock.error());
  auto uv = ensure_uv(home, *interpreter, progress);
  if (!uv) return tl::unexpected(uv.error());
  const Shop shop{home, *interpreter, *uv, progress};
  auto pinned = resolve(shop, recipe.requirements, recipe.source);
  if (!pinned) return tl::unexpected(pinned.error());
  const auto hash = hash_of(*pinned, interpreter->version, interpreter->platform);
  if (const auto taken = hash_behind(home, recipe.name); !taken.empty() && taken != hash)
    return base::conflict(
        fmt::format("the name {} is taken by an environment with other packages ({}): "
                    "environments do not change, so choose another name",
                    recipe.name, taken));
  auto built = ensure_built(shop, recipe.name, *pinned, recipe.source);
  if (!built) return built;
  if (auto named = set_name(home, recipe.name, hash); !named) return tl::unexpected(named.error());
  return built;
}

base::Result<Environment> find(const fs::path& where, std::string_view name) {
  auto found = read(settled(where), name);
  if (!found || look_at_interpreter(*found) == BaseInterpreter::unchanged) return found;
  if (auto why = why_bad_interpreter(*found)) return tl::unexpected(*why);
  return found;
}

base::Result<std::vector<Environment>> list(const fs::path& where) {
  const auto home = settled(where);
  std::vector<Environment> found;
  std::error_code failed;
  if (!fs::exists(home / "names", failed)) return found;
  for (fs::directory_iterator entry(home / "names", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (hash_behind(home, name).empty()) continue;
    auto environment = read(home, name);
    if (!environment) return tl::unexpected(environment.error());
    found.push_back(*std::move(environment));
  }
  if (failed)
    return base::unavailable(
        fmt::format("{} cannot be read: {}", (home / "names").string(), failed.message()));
  std::sort(found.begin(), found.end(),
            [](const Environment& a, const Environment& b) { return a.name < b.name; });
  return found;
}

}  // namespace environments
