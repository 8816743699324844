// Whole environments from source: the resolver asks, a cell builds, the installer unpacks.
#include "judge/cells/wheels.h"

#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "judge/cells/room_for_tests.h"
#include "judge/environments/testing.h"

namespace cells {
namespace {
namespace fs = std::filesystem;

TEST(WheelRules, TheLineThatMattersIsFound) {
  const struct {
    const char* what;
    std::deque<std::string> lines;
    std::string said;
  } cases[] = {
      {"a compiler",
       {"running build_ext", "p.c:1:10: fatal error: no_such_header.h: No such file or directory",
        "    1 | #include <no_such_header.h>", "compilation terminated.",
        "error: Command '['gcc', '-c', 'p.c']' returned non-zero exit status 1.",
        "error: Failed to build `/tmp/source/p`", "  cause: The build backend returned an error",
        "  cause: Call to `setuptools.build_meta.build_wheel` failed (exit status: 1)",
        "hint: This error likely indicates that you need to install a library"},
       "p.c:1:10: fatal error: no_such_header.h: No such file or directory"},
      {"a setup.py",
       {"Traceback (most recent call last):", "  ModuleNotFoundError: No module named 'numpy'",
        "error: Failed to build `/tmp/source/p`", "  cause: The build backend returned an error",
        "  cause: Call to `x` failed (exit status: 1)", "hint: This error likely indicates", "[tool.uv]"},
       "ModuleNotFoundError: No module named 'numpy'"},
      {"what builds need",
       {"Building wheel...", "error: Failed to build `/tmp/source/p`",
        "  cause: Failed to resolve requirements from `build-system.requires`",
        "  cause: Because nothing was not found in the package registry"},
       "Because nothing was not found in the package registry"},
      {"a farewell that ends with a link",
       {"Fetched old-1.tar.gz, 20 bytes", "Building wheel from source distribution...",
        "The name 'old' has been given up: use 'new'", "More is told at", "https://example.org/old",
        "error: Failed to build `/tmp/source/p`", "  cause: The build backend returned an error",
        "hint: Build failures usually indicate a problem"},
       "The name 'old' has been given up: use 'new'"},
      {"no installer's word", {"one", "two"}, "two"},
      {"nothing", {}, ""},
      {"only the installer's word",
       {"error: Failed to build `p`", "  cause: The build backend returned an error"},
       ""},
  };
  for (const auto& c : cases) EXPECT_EQ(what_went_wrong(c.lines), c.said) << c.what;
}

TEST(WheelRules, LinesAreWholeAndSafeToShow) {
  std::vector<std::string> said;
  const environments::OnLine on_line = [&](std::string_view line) { said.emplace_back(line); };
  BuildLines lines(on_line);
  lines.hear(Stream::output, "one\r\ntw");
  lines.hear(Stream::errors, "error\x1b[2J\n\n");
  lines.hear(Stream::output, "o\nlast");
  lines.end();
  EXPECT_EQ(said, (std::vector<std::string>{"one", "error\xEF\xBF\xBD[2J", "two", "last"}));
  EXPECT_EQ(lines.last().size(), 4u);
}

class Wheels : public WorkshopTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(WorkshopTest::SetUp());
    if (IsSkipped()) return;
    ASSERT_NO_FATAL_FAILURE(find_installer());
    ::setenv("AGORA_UV", uv_.c_str(), 1);
    recipe.make_wheel = wheels_in_cells(build() + "/agora-warden");
    recipe.stop = stop.get_token();
  }

  base::Result<environments::Environment> make(const std::string& text) {
    recipe.text = text;
    return environments::create(home, recipe, {}, [this](std::string_view line) {
      log += fmt::format("{}\n", line);
      if (on_line) on_line(line);
    });
  }

  base::TemporaryFolder folder = *base::TemporaryFolder::make("wheels-test");
  fs::path home = folder.path() / "home";
  environments::Recipe recipe{"built", "", "r.txt", ""};
  std::stop_source stop;
  std::string log;
  environments::OnLine on_line;
};

// docopt 0.6.2 is on the index as source alone, and num2words needs it.
TEST_F(Wheels, WhatAPackageNeedsIsBuiltAndCanBeImportedInACell) {
  const auto made = make("num2words==0.5.10\n");
  ASSERT_TRUE(made) << made.error().message << "\n" << log;
  EXPECT_NE(log.find("building docopt 0.6.2 from source\nFetched docopt-0.6.2.tar.gz"), std::string::npos)
      << log;
  EXPECT_FALSE(environments::why_broken(*made));
  Program program;
  program.command = {"python", "-c", "import docopt, num2words; print(docopt.__version__, docopt.__file__)"};
  const auto ran = workshop_->run(*made, program);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->output, fmt::format("0.6.2 {}/docopt.py\n", made->site_packages.string()))
      << ran->complaints;
  fs::remove_all(home / "wheels");
  recipe.name = "again";
  const auto again = make("num2words==0.5.10\n");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash, made->hash) << "built at another time it has other bytes";
}

