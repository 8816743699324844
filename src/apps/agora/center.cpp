#include "apps/agora/center.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "apps/agora/health_routes.h"
#include "apps/agora/live_tail.h"
#include "apps/agora/platform_routes.h"
#include "apps/agora/rooms.h"
#include "base/files.h"
#include "base/log.h"
#include "features/people/routes.h"
#include "machine/engine/queue.h"

namespace agora {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

constexpr base::Seconds kLease{15};
constexpr base::Seconds kBeat{0.5};  // so soon a running job hears that it was cancelled
constexpr auto kHousekeeping = 1s;
constexpr auto kKeepEvents = std::chrono::hours(24 * 30);

// The lock of a server that was killed may outlive it by a moment: in a child that had not begun its own
// program.
constexpr auto kLockPatience = 2s;

bool is_locked_now(const base::Fd& lock) {
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

// One server for one folder: two would both believe that they own its uploads and unpacked problems.
base::Result<base::Fd> lock_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed)
    return base::unavailable(fmt::format("{} cannot be used: {}", folder.string(), failed.message()));
  const auto path = folder / "lock";
  base::Fd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return base::system_failure("open", path.string(), errno);
  if (!is_locked_now(lock))
    return base::conflict(
        fmt::format("another agora serves {}: stop that one first, or say another --data", folder.string()));
  return lock;
}

// Cells' files pass through the temporary folder, hidden data among them: it is the center's own, and what a
// killed server left in it goes.
base::Result<void> own_temporary_folder(const fs::path& data) {
  const auto folder = data / "tmp";
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (!failed) fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all | fs::perms::others_exec, failed);
  if (failed)
    return base::unavailable(fmt::format("{} cannot be used: {}", folder.string(), failed.message()));
  ::setenv("TMPDIR", fs::absolute(folder).c_str(), 1);
  return {};
}

std::string database_url(const CenterSettings& settings) {
  return settings.database.empty() ? fmt::format("sqlite:{}", (settings.data / "agora.db").string())
                                   : settings.database;
}

// The web pages, as the build leaves them beside the program; empty where it made none.
fs::path pages_folder() {
  auto folder = base::program_folder() / "app";
  if (fs::exists(folder / "index.html")) return folder;
  base::log_warning(fmt::format(
      "there are no web pages in {}: the API alone is served; `make build` makes them", folder.string()));
  return {};
}

