#include "machine/storage/testing.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "machine/storage/postgresql.h"

namespace storage {
namespace {
namespace fs = std::filesystem;

// Waits until the test program is gone, in whatever way: then its end of the pipe closes.
constexpr const char* kGuard =
    "cat >/dev/null; \"$1/pg_ctl\" -D \"$2/data\" -m immediate -w stop >/dev/null 2>&1; rm -rf \"$2\"";
constexpr const char* kStart =
    "\"$1/initdb\" -D \"$2/data\" -A trust -U agora --no-sync -E UTF8 --locale=C.UTF-8 >\"$2/log\" 2>&1 && "
    "\"$1/pg_ctl\" -D \"$2/data\" -w -l \"$2/log\" -o \"-p 5432 -c listen_addresses= -c "
    "unix_socket_directories=$2 -c fsync=off -c full_page_writes=off -c max_connections=80 -c "
    "shared_buffers=64MB\" start >/dev/null 2>&1";

fs::path newest_programs() {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin" / "initdb")) found.push_back(version.path() / "bin");
  }
  return found.empty() ? fs::path() : *std::max_element(found.begin(), found.end());
}

// PostgreSQL refuses to run as root: then it runs as postgres.
std::vector<std::string> as_server(std::vector<std::string> words) {
  if (::geteuid() == 0) words.insert(words.begin(), {"runuser", "-u", "postgres", "--"});
  return words;
}

// `input` becomes its standard input; a session of its own outlives whoever kills our group.
pid_t spawn(const std::vector<std::string>& words, int input) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setsid();
  if (::dup2(input, 0) < 0 || ::chdir("/") != 0) ::_exit(126);
  ::execvp(pointers[0], pointers.data());
  ::_exit(127);
}

class Server {
 public:
  static base::Result<Server*> shared();
  const fs::path& folder() const { return folder_; }
  Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(); }

 private:
  base::Result<void> start();
  void stop();

  fs::path folder_;
  base::Fd alive_;  // the guardian sees it close
  pid_t guardian_ = -1;
};

base::Result<Server*> Server::shared() {
  static Server server;
  static const auto started = server.start();
  if (!started) return tl::unexpected(started.error());
  return &server;
}

base::Result<void> Server::start() {
  const auto programs = newest_programs();
  if (programs.empty()) return base::unavailable("there is no PostgreSQL here: tools/setup test installs it");
  std::string name = (fs::temp_directory_path() / "agora-postgresql-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return base::system_failure("create a folder", name, errno);
  folder_ = name;
  if (::geteuid() == 0) {
    const auto* user = ::getpwnam("postgres");
    if (user == nullptr)
      return base::unavailable("there is no user postgres here: tools/setup test makes it");
    if (::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
      return base::system_failure("give away", name, errno);
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_failure("make", "a pipe", errno);
  const base::Fd reading(ends[0]);
  alive_ = base::Fd(ends[1]);
  guardian_ = spawn(as_server({"sh", "-c", kGuard, "guard", programs.string(), name}), reading.get());
  const base::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  int status = -1;
  const auto starter =
      spawn(as_server({"sh", "-c", kStart, "start", programs.string(), name}), nothing.get());
  if (::waitpid(starter, &status, 0) != starter || status != 0)
    return base::unavailable(
        fmt::format("PostgreSQL did not start: {}", base::read_file(folder_ / "log").value_or("no log")));
  return {};
}

void Server::stop() {
  alive_.reset();
  if (guardian_ > 0) ::waitpid(guardian_, nullptr, 0);
}

base::Result<std::string> fresh_postgresql() {
  static std::mutex guard;
  static int made = 0;
  const std::scoped_lock lock(guard);
  const auto name = fmt::format("test_{}_{}", ::getpid(), ++made);
  std::string server;
  if (const char* given = std::getenv("AGORA_TEST_POSTGRESQL")) {
    server = given;
  } else {
    auto started = Server::shared();
    if (!started) return tl::unexpected(started.error());
    server = fmt::format("postgresql://agora@/postgres?host={}", (*started)->folder().string());
  }
  auto driver = open_postgresql_driver(server, {});
  if (!driver) return tl::unexpected(driver.error());
  if (auto created = (*driver)->script(fmt::format("CREATE DATABASE {}", name)); !created)
    return tl::unexpected(created.error());
  const auto path = server.find('/', server.find("//") + 2);
  const auto query = server.find('?');
  return server.substr(0, path + 1) + name + (query == std::string::npos ? "" : server.substr(query));
}

// In folders that go when the program ends.
base::Result<std::string> fresh_sqlite() {
  static std::mutex guard;
  static std::vector<base::TemporaryFolder> folders;
  auto folder =
      base::TemporaryFolder::make(::access("/dev/shm", W_OK) == 0 ? "/dev/shm/agora-test" : "agora-test");
  if (!folder) return tl::unexpected(folder.error());
  const std::scoped_lock lock(guard);
  folders.push_back(std::move(*folder));
  return "sqlite:" + (folders.back().path() / "test.db").string();
}

}  // namespace

base::Result<std::string> fresh_url(Kind kind) {
  return kind == Kind::sqlite ? fresh_sqlite() : fresh_postgresql();
}

std::string name_of(Kind kind) {
  return kind == Kind::sqlite ? "sqlite" : "postgresql";
}

}  // namespace storage
