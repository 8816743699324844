#include "judge/environments/environments.h"

#include <algorithm>

#include <fmt/format.h>

#include "judge/environments/adopting.h"
#include "judge/environments/interpreter.h"
#include "judge/environments/making.h"
#include "judge/environments/resolving.h"
#include "judge/environments/rules.h"
#include "judge/environments/sources.h"
#include "judge/environments/store.h"
#include "judge/environments/text.h"
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
  auto environment = read_environment(folder_of(home, hash), name);
  if (environment) environment->origin = read_origin(home, name);
  return environment;
}

std::optional<base::Error> why_taken(const fs::path& home, const std::string& name, const std::string& hash) {
  const auto taken = hash_behind(home, name);
  if (taken.empty() || taken == hash) return std::nullopt;
  return base::Error{base::ErrorKind::conflict,
                     fmt::format("the name {} is taken by an environment with other packages ({}): "
                                 "environments do not change, so choose another name",
                                 name, taken)};
}

base::Result<Environment> named(const fs::path& home, Environment environment, Origin origin) {
  environment.origin = std::move(origin);
  if (auto wrote = write_origin(home, environment.name, *environment.origin); !wrote)
    return tl::unexpected(wrote.error());
  if (auto done = set_name(home, environment.name, environment.hash); !done)
    return tl::unexpected(done.error());
  return environment;
}

struct Order {
  const fs::path& home;
  const Recipe& recipe;
  const Asked& asked;
  const Interpreter& interpreter;
  const Progress& progress;
};

void say_left_out(const Asked& asked, std::string_view source, BuildLog& log) {
  for (const auto& left : asked.left_out)
    log.say(fmt::format("not taken over: {}, line {}: {}: {}", source, left.line, left.what, left.why));
}

// Under the lock of `home`.
base::Result<Environment> make(const Order& order, BuildLog& log) {
  const auto& [home, recipe, asked, interpreter, progress] = order;
  say_left_out(asked, recipe.source, log);
  auto uv = ensure_uv(home, interpreter, progress);
  if (!uv) return tl::unexpected(uv.error());
  const OnLine say = [&](std::string_view line) { log.say(line); };
  Shop shop{home, interpreter, *uv, progress, say, recipe.stop};
  auto resolved = resolve(shop, {asked.requirements, recipe.source, asked.lines}, recipe.make_wheel,
                          log_of(home, recipe.name));
  if (!resolved) return tl::unexpected(resolved.error());
  shop.wheels = std::move(resolved->wheels);
  const auto& lock = resolved->lock;
  const auto hash = hash_of(lock, interpreter.version, interpreter.platform);
  if (auto why = why_taken(home, recipe.name, hash)) return tl::unexpected(*why);
  auto built = ensure_built(shop, recipe.name, lock, recipe.source, log);
  if (!built) return built;
  return named(home, *std::move(built), {recipe.kind, recipe.source, recipe.text, asked.left_out});
}

base::Result<Environment> adopt_as(const fs::path& home, const Recipe& recipe, const Progress& progress,
                                   const OnLine& said) {
  auto lock = MakingLock::take(home, progress, recipe.stop);
  if (!lock) return tl::unexpected(lock.error());
  auto log = BuildLog::open(home, recipe.name, said);
  if (!log) return tl::unexpected(log.error());
  const OnLine say = [&](std::string_view line) { log->say(line); };
  auto standing = recipe.kind == SourceKind::modules ? look_at_modules(recipe.text, say)
                                                     : look_at_prefix(std::string(trimmed(recipe.text)));
  if (!standing) return tl::unexpected(standing.error());
  auto text = lock_of(*standing);
  if (!text) return tl::unexpected(text.error());
  const auto hash = hash_of(*text, standing->interpreter.version, standing->interpreter.platform);
  if (auto why = why_taken(home, recipe.name, hash)) return tl::unexpected(*why);
  auto adopted = adopt(home, recipe.name, recipe.kind, *standing, *log);
  if (!adopted) return adopted;
  return named(home, *std::move(adopted), {recipe.kind, recipe.source, recipe.text, {}});
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
  auto log = BuildLog::open(home, kDefault, {});
  if (!log) return tl::unexpected(log.error());
  const OnLine say = [&](std::string_view line) { log->say(line); };
  const Shop shop{home, *interpreter, uv, progress, say, {}};
  auto built = ensure_built(shop, kDefault, default_lock(), "the default environment", *log);
  if (!built) return built;
  if (auto named = set_name(home, kDefault, hash); !named) return tl::unexpected(named.error());
  return built;
}

