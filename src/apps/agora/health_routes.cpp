#include "apps/agora/health_routes.h"

#include <mutex>

#include <fmt/format.h>
#include <unistd.h>

#include "apps/agora/isolation.h"
#include "base/files.h"
#include "features/compute/compute.h"
#include "judge/environments/environments.h"
#include "machine/engine/queue.h"
#include "machine/storage/size.h"

namespace agora {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

using namespace std::chrono_literals;
using base::Result;

// Files come and go while the folder is walked: what cannot be read counts nothing.
std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code failed;
  constexpr auto kSkip = fs::directory_options::skip_permission_denied;
  for (auto at = fs::recursive_directory_iterator(folder, kSkip, failed); !failed && at != fs::end(at);
       at.increment(failed)) {
    std::error_code gone;
    const auto size = at->is_regular_file(gone) && !at->is_symlink(gone) ? at->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

// A large folder takes a while to walk: looked at again after a minute.
class FolderSize {
 public:
  explicit FolderSize(fs::path folder) : folder_(std::move(folder)) {}
  std::uint64_t bytes() {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!bytes_ || now - seen_ > 1min) bytes_ = bytes_below(folder_), seen_ = now;
    return *bytes_;
  }

 private:
  const fs::path folder_;
  std::mutex mutex_;
  std::optional<std::uint64_t> bytes_;
  std::chrono::steady_clock::time_point seen_{};
};

struct Health {
  storage::Database database;
  CenterSettings settings;
  std::vector<std::string> job_types;
  base::Instant started;
  FolderSize used{settings.data};
};

std::uint64_t memory_of_this_process() {
  const auto text = base::read_file("/proc/self/statm");
  unsigned long long pages = 0;
  if (!text || std::sscanf(text->c_str(), "%*u %llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<json::object> queue_in(const Health& health) {
  return storage::read(health.database, [&](storage::Snapshot& snapshot) -> Result<json::object> {
    int waiting = 0, running = 0;
    for (const auto& type : health.job_types) {
      const auto load = engine::load(snapshot, type);
      if (!load) return tl::unexpected(load.error());
      waiting += load->waiting;
      running += load->running;
    }
    return json::object{{"waiting", waiting}, {"running", running}};
  });
}

Result<json::object> database_in(const Health& health) {
  const auto size = storage::size_in_bytes(health.database);
  if (!size) return tl::unexpected(size.error());
  const bool is_sqlite = health.database.kind() == storage::Kind::sqlite;
  return json::object{{"kind", is_sqlite ? "sqlite" : "postgresql"}, {"size_bytes", *size}};
}

json::object disk_in(Health& health) {
  std::error_code failed;
  const auto space = fs::space(health.settings.data, failed);
  return {{"used_bytes", health.used.bytes()}, {"free_bytes", failed ? 0 : space.available}};
}

Result<json::array> environments_in(const Health& health) {
  const auto found = environments::list(health.settings.home);
  if (!found) return tl::unexpected(found.error());
  json::array all;
  for (const auto& one : *found)
    all.push_back(json::object{{"name", one.name}, {"hash", one.hash}, {"python", one.python_version}});
  return all;
}

// As the last tidying found it: a walk through an environment takes too long for an answer.
Result<json::value> tidied_in(const Health& health) {
  const auto last = storage::read(health.database,
                                  [](storage::Snapshot& snapshot) { return compute::last_tidied(snapshot); });
  if (!last) return tl::unexpected(last.error());
  if (!*last) return nullptr;
  return json::object{{"at", base::to_rfc3339((*last)->at)},
                      {"freed_bytes", (*last)->freed_bytes},
                      {"disk_bytes", (*last)->disk_bytes}};
}

json::array isolation() {
  json::array all;
  for (const auto& fact : isolation_facts(sandbox::probe_host()))
    all.push_back(json::object{
        {"name", fact.name}, {"state", fact.state}, {"detail", fact.detail}, {"next_step", fact.next_step}});
  return all;
}

Result<web::Response> show(const web::Request&, Health& health) {
  auto queue = queue_in(health);
  if (!queue) return tl::unexpected(queue.error());
  auto database = database_in(health);
  if (!database) return tl::unexpected(database.error());
  auto environments = environments_in(health);
  if (!environments) return tl::unexpected(environments.error());
  auto tidied = tidied_in(health);
  if (!tidied) return tl::unexpected(tidied.error());
  const base::Seconds uptime = base::now() - health.started;
  return web::answer_json(json::object{{"version", AGORA_VERSION},
                                       {"started_at", base::to_rfc3339(health.started)},
                                       {"uptime_seconds", uptime.count()},
                                       {"database", std::move(*database)},
                                       {"disk", disk_in(health)},
                                       {"memory_bytes", memory_of_this_process()},
                                       {"queue", std::move(*queue)},
                                       {"environments", std::move(*environments)},
                                       {"environments_tidied", std::move(*tidied)},
                                       {"isolation", isolation()}});
}

constexpr std::string_view kDetails = R"({"type": "object",
  "required": ["version", "started_at", "uptime_seconds", "database", "disk", "memory_bytes", "queue",
               "environments", "environments_tidied", "isolation"],
  "properties": {
    "version": {"type": "string"}, "started_at": {"type": "string", "format": "date-time"},
    "uptime_seconds": {"type": "number"},
    "database": {"type": "object", "required": ["kind", "size_bytes"], "properties": {
      "kind": {"type": "string", "enum": ["sqlite", "postgresql"]}, "size_bytes": {"type": "integer"}}},
    "disk": {"type": "object", "required": ["used_bytes", "free_bytes"], "properties": {
      "used_bytes": {"type": "integer", "description": "by the center's folder"},
      "free_bytes": {"type": "integer"}}},
    "memory_bytes": {"type": "integer", "description": "of the server, without cells"},
    "queue": {"type": "object", "required": ["waiting", "running"], "properties": {
      "waiting": {"type": "integer"}, "running": {"type": "integer"}}},
    "environments": {"type": "array", "items": {"type": "object", "required": ["name", "hash", "python"],
      "properties": {"name": {"type": "string"}, "hash": {"type": "string"}, "python": {"type": "string"}}}},
    "environments_tidied": {"type": ["object", "null"], "required": ["at", "freed_bytes", "disk_bytes"],
      "description": "when those that nothing uses were last taken away; null before the first time",
      "properties": {"at": {"type": "string", "format": "date-time"}, "freed_bytes": {"type": "integer"},
        "disk_bytes": {"type": "integer", "description": "that all of them take, with the installer's cache"}}},
    "isolation": {"type": "array", "items": {"type": "object",
      "required": ["name", "state", "detail", "next_step"], "properties": {
        "name": {"type": "string"},
        "state": {"type": "string", "enum": ["good", "partly", "missing"],
                  "description": "partly: cells are isolated without it, though less well"},
        "detail": {"type": "string"}, "next_step": {"type": "string"}}}}}})";

constexpr std::string_view kExample = R"({"version": "0.1.0", "started_at": "2026-03-01T08:00:00Z",
  "uptime_seconds": 86400, "database": {"kind": "sqlite", "size_bytes": 1048576},
  "disk": {"used_bytes": 73400320, "free_bytes": 21474836480}, "memory_bytes": 104857600,
  "queue": {"waiting": 0, "running": 1},
  "environments": [{"name": "default", "hash": "5f2c9a", "python": "3.11.2"}],
  "environments_tidied": {"at": "2026-03-01T03:00:00Z", "freed_bytes": 0, "disk_bytes": 1610612736},
  "isolation": [{"name": "user namespaces", "state": "good", "detail": "can be made", "next_step": ""}]})";

}  // namespace

std::vector<web::Route> health_routes(const storage::Database& database, const CenterSettings& settings,
                                      std::vector<std::string> job_types, base::Instant started) {
  auto health = std::make_shared<Health>(database, settings, std::move(job_types), started);
  web::Route route{"GET", "/api/v1/health/details", "How the center does, for its administrators",
                   "administrator"};
  route.scope = "admin";
  route.response = {kDetails, kExample};
  route.errors = {{401, "nobody is signed in"}, {403, "this is for administrators"}};
  route.tag = "platform";
  route.handler = [health](const web::Request& request) { return show(request, *health); };
  return {std::move(route)};
}

}  // namespace agora