TEST_F(Wheels, ABuildThatFailsSaysItsLastWord) {
  const environments::LocalIndex index;
  index.add_source("failing", "1.0", "def build_wheel(*a, **k): raise RuntimeError('no compiler here')\n");
  const auto made = make("failing\n");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(made.error().message,
            fmt::format(
                "failing 1.0 (r.txt, line 1) has no wheel for this Python on this machine, and could not be "
                "built from source: RuntimeError: no compiler here. All that was said is in "
                "{}",
                environments::log_of(home, "built").string()));
  EXPECT_NE(log.find("Traceback"), std::string::npos) << log;
}

TEST_F(Wheels, WhereAHeaderIsMissingItSaysWhatToDo) {
  const environments::LocalIndex index;
  index.add_source("native", "1.0", R"(
import subprocess
def build_wheel(*a, **k):
    open('x.c', 'w').write('#include <no_such.h>')
    subprocess.run(['cc', '-c', 'x.c'], check=True)
)");
  const auto made = make("native\n");
  ASSERT_FALSE(made);
  EXPECT_NE(
      made.error().message.find("from source: x.c:1:10: fatal error: no_such.h: No such file or directory (a "
                                "build sees what is installed on this machine: install what brings"),
      std::string::npos)
      << made.error().message;
}

// It learns nothing of the host, and what it hands over under another's name goes nowhere.
TEST_F(Wheels, AHostileBuildHasNoWayOut) {
  const environments::LocalIndex index;
  const auto planted = folder.path() / "planted";
  ASSERT_TRUE(base::write_file(planted, "needle-of-the-host"));
  ::setenv("AGORA_TEST_SECRET", "needle-of-the-host", 1);
  index.add_source("hostile", "1.0",
                   fmt::format(R"(
import os, socket, zipfile
def build_wheel(folder, config=None, metadata=None):
    for what, attempt in (('file', lambda: open('{}').read()), ('log', lambda: open('{}').read()),
                          ('net', lambda: socket.create_connection(('192.0.2.1', 80), 3)),
                          ('variables', lambda: [v for v in os.environ.values() if 'needle' in v][0])):
        try:
            print('GOT', what, attempt(), flush=True)
        except Exception as failure:
            print('held', what, flush=True)
    name = 'numpy-99.0-py3-none-any.whl'
    zipfile.ZipFile(folder + '/' + name, 'w').writestr('numpy.py', 'import os')
    return name
)",
                               planted.string(), environments::log_of(home, "built").string()));
  const auto made = make("hostile\n");
  ASSERT_FALSE(made);
  EXPECT_EQ(log.find("GOT"), std::string::npos) << log;
  for (const auto* what : {"file", "log", "net", "variables"})
    EXPECT_NE(log.find(fmt::format("held {}\n", what)), std::string::npos) << log;
  EXPECT_NE(made.error().message.find("but the wheel declares name numpy. All"), std::string::npos)
      << made.error().message;
  EXPECT_FALSE(fs::exists(home / "wheels"));
}

TEST_F(Wheels, ABuildIsNotToldTheIndexsPassword) {
  const environments::LocalIndex index("s3cret-of-the-site");
  index.add_source("tool", "1.0", "");
  const auto made = make("tool\n");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("cannot be read: Unauthorized (a build is not told the credentials for "
                                      "127.0.0.1)"),
            std::string::npos)
      << made.error().message;
  EXPECT_EQ((log + made.error().message + made.error().detail).find("s3cret"), std::string::npos) << log;
}

TEST_F(Wheels, StoppingEndsTheBuild) {
  const environments::LocalIndex index;
  index.add_source(
      "endless", "1.0",
      "import time\ndef build_wheel(*a, **k):\n    print('asleep', flush=True)\n    time.sleep(600)\n");
  on_line = [this](std::string_view line) {
    if (line == "asleep") stop.request_stop();
  };
  const auto begun = std::chrono::steady_clock::now();
  const auto made = make("endless\n");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::unavailable) << made.error().message;
  EXPECT_NE(log.find("asleep"), std::string::npos) << log;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
}

}  // namespace
}  // namespace cells
