// For tests of rooms that make environments: a package index of a test's own, behind a server on the
// loopback.
#pragma once
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"

namespace environments {

// Its installer's cache is its own, too: a later index on the same port must not answer with this one's
// pages.
class LocalIndex {
 public:
  // With a password it answers those alone who know it.
  explicit LocalIndex(std::string password = "") : password_(std::move(password)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const base::Fd in(ends[0]);
    base::Fd out(ends[1]);
    server_ = ::fork();
    if (server_ == 0) serve(out.get());
    out.reset();
    std::array<char, 32> said{};
    if (::read(in.get(), said.data(), said.size() - 1) <= 0) throw std::runtime_error("no index");
    port_ = std::atoi(said.data());
    for (const auto& [name, value] : {std::pair("PIP_INDEX_URL", url_with_password()),
                                      std::pair("UV_CACHE_DIR", (folder_.path() / "cache").string())}) {
      const char* before = std::getenv(name);
      before_[name] = before == nullptr ? "" : before;
      ::setenv(name, value.c_str(), 1);
    }
  }
  LocalIndex(const LocalIndex&) = delete;
  LocalIndex& operator=(const LocalIndex&) = delete;
  ~LocalIndex() {
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
    for (const auto& [name, value] : before_)
      value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/simple", port_); }
  std::string url_with_password() const {
    return password_.empty() ? url() : fmt::format("http://me:{}@127.0.0.1:{}/simple", password_, port_);
  }

  // A line of the package's page. `attributes`: data-requires-python="&gt;=3.12".
  void list(std::string_view name, std::string_view file, std::string_view hash,
            std::string_view attributes = "") const {
    const auto page = folder_.path() / "simple" / name;
    std::filesystem::create_directories(page);
    std::ofstream(page / "index.html", std::ios::app)
        << fmt::format("<a href=\"/files/{0}#sha256={1}\" {2}>{0}</a>\n", file, hash, attributes);
  }
  // The same of an archive that nobody will want to read.
  void list_source(std::string_view name, std::string_view version, std::string_view attributes = "") const {
    const auto file = fmt::format("{}-{}.tar.gz", name, version);
    list(name, file, base::sha256_hex(file), attributes);
  }

  // The source archive of a package whose wheel is made by `backend`, a module that needs nothing of an
  // index.
  void add_source(std::string_view name, std::string_view version, std::string_view backend) const {
    const auto files = folder_.path() / "files";
    const auto project = files / fmt::format("{}-{}", name, version);
    std::filesystem::create_directories(project);
    std::ofstream(project / "pyproject.toml")
        << "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        << fmt::format("[project]\nname = '{}'\nversion = '{}'\n", name, version);
    std::ofstream(project / "PKG-INFO")
        << fmt::format("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", name, version);
    std::ofstream(project / "backend.py") << backend;
    const auto archive = project.filename().string() + ".tar.gz";
    const auto pack =
        fmt::format("tar -C {0} -czf {0}/{1} {2}", files.string(), archive, project.filename().string());
    if (std::system(pack.c_str()) != 0) throw std::runtime_error("no tar");
    list(name, archive, *base::sha256_of_file(files / archive));
  }

 private:
  static constexpr const char* kServer = R"(
import base64, http.server, sys
folder, password = sys.argv[1:]
wanted = "Basic " + base64.b64encode(f"me:{password}".encode()).decode()

class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *given):
        super().__init__(*given, directory=folder)

    def do_GET(self):
        if password and self.headers.get("Authorization") != wanted:
            self.send_error(401)
        else:
            super().do_GET()

    def log_message(self, *_):
        pass

with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
)";

  [[noreturn]] void serve(int out) const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out, 1);
    const auto folder = folder_.path().string();
    ::execlp("python3", "python3", "-I", "-c", kServer, folder.c_str(), password_.c_str(), nullptr);
    ::_exit(127);
  }

  const std::string password_;
  const base::TemporaryFolder folder_ = *base::TemporaryFolder::make("local-index");
  pid_t server_ = 0;
  int port_ = 0;
  std::map<std::string, std::string> before_;
};

}  // namespace environments