// Calls `work` each few seconds until it is dropped.
class Housekeeper {
 public:
  explicit Housekeeper(std::function<void()> work) : thread_([this, work = std::move(work)] { run(work); }) {}
  ~Housekeeper() {
    {
      const std::scoped_lock lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  void run(const std::function<void()>& work) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kHousekeeping, [this] { return stop_; })) {
      lock.unlock();
      work();
      lock.lock();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace

struct Center::Parts {
  CenterSettings settings;
  base::Fd lock;
  std::optional<storage::Database> database;
  std::unique_ptr<Rooms> rooms;
  std::unique_ptr<web::Server> server;
  std::unique_ptr<LiveTail> tail;
  std::unique_ptr<engine::LocalExecutor> executor, slow_executor;
  std::unique_ptr<Housekeeper> housekeeper;
  std::thread warming;
  std::optional<std::string> first_invitation;

  base::Result<void> open_database();
  base::Result<void> put_back();
  base::Result<void> serve();
  std::unique_ptr<engine::LocalExecutor> executor_of(std::map<std::string, engine::Handler> handlers,
                                                     int threads);
  void work();
  void keep_house();
  std::string worker() const {
    return fmt::format("server of {}", fs::weakly_canonical(settings.data).string());
  }
};

base::Result<void> Center::Parts::open_database() {
  auto opened = storage::Database::open(database_url(settings));
  if (!opened) return tl::unexpected(opened.error());
  database.emplace(std::move(*opened));
  const auto migrated = storage::migrate(*database, all_migrations(), base::now());
  if (!migrated) return tl::unexpected(migrated.error());
  return {};
}

// What a killed server had in hand goes back into the queue at once: nobody else may claim under its name.
base::Result<void> Center::Parts::put_back() {
  const auto failed = engine::release(*database, worker(), base::now(), rooms->ended());
  if (!failed) return tl::unexpected(failed.error());
  return {};
}

base::Result<void> Center::Parts::serve() {
  web::Settings web = rooms->web_settings();
  web.address = settings.address;
  web.port = settings.port;
  web.spool = settings.data / "spool";
  web.app_folder = pages_folder();
  web.trusted_proxies = settings.proxies;
  web.cors_origins = settings.cors_origins;
  web.api = {.title = "Agora",
             .version = AGORA_VERSION,
             .summary = "The data science platform of a research center",
             .session_cookie = std::string(people::kCookie)};
  std::error_code failed;
  fs::create_directories(web.spool, failed);
  auto table = rooms->routes();
  for (auto& route : platform_routes(base::program_folder() / "client"))
    table.routes.push_back(std::move(route));
  std::vector<std::string> types;
  for (const auto& [type, handler] : rooms->handlers()) types.push_back(type);
  for (const auto& [type, handler] : rooms->slow_handlers()) types.push_back(type);
  for (auto& route : health_routes(*database, settings, std::move(types), base::now()))
    table.routes.push_back(std::move(route));
  auto started = web::Server::start(std::move(table), std::move(web));
  if (!started) return tl::unexpected(started.error());
  server = std::move(*started);
  tail = std::make_unique<LiveTail>(*database, server->hub());
  return {};
}

std::unique_ptr<engine::LocalExecutor> Center::Parts::executor_of(
    std::map<std::string, engine::Handler> handlers, int threads) {
  std::vector<std::string> types;
  for (const auto& [type, handler] : handlers) types.push_back(type);
  auto source = engine::source_of(
      *database, {.name = worker(), .types = types, .lease = kLease, .ended = rooms->ended()});
  return engine::LocalExecutor::start({.threads = threads, .beat = kBeat}, std::move(source),
                                      std::move(handlers));
}

void Center::Parts::work() {
  executor = executor_of(rooms->handlers(), settings.evaluations);
  slow_executor = executor_of(rooms->slow_handlers(), 1);
  housekeeper = std::make_unique<Housekeeper>([this] { keep_house(); });
  warming = std::thread([this] { rooms->warm(); });
}

void Center::Parts::keep_house() {
  const auto now = base::now();
  if (auto kept = rooms->keep_house(now); !kept) base::log_error(kept.error().message);
  if (auto trimmed = storage::trim(*database, now - kKeepEvents); !trimmed)
    base::log_error(trimmed.error().message);
}

Center::Center(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Center::~Center() {
  stop();
}

base::Result<std::unique_ptr<Center>> Center::start(const CenterSettings& settings) {
  auto parts = std::make_unique<Parts>();
  parts->settings = settings;
  auto lock = lock_folder(settings.data);
  if (!lock) return tl::unexpected(lock.error());
  parts->lock = std::move(*lock);
  if (auto own = own_temporary_folder(settings.data); !own) return tl::unexpected(own.error());
  if (auto opened = parts->open_database(); !opened) return tl::unexpected(opened.error());
  auto rooms = Rooms::open(*parts->database, settings);
  if (!rooms) return tl::unexpected(rooms.error());
  parts->rooms = std::move(*rooms);
  if (auto put = parts->put_back(); !put) return tl::unexpected(put.error());
  auto invitation = parts->rooms->first_invitation(base::now());
  if (!invitation) return tl::unexpected(invitation.error());
  parts->first_invitation = *invitation;
  if (auto served = parts->serve(); !served) return tl::unexpected(served.error());
  parts->work();
  return std::unique_ptr<Center>(new Center(std::move(parts)));
}

std::string Center::url() const {
  const auto& settings = parts_->settings;
  if (!settings.public_url.empty()) return settings.public_url;
  const auto host = settings.address == "0.0.0.0" ? "127.0.0.1" : settings.address;
  return fmt::format("http://{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]",
                     parts_->server->port());
}

const std::optional<std::string>& Center::first_invitation() const {
  return parts_->first_invitation;
}

void Center::stop() {
  if (!parts_->server) return;
  parts_->server->stop(2s);
  parts_->housekeeper.reset();
  parts_->slow_executor.reset();
  parts_->executor.reset();
  if (parts_->warming.joinable()) parts_->warming.join();
  parts_->tail.reset();
  parts_->server.reset();
}

}  // namespace agora