base::Result<Environment> create(const fs::path& where, const Recipe& recipe, const Progress& given,
                                 const OnLine& said) {
  const auto& progress = or_silent(given);
  if (auto why = why_bad_name(recipe.name)) return tl::unexpected(*why);
  if (recipe.name == kDefault)
    return base::invalid("\"default\" is the environment that Agora makes itself: choose another name");
  const auto home = settled(where);
  if (stands_by_itself(recipe.kind)) return adopt_as(home, recipe, progress, said);
  auto asked = read_source(recipe);
  if (!asked) return tl::unexpected(asked.error());
  auto interpreter = find_interpreter_for(asked->python, recipe.python, recipe.source);
  if (!interpreter) return tl::unexpected(interpreter.error());
  auto lock = MakingLock::take(home, progress, recipe.stop);
  if (!lock) return tl::unexpected(lock.error());
  auto log = BuildLog::open(home, recipe.name, said);
  if (!log) return tl::unexpected(log.error());
  auto made = make({home, recipe, *asked, *interpreter, progress}, *log);
  if (!made) log->say(fmt::format("error: {}", made.error().message));
  return made;
}

base::Result<Environment> find(const fs::path& where, std::string_view name) {
  auto found = read(settled(where), name);
  if (found && stands_by_itself(found->kind)) {
    if (auto why = why_not_as_adopted(*found)) return tl::unexpected(*why);
    return found;
  }
  if (!found || look_at_interpreter(*found) == BaseInterpreter::unchanged) return found;
  if (auto why = why_bad_interpreter(*found)) return tl::unexpected(*why);
  return found;
}

std::vector<std::string> names_in(const fs::path& where) {
  const auto home = settled(where);
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(home / "names", failed), end; !failed && entry != end;
       entry.increment(failed))
    if (auto name = entry->path().filename().string(); !hash_behind(home, name).empty())
      names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::vector<Environment>> list(const fs::path& where) {
  const auto home = settled(where);
  std::vector<Environment> found;
  for (const auto& name : names_in(home)) {
    auto environment = read(home, name);
    if (!environment) return tl::unexpected(environment.error());
    found.push_back(*std::move(environment));
  }
  return found;
}

base::Result<std::vector<LeftOut>> look_at(const Recipe& recipe) {
  if (auto why = why_bad_name(recipe.name)) return tl::unexpected(*why);
  if (recipe.name == kDefault)
    return base::invalid("\"default\" is the environment that Agora makes itself: choose another name");
  if (recipe.kind == SourceKind::modules)
    if (auto why = why_bad_modules(module_names_in(recipe.text))) return tl::unexpected(*why);
  if (stands_by_itself(recipe.kind)) return std::vector<LeftOut>();
  auto asked = read_source(recipe);
  if (!asked) return tl::unexpected(asked.error());
  return std::move(asked->left_out);
}

std::vector<fs::path> mounts_of(const Environment& environment) {
  std::vector<fs::path> wanted = environment.beside;
  wanted.insert(wanted.end(), {environment.folder, environment.prefix});
  std::sort(wanted.begin(), wanted.end());
  std::vector<fs::path> mounts;
  for (const auto& path : wanted) {
    const auto is_below = [&](const fs::path& other) {
      return path == other || path.string().starts_with(other.string() + "/");
    };
    if (!is_below("/usr") && std::none_of(mounts.begin(), mounts.end(), is_below)) mounts.push_back(path);
  }
  return mounts;
}

std::vector<fs::path> package_folders(const Environment& environment) {
  auto folders = environment.more_packages;
  folders.insert(folders.begin(), environment.site_packages);
  return folders;
}

}  // namespace environments
