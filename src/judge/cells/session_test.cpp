// Real sessions, in cells of the default environment.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "base/time.h"
#include "judge/cells/session_for_tests.h"

namespace cells {
namespace {

using namespace std::chrono_literals;

TEST_F(SessionTest, StateIsKeptAndTheLastExpressionIsShown) {
  const auto session = open();
  EXPECT_EQ(plain(ask(*session, "1 + 1")), "2");
  EXPECT_TRUE(ask(*session, "x = [1, 2]\ndef f(): return len(x)").shown.empty());
  EXPECT_EQ(plain(ask(*session, "x.append(3)\nf()")), "3");
  EXPECT_EQ(plain(ask(*session, "_ * 2")), "6");
  EXPECT_EQ(ask(*session, "None").shown.size(), 0u);
}

TEST_F(SessionTest, OutputAndErrorsComeApartAndAsTheyAreWritten) {
  const auto session = open();
  std::vector<double> moments;
  const base::Stopwatch watch;
  on_output_ = [&] { moments.push_back(watch.seconds()); };
  ask(*session,
      "import os, sys, time\nprint('a')\ntime.sleep(0.4)\nprint('b', file=sys.stderr)\nos.system('echo c')");
  EXPECT_EQ(said_, "a\nc\n");
  EXPECT_EQ(complained_, "b\n");
  ASSERT_GE(moments.size(), 2u);
  EXPECT_GT(moments.back() - moments.front(), 0.3);
}

TEST_F(SessionTest, AnExceptionHasItsLineAndNoFrameOfOurs) {
  const auto session = open();
  const auto answer = ask(*session, "def f():\n    return 1 / 0\nf()");
  EXPECT_EQ(answer.finish, Finish::raised);
  ASSERT_TRUE(answer.raised);
  EXPECT_EQ(answer.raised->type, "ZeroDivisionError");
  EXPECT_EQ(answer.raised->message, "division by zero");
  EXPECT_EQ(answer.raised->line, 2);
  EXPECT_NE(answer.raised->traceback.find("return 1 / 0"), std::string::npos) << answer.raised->traceback;
  EXPECT_EQ(answer.raised->traceback.find("agora"), std::string::npos) << answer.raised->traceback;
  EXPECT_EQ(ask(*session, "a = 1\nb = = 2").raised->line, 2);
  EXPECT_EQ(ask(*session, "exit()").raised->type, "SystemExit");
  EXPECT_EQ(ask(*session, "class E(Exception):\n    def __str__(self): raise self\nraise E()").raised->type,
            "E");
  EXPECT_EQ(ask(*session, "a").raised->type, "NameError")
      << "nothing of a request that cannot be read is run";
}

TEST_F(SessionTest, TablesAndFiguresHaveFormsForPages) {
  const auto session = open();
  const auto table = ask(*session, "import pandas\npandas.DataFrame({'column': [1]})");
  ASSERT_EQ(table.shown.size(), 2u);
  EXPECT_EQ(table.shown[0].type, "text/html");
  EXPECT_NE(table.shown[0].data.find("<th>column</th>"), std::string::npos);
  EXPECT_EQ(table.shown[0].value, table.shown[1].value);
  const auto figure = ask(*session,
                          "class P:\n    def _repr_png_(self): return b'\\x89PNG' + bytes(200_000)\n"
                          "display(P())\nclass S:\n    def _repr_svg_(self): return '<svg/>'\nS()");
  ASSERT_EQ(figure.shown.size(), 4u);
  EXPECT_EQ(figure.shown[0].type, "image/png");
  EXPECT_EQ(figure.shown[0].data.size(), 200'004u);
  EXPECT_EQ(figure.shown[2].type, "image/svg+xml");
  EXPECT_EQ(figure.shown[3].value, 2);
}

TEST_F(SessionTest, OpenFiguresOfMatplotlibAreShown) {
  const auto all = environments::list(base::agora_home()).value_or(std::vector<environments::Environment>());
  const auto drawing = std::find_if(all.begin(), all.end(), [](const auto& environment) {
    return std::any_of(environment.packages.begin(), environment.packages.end(),
                       [](const auto& package) { return package.name == "matplotlib"; });
  });
  if (drawing == all.end()) GTEST_SKIP() << "no environment of this machine has matplotlib";
  environment_ = *drawing;
  const auto session = open();
  const auto answer = ask(*session, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.figure()\nNone");
  ASSERT_EQ(answer.shown.size(), 2u) << complained_;
  EXPECT_EQ(answer.shown[0].data.substr(1, 3), "PNG");
  EXPECT_NE(answer.shown[0].value, answer.shown[1].value);
  EXPECT_TRUE(ask(*session, "None").shown.empty()) << "they are closed when they have been shown";
}

TEST_F(SessionTest, WhatIsTooLargeToShowIsLeftOut) {
  SessionSpec spec;
  spec.shown_bytes = 1000;
  const auto session = open(spec);
  const auto answer = ask(*session, "display('a' * 2000)\n'b'");
  EXPECT_EQ(plain(answer), "'b'");
  EXPECT_EQ(answer.left_out, 1);
}

TEST_F(SessionTest, AnInterruptStopsTheCodeAndKeepsTheState) {
  const auto session = open();
  ask(*session, "kept = 7\nimport time, numpy");
  const char* cases[] = {
      "print('go')\nwhile True: pass",
      "print('go')\ntime.sleep(60)",
      "print('go')\na = numpy.random.rand(300, 300)\nwhile True: a = a @ a / 150",
      "import subprocess\nprint('go')\nsubprocess.run(['sleep', '60'])",
  };
  for (const auto* code : cases) {
    const base::Stopwatch watch;
    const auto answer = interrupted(*session, code);
    EXPECT_EQ(answer.finish, Finish::interrupted) << code;
    EXPECT_EQ(answer.raised->type, "KeyboardInterrupt") << code;
    EXPECT_LT(watch.seconds(), 5) << code;
    EXPECT_EQ(plain(ask(*session, "kept")), "7") << code;
  }
  EXPECT_EQ(session->interrupt(), Interrupt::nothing_runs);
}

TEST_F(SessionTest, ASecondInterruptEndsWhatSwallowsTheFirst) {
  SessionSpec spec;
  spec.grace_seconds = 0.5;
  const auto session = open(spec);
  std::jthread other;
  on_output_ = [&] {
    if (other.joinable()) return;
    other = std::jthread([&] {
      EXPECT_EQ(session->interrupt(), Interrupt::asked);
      EXPECT_EQ(session->interrupt(), Interrupt::asked) << "too early to end it";
      std::this_thread::sleep_for(600ms);
      EXPECT_EQ(session->interrupt(), Interrupt::ended);
    });
  };
  const auto answer = ask(*session, kDeaf);
  EXPECT_EQ(answer.finish, Finish::ended);
  EXPECT_NE(answer.why.find("second interrupt"), std::string::npos) << answer.why;
  other.join();
  on_output_ = {};
  const auto next = session->run("1");
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(next.error().message, answer.why);
  ASSERT_TRUE(session->restart());
  EXPECT_EQ(plain(ask(*session, "1")), "1");
}

TEST_F(SessionTest, ARestartForgetsEverything) {
  const auto session = open();
  ask(*session, "x = 1\nopen('file', 'w').close()");
  ASSERT_TRUE(session->restart());
  EXPECT_EQ(ask(*session, "x").raised->type, "NameError");
  EXPECT_EQ(plain(ask(*session, "import os; os.path.exists('file')")), "False");
}

TEST_F(SessionTest, ARestartEndsWhatRuns) {
  const auto session = open();
  std::jthread other;
  on_output_ = [&] {
    if (!other.joinable()) other = std::jthread([&] { EXPECT_TRUE(session->restart()); });
  };
  const auto answer = ask(*session, "print('go')\nwhile True: pass");
  EXPECT_EQ(answer.finish, Finish::ended);
  EXPECT_NE(answer.why.find("restarted"), std::string::npos) << answer.why;
  other.join();
  on_output_ = {};
  EXPECT_EQ(plain(ask(*session, "2")), "2");
}

TEST_F(SessionTest, GivenFilesStandInTheWorkingFolder) {
  const auto folder = base::TemporaryFolder::make("given");
  ASSERT_TRUE(folder);
  std::filesystem::permissions(folder->path(), std::filesystem::perms(0755));
  std::ofstream(folder->path() / "a.csv") << "x\n1\n";
  SessionSpec spec;
  spec.given = {{"data", folder->path()}};
  const auto session = open(spec);
  EXPECT_EQ(plain(ask(*session, "open('data/a.csv').read()")), "'x\\n1\\n'");
  EXPECT_EQ(ask(*session, "open('data/b.csv', 'w')").raised->type, "OSError");
  spec.given = {{"../data", folder->path()}};
  EXPECT_EQ(workshop_->open(environment_, spec).error().kind, base::ErrorKind::invalid);
}

TEST_F(SessionTest, ASessionCannotSeeAnothers) {
  const auto one = open(), other = open();
  ask(*one,
      "secret = 'needle-' + 'of-one'\nimport random\nopen('/tmp/secret', 'w').write(secret)\n"
      "open('/dev/shm/secret', 'w').write(secret)\nimport subprocess\np = subprocess.Popen(['sleep', '50'])");
  const auto first = ask(*one, "random.random()");
  const auto seen = ask(*other,
                        "import os, random\n"
                        "print(os.path.exists('/tmp/secret'), os.path.exists('/dev/shm/secret'))\n"
                        "print(sorted(p for p in os.listdir('/proc') if p.isdigit()))\n"
                        "random.random()");
  EXPECT_EQ(said_, "False False\n['1']\n");
  EXPECT_NE(plain(first), plain(seen)) << "random numbers are not another's";
  EXPECT_EQ(ask(*other, "os.kill(p.pid, 9)").raised->type, "NameError");
}

TEST_F(SessionTest, ThreePeopleWorkAtOnce) {
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 3; ++i) sessions.push_back(open());
  std::vector<std::jthread> people;
  for (int i = 0; i < 3; ++i)
    people.emplace_back([&session = *sessions[static_cast<std::size_t>(i)], i] {
      EXPECT_TRUE(session.run("total = 0"));
      for (int turn = 0; turn < 20; ++turn)
        EXPECT_TRUE(session.run("total += " + std::to_string(i) + "\nimport time; time.sleep(0.01)"));
      std::string said;
      const auto answer = session.run("print(total)", [&](Stream, std::string_view text) { said += text; });
      EXPECT_EQ(said, std::to_string(20 * i) + "\n");
    });
}

TEST_F(SessionTest, OneRequestAtATime) {
  const auto session = open();
  std::jthread other;
  on_output_ = [&] {
    if (other.joinable()) return;
    other = std::jthread([&] {
      const auto second = session->run("1");
      ASSERT_FALSE(second);
      EXPECT_EQ(second.error().kind, base::ErrorKind::conflict);
    });
  };
  ask(*session, "import time\nprint('go')\ntime.sleep(0.5)");
}

TEST_F(SessionTest, WhatNoSessionSaysEndsIt) {
  const char* cases[] = {
      "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'zz')\n    except OSError: pass\nwhile "
      "True: pass",
      "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b's9999999999 text/html')\n    except "
      "OSError: pass\n"
      "while True: pass",
      "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'x1 ' + b'\\xff' * 8)\n    except OSError: "
      "pass\n"
      "while True: pass",
  };
  for (const auto* code : cases) {
    const auto session = open();
    const auto answer = ask(*session, code);
    EXPECT_EQ(answer.finish, Finish::ended) << code;
    EXPECT_NE(answer.why.find("said what no session says"), std::string::npos) << answer.why;
  }
}

TEST_F(SessionTest, ClosedDescriptorsAndAnEndOfItsOwnAreTold) {
  const auto session = open();
  EXPECT_NE(ask(*session, "import os\nos._exit(3)").why.find("ended itself with code 3"), std::string::npos);
  ASSERT_TRUE(session->restart());
  const auto answer = ask(*session, "import os\nos.closerange(0, 100)\nwhile True: pass");
  EXPECT_EQ(answer.finish, Finish::ended);
  ASSERT_TRUE(session->restart());
  EXPECT_NE(ask(*session, "import ctypes\nctypes.string_at(0)").why.find("signal 11"), std::string::npos);
}

}  // namespace
}  // namespace cells
