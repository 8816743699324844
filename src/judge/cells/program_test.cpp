// Real programs, in cells with the default environment.
#include <fstream>
#include <thread>

#include "base/files.h"
#include "base/time.h"
#include "judge/cells/room_for_tests.h"

namespace cells {
namespace {

using namespace std::chrono_literals;

class ProgramTest : public WorkshopTest {
 protected:
  static Program python(std::string code) {
    Program program;
    program.command = {"python", "-c", std::move(code)};
    program.limits.wall_seconds = 30;
    return program;
  }
  ProgramOutcome run(const Program& program, std::stop_token stop = {}) {
    auto outcome = workshop_->run(environment_, program, {}, stop);
    if (!outcome) throw std::runtime_error(outcome.error().message + outcome.error().detail);
    return std::move(*outcome);
  }
  ProgramOutcome run(std::string code) { return run(python(std::move(code))); }
  static std::string text_of(const ProgramOutcome& outcome, const std::string& path) {
    std::ifstream file(outcome.out / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string why_left(const ProgramOutcome& outcome, const std::string& path) {
    for (const auto& left : outcome.left)
      if (left.path == path) return left.why;
    return "not told";
  }
};

TEST_F(ProgramTest, AScoringProgramReadsItsInputAndLeavesItsScores) {
  const auto folder = base::TemporaryFolder::make("program");
  ASSERT_TRUE(folder);
  for (const auto* name : {"program", "ref", "res"}) std::filesystem::create_directory(folder->path() / name);
  std::ofstream(folder->path() / "program/score.py")
      << "import sys, json, numpy\n"
         "given, out = sys.argv[1:]\n"
         "truth = numpy.loadtxt(given + '/ref/truth.txt')\n"
         "said = numpy.loadtxt(given + '/res/said.txt')\n"
         "print('scoring', len(truth)); print('careful', file=sys.stderr)\n"
         "json.dump({'accuracy': float((truth == said).mean())}, open(out + '/scores.json', 'w'))\n";
  std::ofstream(folder->path() / "ref/truth.txt") << "1\n0\n1\n1\n";
  std::ofstream(folder->path() / "res/said.txt") << "1\n0\n0\n1\n";
  Program program;
  program.command = {"python", "score.py", "/program/input", "/out"};
  program.given = {{"program", folder->path() / "program"},
                   {"input/ref", folder->path() / "ref"},
                   {"input/res", folder->path() / "res"}};
  program.folder = "/program/program";
  const auto outcome = run(program);
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(outcome.code, 0) << outcome.complaints;
  EXPECT_EQ(outcome.output, "scoring 4\n");
  EXPECT_EQ(outcome.complaints, "careful\n");
  EXPECT_EQ(outcome.files, std::vector<std::string>{"scores.json"});
  EXPECT_EQ(text_of(outcome, "scores.json"), "{\"accuracy\": 0.75}");
  EXPECT_GT(outcome.cell.wall_seconds, 0);
}

TEST_F(ProgramTest, ItsEndIsToldAsAShellTellsIt) {
  EXPECT_EQ(run("raise SystemExit(7)").code, 7);
  EXPECT_EQ(run("import os; os.kill(os.getpid(), 11)").code, 139);
  Program program;
  program.command = {"no-such-program"};
  const auto outcome = run(program);
  EXPECT_EQ(outcome.code, 127);
  EXPECT_EQ(outcome.complaints, "no-such-program: there is no such program in this environment\n");
  program.command = {"sh", "-c", "echo $TZ; pwd; ls -l /proc/self/fd | wc -l"};
  program.variables = {{"TZ", "a b"}};
  EXPECT_EQ(run(program).output, "a b\n/program\n5\n")
      << "descriptors 0, 1, 2, the folder's own, and a total";
}

TEST_F(ProgramTest, WhatCannotBeGivenIsRefused) {
  const std::vector<std::pair<Program, const char*>> cases = [] {
    std::vector<std::pair<Program, const char*>> all(5, {python("1"), ""});
    all[0].first.variables = {{"LD_PRELOAD", "/program/x.so"}};
    all[0].second = "LD_PRELOAD";
    all[1].first.given = {{"../etc", "/tmp"}};
    all[1].second = "\"../etc\" cannot be given";
    all[2].first.folder = "/program/../etc";
    all[2].second = "/program/../etc";
    all[3].first.command.clear();
    all[3].second = "no command";
    all[4].first.command.emplace_back(30'000, 'x');
    all[4].second = "too long";
    return all;
  }();
  for (const auto& [program, word] : cases) {
    const auto outcome = workshop_->run(environment_, program);
    ASSERT_FALSE(outcome) << word;
    EXPECT_EQ(outcome.error().kind, base::ErrorKind::invalid);
    EXPECT_NE(outcome.error().message.find(word), std::string::npos) << outcome.error().message;
  }
}

TEST_F(ProgramTest, OnlyPlainFilesComeOut) {
  const auto outcome = run(R"(
import os, socket
os.chdir('/out')
open('good', 'w').write('yes')
os.symlink('/etc/passwd', 'link')
os.symlink('/etc', 'folder-link')
os.mkdir('closed'); open('closed/in', 'w'); os.chmod('closed', 0)
open('unreadable', 'w'); os.chmod('unreadable', 0)
open('twin', 'w'); os.link('twin', 'twin-2')
try: os.mkfifo('pipe')
except PermissionError: print('no pipe')
socket.socket(socket.AF_UNIX).bind('socket')
os.truncate(os.open('sparse', os.O_CREAT | os.O_WRONLY), 1 << 29)
open('line\nfeed', 'w'); open(b'not-\xff-utf8', 'w').write('x')
path = 'deep'
for i in range(40):
    os.mkdir(path); os.chdir(path); path = 'd'
open('bottom', 'w')
)");
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(outcome.code, 0) << outcome.complaints;
  EXPECT_EQ(outcome.files, (std::vector<std::string>{"good", "not-\xff-utf8"}));
  EXPECT_EQ(why_left(outcome, "link"), "is a link");
  EXPECT_EQ(why_left(outcome, "folder-link"), "is a link");
  EXPECT_EQ(why_left(outcome, "closed"), "is a folder that cannot be gone into");
  EXPECT_EQ(why_left(outcome, "unreadable"), "cannot be read");
  EXPECT_EQ(why_left(outcome, "twin"), "is a file of 2 names (hard links)");
  EXPECT_EQ(outcome.output, "no pipe\n");
  EXPECT_EQ(why_left(outcome, "socket"), "is a socket");
  EXPECT_NE(why_left(outcome, "sparse").find("536870912 bytes (0 of them on disk)"), std::string::npos);
  EXPECT_EQ(why_left(outcome, "line\\x0afeed"), "has a control character in its name");
  EXPECT_EQ(outcome.left.size(), 10u) << "and the folder that lies too deep";
}

TEST_F(ProgramTest, FilesAndBytesAreCapped) {
  auto program = python("for i in range(50): open(f'/out/{i:02}', 'w').write('x' * 1000)");
  program.out_files = 10;
  auto outcome = run(program);
  EXPECT_EQ(outcome.files.size(), 10u);
  ASSERT_EQ(outcome.left.size(), 1u);
  EXPECT_EQ(outcome.left[0].why, "is beyond the 10 files that are taken");
  program = python("open('/out/a', 'wb').write(bytes(2 << 20))");
  program.limits.out_bytes = 1u << 20;
  outcome = run(program);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.complaints.find("No space left"), std::string::npos) << outcome.complaints;
}

TEST_F(ProgramTest, EveryLimitHasItsReason) {
  auto program = python("import time; time.sleep(60)");
  program.limits.wall_seconds = 1;
  EXPECT_EQ(run(program).why, "it ran longer than 1 s");
  program = python("import os\nos.fork()\nwhile True: pass");
  program.limits.cores = 0.05;
  EXPECT_EQ(run(program).why,
            "it used more than 1.5 s of processor time: 0.05 cores for as long as it may run");
  program = python("while True: print('x' * 1000)");
  program.limits.output_bytes = 10'000;
  auto outcome = run(program);
  EXPECT_EQ(outcome.why, "it printed more than 9.8 kB");
  EXPECT_EQ(outcome.output.size(), 10'000u);
  program = python("import os, time\nfor i in range(100):\n    if os.fork() == 0: time.sleep(60)");
  program.limits.processes = 20;
  outcome = run(program);
  EXPECT_EQ(outcome.why, "it started more than 20 processes and threads") << outcome.complaints;
  program = python("a = []\nwhile True: a.append(bytearray(b'1') * (8 << 20))");
  program.limits.memory_bytes = 150u << 20;
  outcome = run(program);
  // Without cgroups the command meets the wall itself, as MemoryError, unless it is killed before or
  // meanwhile.
  const bool met_the_wall = outcome.complaints.find("MemoryError") != std::string::npos;
  EXPECT_EQ(outcome.why, outcome.why.empty() && met_the_wall ? "" : "it used more than its 150 MB of memory");
}

TEST_F(ProgramTest, NothingLivesOnAndNothingWritesWhileFilesAreTaken) {
  const auto outcome = run(R"(
import os, time
for i in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                with open(f'/out/{i}', 'a') as f: f.write('x' * 100)
        os._exit(0)
time.sleep(0.3)
)");
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(outcome.files.size(), 5u);
}

TEST_F(ProgramTest, ItIsStoppedAndWaitsForItsTurn) {
  std::stop_source source;
  std::jthread other([&] {
    std::this_thread::sleep_for(1500ms);
    source.request_stop();
  });
  const base::Stopwatch watch;
  EXPECT_EQ(run(python("import time; time.sleep(60)"), source.get_token()).why, "it was cancelled");
  EXPECT_LT(watch.seconds(), 20);
  const auto late = workshop_->run(environment_, python("1"), {}, source.get_token());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, base::ErrorKind::unavailable);
}

TEST_F(ProgramTest, ItCannotSpeakForItsRuntime) {
  const auto outcome = run(R"(
import os, signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
    os.kill(1, number)
for fd in os.listdir('/proc/1/fd'):
    try:
        os.open(f'/proc/1/fd/{fd}', os.O_WRONLY); print('opened', os.readlink(f'/proc/1/fd/{fd}'))
    except OSError: pass
)");
  EXPECT_EQ(outcome.why, "");
  EXPECT_EQ(outcome.code, 0) << outcome.complaints;
}

}  // namespace
}  // namespace cells
