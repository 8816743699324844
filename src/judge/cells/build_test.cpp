// Real builds, with the installer and the package index of this host.
#include "judge/cells/build.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/files.h"
#include "judge/cells/room_for_tests.h"

namespace cells {
namespace {
namespace fs = std::filesystem;

constexpr const char* kDocopt = "49b3a825280bd66b3aa83585ef59c4a8c82f2c8a522dbe754a8bc8d08c85c491";

TEST(BuildRules, OnlyItsOwnWheelIsTaken) {
  Build build;
  build.name = "Some.Name";
  build.version = "1.2";
  const std::pair<std::vector<std::string>, bool> cases[] = {
      {{"some_name-1.2-py3-none-any.whl"}, true},
      {{".gitignore", "Some_Name-1.2-py3-none-any.whl"}, true},
      {{}, false},
      {{"some_name-1.2.tar.gz"}, false},
      {{"numpy-1.2-py3-none-any.whl"}, false},
      {{"some_name-1.3-py3-none-any.whl"}, false},
      {{"deep/some_name-1.2-py3-none-any.whl"}, false},
      {{"some_name-1.2-py3-none-any.whl", "numpy-1.0-py3-none-any.whl"}, false},
      {{"some_name.whl"}, false},
  };
  for (const auto& [files, good] : cases)
    EXPECT_EQ(wheel_among(files, build).has_value(), good) << fmt::format("{}", fmt::join(files, " "));
}

TEST(BuildRules, WhatIsNotKnownIsNotBuilt) {
  Build build;
  build.uv = "/usr/bin/uv";
  build.name = "docopt";
  build.version = "0.6.2";
  EXPECT_TRUE(why_cannot_build(build)) << "without a hash";
  build.hashes = {kDocopt};
  EXPECT_FALSE(why_cannot_build(build));
  build.hashes = {"49b3"};
  EXPECT_TRUE(why_cannot_build(build));
  build.hashes = {kDocopt};
  for (const auto* name : {"", "-r", "../x", "a b", "a@https://example.com"}) {
    build.name = name;
    EXPECT_TRUE(why_cannot_build(build)) << name;
  }
}

class BuildTest : public WorkshopTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(WorkshopTest::SetUp());
    if (IsSkipped()) return;
    ASSERT_NO_FATAL_FAILURE(find_installer());
    build_.uv = uv_;
    build_.index = environments::index_of_host();
    build_.limits.wall_seconds = 300;
    auto folder = base::TemporaryFolder::make("build");
    ASSERT_TRUE(folder);
    folder_ = std::make_unique<base::TemporaryFolder>(std::move(*folder));
  }

  void wants(std::string name, std::string version) {
    build_.name = std::move(name);
    build_.version = std::move(version);
  }

  // The archive of a project whose wheel is made by `backend`, which needs nothing of the index.
  void write_source(std::string_view backend) {
    const auto project = folder_->path() / (build_.name + "-" + build_.version);
    fs::create_directory(project);
    std::ofstream(project / "pyproject.toml")
        << "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        << "[project]\nname = '" << build_.name << "'\nversion = '" << build_.version << "'\n";
    std::ofstream(project / "PKG-INFO")
        << "Metadata-Version: 2.1\nName: " << build_.name << "\nVersion: " << build_.version << "\n";
    std::ofstream(project / "backend.py") << backend;
    build_.source = project.string() + ".tar.gz";
    const auto pack = fmt::format("tar -C {} -czf {} {}", folder_->path().string(), build_.source.string(),
                                  project.filename().string());
    ASSERT_EQ(std::system(pack.c_str()), 0);
  }

  BuildOutcome make() {
    auto outcome = workshop_->build(environment_, build_);
    if (!outcome) throw std::runtime_error(outcome.error().message + outcome.error().detail);
    return std::move(*outcome);
  }

  static std::string log_of(const BuildOutcome& outcome) {
    return outcome.why + "\n" + outcome.run.output + outcome.run.complaints;
  }

  Build build_;
  std::unique_ptr<base::TemporaryFolder> folder_;
};

// What makes a wheel of a name and a version, without any tool.
constexpr std::string_view kMakesWheel = R"(
import zipfile
def write_wheel(folder, name, version):
    file = f'{name}-{version}-py3-none-any.whl'
    info = f'{name}-{version}.dist-info/'
    with zipfile.ZipFile(f'{folder}/{file}', 'w') as wheel:
        wheel.writestr(f'{name}.py', '')
        wheel.writestr(info + 'METADATA', f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n')
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
        wheel.writestr(info + 'RECORD', '')
    return file
)";

TEST_F(BuildTest, APackageThatTheIndexHasAsSourceAloneBecomesAWheel) {
  wants("docopt", "0.6.2");
  build_.hashes = {std::string(64, '0'), kDocopt};
  const auto outcome = make();
  ASSERT_EQ(outcome.why, "") << log_of(outcome);
  EXPECT_EQ(outcome.wheel.filename(), "docopt-0.6.2-py2.py3-none-any.whl");
  EXPECT_EQ(outcome.hash.size(), 64u);
  EXPECT_NE(log_of(outcome).find("Fetched docopt-0.6.2.tar.gz"), std::string::npos);
  EXPECT_TRUE(outcome.refused.empty()) << outcome.refused[0];
}

TEST_F(BuildTest, ASourceWithAnotherHashIsNotThere) {
  wants("docopt", "0.6.2");
  build_.hashes = {std::string(64, '0')};
  const auto outcome = make();
  EXPECT_NE(log_of(outcome).find("has no source archive of docopt 0.6.2 with a hash of the lock's"),
            std::string::npos)
      << log_of(outcome);
  EXPECT_TRUE(outcome.wheel.empty());
}

