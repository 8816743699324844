#include "judge/environments/store.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "judge/environments/rules.h"

namespace environments {
namespace fs = std::filesystem;
namespace json = base::json;
using base::system_failure;

namespace {

constexpr std::string_view kMaking = ".making-";

void sweep(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (!entry->path().filename().string().starts_with(kMaking)) continue;
    std::error_code failed;  // an orphan of a killed process may still write there: the next sweep has it
    fs::remove_all(entry->path(), failed);
  }
}

struct Stamp {
  std::int64_t size = 0;
  std::int64_t changed = 0;  // nanoseconds
};

Stamp stamp_of(const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return {facts.st_size, facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

std::int64_t number_of(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_int64() ? member->as_int64() : 0;
}

json::array paths_json(const std::vector<fs::path>& paths) {
  json::array list;
  for (const auto& path : paths) list.emplace_back(path.string());
  return list;
}

std::vector<fs::path> paths_of(const json::value& value, std::string_view name) {
  std::vector<fs::path> paths;
  if (const auto* list = base::find_member(value, name); list != nullptr && list->is_array())
    for (const auto& path : list->as_array())
      if (path.is_string()) paths.emplace_back(std::string(path.as_string()));
  return paths;
}

// Where an environment that is not ours stands.
json::object stands_json(const Environment& environment) {
  json::object variables;
  for (const auto& [name, value] : environment.variables) variables[name] = value;
  return {{"kind", word_for(environment.kind)},
          {"python", environment.python.string()},
          {"packages", paths_json(package_folders(environment))},
          {"beside", paths_json(environment.beside)},
          {"variables", std::move(variables)}};
}

void read_stands(const json::value& stands, Environment& environment) {
  environment.kind = source_kind_from(base::find_text(stands, "kind")).value_or(SourceKind::prefix);
  environment.python = base::find_text(stands, "python");
  environment.more_packages = paths_of(stands, "packages");
  if (!environment.more_packages.empty()) {
    environment.site_packages = environment.more_packages.front();
    environment.more_packages.erase(environment.more_packages.begin());
  }
  environment.beside = paths_of(stands, "beside");
  if (const auto* variables = base::find_member(stands, "variables");
      variables != nullptr && variables->is_object())
    for (const auto& [name, value] : variables->as_object())
      if (value.is_string()) environment.variables.emplace_back(name, value.as_string());
}

base::Failure damaged(const fs::path& folder, std::string_view why) {
  return base::internal(
      fmt::format("the environment in {} is damaged ({}): remove that folder, then make it "
                  "again",
                  folder.string(), why));
}

}  // namespace

base::Result<MakingLock> MakingLock::take(const fs::path& home, const Progress& progress,
                                          const std::stop_token& stop) {
  for (const auto* part : {"environments", "names", "origins", "logs", "tools", "cache"}) {
    std::error_code failed;
    fs::create_directories(home / part, failed);
    if (failed)
      return base::unavailable(
          fmt::format("{} cannot be made ({}): set AGORA_HOME to a folder that you may "
                      "write to",
                      (home / part).string(), failed.message()));
  }
  const auto path = home / "environments" / ".lock";
  base::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return system_failure("open", path.string(), errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    progress({"another process is making it: waiting"});
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EINTR && errno != EWOULDBLOCK) return system_failure("flock", path.string(), errno);
      if (stop.stop_requested())
        return base::unavailable("stopped while another process made an environment");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  sweep(home / "environments");
  return MakingLock(std::move(fd));
}

base::Result<Making> Making::begin(const fs::path& home) {
  std::string path = (home / "environments" / fmt::format("{}XXXXXX", kMaking)).string();
  if (::mkdtemp(path.data()) == nullptr) return system_failure("create a folder in", home.string(), errno);
  return Making(fs::path(path));
}

Making::~Making() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

fs::path folder_of(const fs::path& home, std::string_view hash) {
  return home / "environments" / hash;
}

std::string hash_behind(const fs::path& home, std::string_view name) {
  std::error_code failed;
  const auto target = fs::read_symlink(home / "names" / name, failed);
  if (failed || !fs::exists(home / "names" / target, failed)) return "";
  return target.filename().string();
}

base::Result<void> set_name(const fs::path& home, std::string_view name, std::string_view hash) {
  auto making = Making::begin(home);
  if (!making) return tl::unexpected(making.error());
  const auto link = making->path() / "link";
  const auto target = fmt::format("../environments/{}", hash);
  if (::symlink(target.c_str(), link.c_str()) != 0) return system_failure("link", link.string(), errno);
  const auto named = home / "names" / name;
  if (::rename(link.c_str(), named.c_str()) != 0) return system_failure("rename", named.string(), errno);
  return {};
}

Environment described(const fs::path& folder, std::string_view name, std::string_view lock,
                      const Interpreter& interpreter) {
  Environment environment;
  environment.name = name;
  environment.hash = hash_of(lock, interpreter.version, interpreter.platform);
  environment.lock = lock;
  environment.python_version = interpreter.version;
  environment.platform = interpreter.platform;
  environment.folder = folder;
  environment.python = folder / "bin" / "python";
  environment.interpreter = interpreter.executable;
  environment.prefix = interpreter.prefix;
  const auto minor = interpreter.version.substr(0, interpreter.version.rfind('.'));
  environment.site_packages = folder / "lib" / fmt::format("python{}", minor) / "site-packages";
  if (auto packages = packages_of_lock(lock)) environment.packages = *std::move(packages);
  return environment;
}

base::Result<void> write_manifest(const fs::path& folder, const Environment& environment) {
  const auto stamp = stamp_of(environment.interpreter);
  json::object manifest{{"format", 1},
                        {"hash", environment.hash},
                        {"python", environment.python_version},
                        {"platform", environment.platform},
                        {"interpreter", environment.interpreter.string()},
                        {"prefix", environment.prefix.string()},
                        {"interpreter_size", stamp.size},
                        {"interpreter_changed", stamp.changed}};
  if (stands_by_itself(environment.kind)) manifest["stands"] = stands_json(environment);
  return base::write_file(folder / kManifest, base::to_pretty_text(manifest) + "\n");
}

base::Result<Environment> read_environment(const fs::path& folder, std::string_view name) {
  auto text = base::read_file(folder / kManifest, 1u << 20);
  if (!text) return damaged(folder, text.error().message);
  auto lock = base::read_file(folder / kLockFile, 8u << 20);
  if (!lock) return damaged(folder, lock.error().message);
  const auto manifest = base::parse_json(*text);
  if (!manifest) return damaged(folder, fmt::format("{}: {}", kManifest, manifest.error().message));
  const Interpreter interpreter{base::find_text(*manifest, "interpreter"),
                                base::find_text(*manifest, "prefix"), base::find_text(*manifest, "python"),
                                base::find_text(*manifest, "platform")};
  auto environment = described(folder, name, *lock, interpreter);
  if (const auto* stands = base::find_member(*manifest, "stands")) read_stands(*stands, environment);
  if (environment.hash != folder.filename().string())
    return damaged(folder, "its lock is not the one that it is named by");
  return environment;
}

BaseInterpreter look_at_interpreter(const Environment& environment) {
  const auto text = base::read_file(environment.folder / kManifest, 1u << 20);
  const auto manifest = text ? base::parse_json(*text) : base::Result<json::value>(json::value());
  const auto stamp = stamp_of(environment.interpreter);
  const bool same = manifest && stamp.size > 0 && stamp.size == number_of(*manifest, "interpreter_size") &&
                    stamp.changed == number_of(*manifest, "interpreter_changed");
  return same ? BaseInterpreter::unchanged : BaseInterpreter::changed;
}

}  // namespace environments