TEST_F(BuildTest, AHostileBuildGetsNothingAndReachesNobody) {
  const base::Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto planted = folder_->path() / "planted";
  ASSERT_TRUE(base::write_file(planted, "of this host"));
  ::setenv("AGORA_TEST_SECRET", "needle-of-the-host", 1);
  wants("hostile", "1.0");
  ASSERT_NO_FATAL_FAILURE(
      write_source(std::string(kMakesWheel) +
                   fmt::format("\nPORT = {}\nPLANTED = '{}'\nENVIRONMENT = '{}'\n", ntohs(address.sin_port),
                               planted.string(), environment_.folder.string()) +
                   R"(
import os, socket, urllib.request

def attempts():
    yield 'host file', lambda: open(PLANTED).read()
    yield 'read shadow', lambda: open('/etc/shadow').read()
    yield 'secret', lambda: [v for v in os.environ.values() if 'needle-of' in v][0]
    yield 'write /usr', lambda: open('/usr/x', 'w')
    yield 'write uv', lambda: open('/program/uv', 'w')
    yield 'write env', lambda: open(ENVIRONMENT + '/x', 'w')
    yield 'tcp out', lambda: socket.create_connection(('1.1.1.1', 443), 5)
    yield 'tcp v6', lambda: socket.create_connection(('2606:4700:4700::1111', 443), 5)
    yield 'dns', lambda: socket.getaddrinfo('pypi.org', 443)
    yield 'host', lambda: socket.create_connection(('127.0.0.1', PORT), 5)
    yield 'metadata', lambda: socket.create_connection(('169.254.169.254', 80), 5)
    yield 'udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for place in (f'127.0.0.1:{PORT}', f'localhost:{PORT}', '169.254.169.254:80', '10.0.0.1:80', '192.168.0.1:443',
                  'example.com:443', '[::1]:443', 'pypi.org:22', 'pypi.org.evil.example:443'):
        yield 'proxy ' + place, lambda: tunnel(place)
    yield 'http', lambda: urllib.request.urlopen(f'http://127.0.0.1:{PORT}/', timeout=5)

def tunnel(place):
    host, _, port = os.environ['HTTPS_PROXY'].removeprefix('http://').partition(':')
    with socket.create_connection((host, int(port)), 10) as proxy:
        proxy.sendall(f'CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n'.encode())
        head = proxy.recv(1000).decode()
    if ' 200 ' not in head.partition('\r')[0]:
        raise OSError(head.partition('\r')[0])

def build_wheel(folder, config=None, metadata=None):
    got = []
    for what, attempt in attempts():
        try:
            got.append(f'{what}: {attempt()!r}')
        except Exception as failure:
            print('held', what, failure, flush=True)
    with open('/out/got.txt', 'w') as report:
        report.write('\n'.join(got))
    with open('/out/held.txt', 'w') as report:
        report.write(str(len(list(attempts())) - len(got)))
    return write_wheel(folder, 'hostile', '1.0')
)"));
  const auto outcome = make();
  ASSERT_EQ(outcome.why, "") << log_of(outcome);
  EXPECT_EQ(outcome.wheel.filename(), "hostile-1.0-py3-none-any.whl");
  EXPECT_EQ(base::read_file(outcome.run.out / "got.txt").value_or("no report"), "") << log_of(outcome);
  EXPECT_EQ(base::read_file(outcome.run.out / "held.txt").value_or("no report"), "22");
  EXPECT_EQ(outcome.refused.size(), 9u) << fmt::format("{}", fmt::join(outcome.refused, "\n"));
}

TEST_F(BuildTest, AWheelOfAnotherNameIsNotTaken) {
  wants("honest", "1.0");
  ASSERT_NO_FATAL_FAILURE(write_source(std::string(kMakesWheel) +
                                       "def build_wheel(folder, config=None, metadata=None):\n"
                                       "    write_wheel('/out', 'numpy', '1.24.4')\n"
                                       "    return write_wheel(folder, 'honest', '1.0')\n"));
  const auto outcome = make();
  EXPECT_TRUE(outcome.wheel.empty());
  EXPECT_EQ(outcome.why, "it has left 2 wheels and not one") << log_of(outcome);
}

TEST_F(BuildTest, AFailureHasItsLogAndLimitsHold) {
  wants("failing", "1.0");
  ASSERT_NO_FATAL_FAILURE(write_source("def build_wheel(*a, **k): raise SystemExit('no compiler here')"));
  auto outcome = make();
  EXPECT_TRUE(outcome.wheel.empty());
  EXPECT_NE(log_of(outcome).find("no compiler here"), std::string::npos) << log_of(outcome);
  wants("endless", "1.0");
  ASSERT_NO_FATAL_FAILURE(write_source("import time\ndef build_wheel(*a, **k): time.sleep(100)"));
  build_.limits.wall_seconds = 3;
  EXPECT_EQ(make().why, "it ran longer than 3 s");
  wants("spinning", "1.0");
  ASSERT_NO_FATAL_FAILURE(
      write_source("import os\ndef build_wheel(*a, **k):\n    os.fork()\n    while True: pass"));
  build_.limits.wall_seconds = 60;
  build_.limits.cores = 0.1;
  EXPECT_EQ(make().why, "it used more than 6 s of processor time: 0.1 cores for as long as it may run");
}

}  // namespace
}  // namespace cells
