// Makes real environments through uv and the package index. Steps of the work are where its children die.
#include <fstream>

#include <sys/stat.h>

#include "judge/environments/room_for_tests.h"
#include "judge/environments/rules.h"
#include "judge/environments/smoke.h"
#include "judge/environments/store.h"

namespace {
namespace fs = std::filesystem;
using namespace environments;

TEST_F(Environments, DefaultImportsRampwfAndIsFoundAgainAtOnce) {
  int steps = 0;
  const auto made = ensure_default(shared_home(), [&](const Step&) { ++steps; });
  ASSERT_TRUE(made);
  EXPECT_EQ(steps, 0) << "it was made a second time";
  EXPECT_EQ(run(*made, "import rampwf, sklearn, xarray, skimage; print(sklearn.__version__)"), "1.2.2");
  EXPECT_EQ(run(*made, "import pandas; print(pandas.DataFrame.__init__.__code__.co_filename)"),
            (made->site_packages / "pandas/core/frame.py").string());
  EXPECT_EQ(made->python_version.substr(0, 5), "3.11.");
  const auto why = why_broken(*made);
  EXPECT_FALSE(why) << why->message;
}

TEST_F(Environments, AreMadeLockedAndFoundByNameAndHash) {
  std::vector<std::string> steps;
  const auto made = create(home, six, [&](const Step& step) { steps.push_back(step.what); });
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(steps.front(), "resolving");
  EXPECT_EQ(steps.back(), "bytecode");
  ASSERT_EQ(made->packages.size(), 1u);
  EXPECT_EQ(made->packages[0].version, "1.17.0");
  EXPECT_NE(made->lock.find("--hash=sha256:"), std::string::npos);
  EXPECT_EQ(run(*made, "import six; print(six.__file__)"), (made->site_packages / "six.py").string());
  EXPECT_FALSE(why_broken(*made));
  for (const auto& name : {six.name, made->hash}) {
    const auto found = find(home, name);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->hash, made->hash);
    EXPECT_EQ(found->lock, made->lock);
    EXPECT_EQ(found->python, made->python);
    EXPECT_EQ(found->interpreter, made->interpreter);
  }
  ASSERT_TRUE(create(home, {"other", six.text}, {}));
  const auto all = list(home);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].name, "other");
  EXPECT_EQ((*all)[0].folder, (*all)[1].folder) << "one lock, one folder";
}

TEST_F(Environments, CanBeReadByAllAndLeadNowhereElse) {
  ::umask(077);
  const auto made = create(home, six, {});
  ::umask(022);
  ASSERT_TRUE(made) << made.error().message;
  for (const auto& entry : fs::recursive_directory_iterator(made->folder)) {
    struct stat facts {};
    ASSERT_EQ(::lstat(entry.path().c_str(), &facts), 0);
    const auto where = entry.path().string();
    if (S_ISLNK(facts.st_mode)) {
      const auto target = fs::canonical(entry.path()).string();
      EXPECT_TRUE(target.starts_with(made->folder.string()) || target == made->interpreter) << where;
    } else {
      EXPECT_EQ(facts.st_mode & 07777, S_ISDIR(facts.st_mode) ? 0755u : 0444u | (facts.st_mode & 0111u))
          << where;
      EXPECT_TRUE(S_ISDIR(facts.st_mode) || facts.st_nlink == 1) << where;
    }
  }
}

TEST_F(Environments, AreWholeOrAbsentAfterAKillAtAnyStep) {
  for (const std::string step : {"resolving", "downloading", "unpacking", "bytecode"}) {
    EXPECT_EQ(make_in_child(step), 128 + SIGKILL) << step;
    EXPECT_TRUE(list(home)->empty()) << step;
    EXPECT_EQ(find(home, six.name).error().kind, base::ErrorKind::not_found) << step;
  }
  ASSERT_EQ(make_in_child("never"), 0);
  EXPECT_EQ(count_in(home / "environments", ".making-"), 0u);
  const auto found = find(home, six.name);
  ASSERT_TRUE(found);
  EXPECT_FALSE(why_broken(*found));
}

TEST_F(Environments, MadeByTwoAtOnceAreOne) {
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    bool waited = false;
    const auto made = create(home, six, [&](const Step& step) {
      waited = waited || step.what.find("another process is making it") != std::string::npos;
      if (step.what == "resolving") ::usleep(200'000);
    });
    ::_exit(!made ? 1 : waited ? 2 : 0);
  }
  int sum = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    sum += WEXITSTATUS(status);
  }
  EXPECT_EQ(sum, 2) << "one makes it, the other says that it waits";
  EXPECT_EQ(list(home)->size(), 1u);
  EXPECT_EQ(count_in(home / "environments"), 2u) << "one folder and the lock";
}

TEST_F(Environments, DoNotChangeUnderTheirName) {
  const auto made = create(home, six, {});
  ASSERT_TRUE(made);
  const auto again = create(home, six, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->hash, made->hash);
  const auto other = create(home, {six.name, "six==1.16.0\n"}, {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(find(home, six.name)->hash, made->hash);
  EXPECT_EQ(create(home, {"default", "six\n"}, {}).error().kind, base::ErrorKind::invalid);
}

TEST_F(Environments, SayWhatIsWrongWithRequirementsAndLeaveNothing) {
  struct Case {
    const char* requirements;
    const char* says;
  };
  const Case cases[] = {
      {"six==1.17.0\nno-such-package-of-agora==1\n", "r.txt, line 2"},
      {"six==1.17.0\nsix==1.16.0\n", "cannot be had together"},
      {"docopt==0.6.2\n", "docopt==0.6.2 (r.txt, line 1) has no wheel"},
      {"six==99.0\n", "there is no version six==99.0 (r.txt, line 1)"},
      {"six==1.17.0\nsix ; python_versio < '3'\n", "r.txt, line 2"},
      {"six==1.17.0 -r\n", "r.txt, line 1"},
  };
  for (const auto& c : cases) {
    const auto made = create(home, {"wrong", c.requirements, "r.txt"}, {});
    ASSERT_FALSE(made) << c.requirements;
    EXPECT_EQ(made.error().kind, base::ErrorKind::invalid) << made.error().message;
    EXPECT_NE(made.error().message.find(c.says), std::string::npos) << made.error().message;
    expect_nothing_made();
  }
}

TEST_F(Environments, SayThatTheIndexCannotBeReached) {
  const Setting index("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
  const Setting retries("UV_HTTP_RETRIES", "0");
  const auto made = create(home, {"far", "six==1.15.0\n", "r.txt"}, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(made.error().message.find("http://127.0.0.1:9/simple/six/ cannot be reached"), std::string::npos)
      << made.error().message;
  expect_nothing_made();
}

// Needs python3-venv, as the first use on a new machine does.
TEST_F(Environments, FetchTheirInstallerWhereThereIsNone) {
  const Setting none("AGORA_UV", "");
  const Setting path("PATH", "/usr/bin:/bin");
  if (fs::exists("/usr/bin/uv")) GTEST_SKIP() << "/usr/bin/uv is installed, so none is fetched";
  std::vector<std::string> steps;
  const auto made = create(home, six, [&](const Step& step) { steps.push_back(step.what); });
  ASSERT_TRUE(made) << made.error().message << "\n" << made.error().detail;
  EXPECT_EQ(steps.front(), "fetching the installer uv");
  EXPECT_TRUE(fs::exists(home / "tools" / "uv"));
  EXPECT_EQ(count_in(home / "environments", ".making-"), 0u);
}

TEST_F(Environments, SayThatTheInstallerIsNotWhereItShouldBe) {
  const Setting wrong("AGORA_UV", "/no/such/uv");
  const auto made = create(home, six, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(made.error().message.find("AGORA_UV names /no/such/uv"), std::string::npos);
  expect_nothing_made();
}

TEST_F(Environments, AreMadeAgainAfterTheirFolderWasRemoved) {
  const auto made = create(home, six, {});
  ASSERT_TRUE(made);
  fs::remove_all(made->folder);
  EXPECT_EQ(find(home, six.name).error().kind, base::ErrorKind::not_found);
  EXPECT_TRUE(list(home)->empty());
  const auto again = create(home, {six.name, "six==1.16.0\n"}, {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(find(home, six.name)->hash, again->hash);
}

// As after an upgrade of the machine's Python: a base interpreter of our own that then answers otherwise.
TEST_F(Environments, ThatWereMadeForAnotherPythonAreNotFound) {
  const auto made = create(home, six, {});
  ASSERT_TRUE(made);
  const auto manifest = made->folder / kManifest;
  auto text = *base::read_file(manifest);
  const auto at = text.find("interpreter_size");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string("interpreter_size").size(), "interpreter_past");
  ASSERT_TRUE(base::write_file(manifest, text));
  EXPECT_TRUE(find(home, six.name)) << "the file changed, and the version did not";
  const std::string stale = "3.11.0";
  const auto folder_then = folder_of(home, hash_of(made->lock, stale, made->platform));
  fs::rename(made->folder, folder_then);
  for (const auto& [from, to] : {std::pair{made->hash, folder_then.filename().string()},
                                 std::pair{"\"" + made->python_version + "\"", "\"" + stale + "\""}})
    text.replace(text.find(from), from.size(), to);
  ASSERT_TRUE(base::write_file(folder_then / kManifest, text));
  ASSERT_TRUE(set_name(home, six.name, folder_then.filename().string()));
  const auto found = find(home, six.name);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(found.error().message.find("was made for Python 3.11.0"), std::string::npos)
      << found.error().message;
}

TEST_F(Environments, AreVerifiedFileByFile) {
  const auto made = create(home, six, {});
  ASSERT_TRUE(made);
  const auto file = made->site_packages / "six.py";
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  std::ofstream(file, std::ios::app) << "# more\n";
  auto why = why_broken(*made);
  ASSERT_TRUE(why);
  EXPECT_NE(why->message.find("six.py is not the file that was installed"), std::string::npos)
      << why->message;
  fs::remove(file);
  why = why_broken(*made);
  ASSERT_TRUE(why);
  EXPECT_NE(why->message.find("six.py is missing"), std::string::npos) << why->message;
  fs::remove(made->folder / kLockFile);
  const auto found = find(home, six.name);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("damaged"), std::string::npos);
}

TEST_F(Environments, RefuseAPythonThatIsNotThere) {
  const auto absent = create(home, {"old", "six\n", "r.txt", "3.4"}, {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(absent.error().message.find("apt-get install python3.4"), std::string::npos);
  EXPECT_EQ(create(home, {"odd", "six\n", "r.txt", "three"}, {}).error().kind, base::ErrorKind::invalid);
}

// A wheel may bring a file that Python runs at every start. Making the environment must not run it.
TEST_F(Environments, RunNothingOfAPackageWhileTheyAreMade) {
  const auto wheels = folder.path() / "wheels";
  const auto trace = folder.path() / "it-ran";
  fs::create_directories(wheels);
  const auto script = folder.path() / "wheel.py";
  std::ofstream(script) << R"(
import sys, zipfile
trace, wheels = sys.argv[1:]
line = "import pathlib; pathlib.Path(" + repr(trace) + ").touch()\n"
info = "loud-1.0.dist-info/"
files = {
    "loud.pth": line,
    "loud.py": line,
    info + "METADATA": "Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n",
    info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[info + "RECORD"] = "".join(name + ",,\n" for name in [*files, info + "RECORD"])
with zipfile.ZipFile(wheels + "/loud-1.0-py3-none-any.whl", "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
)";
  auto zipped = run_tool({{"/usr/bin/env", "python3", script.string(), trace.string(), wheels.string()},
                          base::process_environment(),
                          "/"});
  ASSERT_TRUE(zipped);
  ASSERT_EQ(zipped->status, 0) << zipped->output;
  const Setting links("PIP_FIND_LINKS", wheels.string());
  const Setting bytecode("UV_COMPILE_BYTECODE", "1");
  const auto made = create(home, {"loud", "loud==1.0\n"}, {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(why_broken(*made));
  EXPECT_FALSE(fs::exists(trace));
  EXPECT_EQ(run(*made, "print(1)"), "1");
  EXPECT_TRUE(fs::exists(trace)) << "the trap itself does not work";
}

TEST_F(Environments, WhatWasSaidIsHeardAndKept) {
  std::string heard;
  const auto made = create(home, six, {}, [&](std::string_view line) { (heard += line) += "\n"; });
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*base::read_file(made->folder / "build.log"), heard);
  EXPECT_EQ(*base::read_file(log_of(home, "small")), heard);
  for (const char* part : {"resolving six.txt for Python 3.11", "six==1.17.0", "named "})
    EXPECT_NE(heard.find(part), std::string::npos) << heard;
  EXPECT_EQ(heard.find("--hash"), std::string::npos) << heard;
  EXPECT_FALSE(create(home, {"none", "no-such-package-of-agora\n", "none.txt"}, {}));
  const auto failed = base::read_file(log_of(home, "none"));
  ASSERT_TRUE(failed);
  EXPECT_NE(failed->find("error: there is no package \"no-such-package-of-agora\" (none.txt, line 1)"),
            std::string::npos)
      << *failed;
}

TEST_F(Environments, AreMadeFromCondasFilesAndRememberWhatWasLeftOut) {
  Recipe conda{.name = "ours",
               .text = "channels: [conda-forge]\ndependencies:\n  - gcc\n  - python>=3.11\n  - six=1.17\n",
               .source = "environment.yml",
               .kind = SourceKind::conda};
  ASSERT_TRUE(create(home, conda, {}));
  const auto found = find(home, "ours");
  ASSERT_TRUE(found && found->origin);
  EXPECT_EQ(found->packages[0].version, "1.17.0");
  EXPECT_EQ(found->origin->kind, SourceKind::conda);
  EXPECT_EQ(found->origin->text, conda.text);
  ASSERT_EQ(found->origin->left_out.size(), 2u);
  EXPECT_EQ(found->origin->left_out[1].line, 3);
  EXPECT_EQ(found->origin->left_out[1].what, "gcc");
  EXPECT_FALSE(find(home, found->hash)->origin) << "a hash was not asked for by anybody";
  conda.name = "later";
  conda.text = "dependencies:\n  - python=3.4\n  - six\n";
  const auto none = create(home, conda, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(none.error().message.find("environment.yml asks for Python ==3.4.*"), std::string::npos)
      << none.error().message;
}

// Of a package whose modules end badly, each in its own way. A wheel is written, for there is none on an
// index.
constexpr const char* kBadWheel = R"(
import sys, zipfile
files = {
    'bad_raises.py': 'raise OSError("libGL.so.1: cannot open shared object file\\x1b[31m")',
    'bad_exits.py': 'import os; os._exit(7)',
    'bad_crashes.py': 'import ctypes; ctypes.string_at(0)',
    'good.py': '',
    'deep/inner/__init__.py': 'import good',
    'deep/inner/other.py': 'raise ValueError',
    'tests/__init__.py': 'raise ValueError',
    'bad-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n',
    'bad-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
}
files['bad-1.0.dist-info/RECORD'] = ''.join(name + ',,\n' for name in files) + 'bad-1.0.dist-info/RECORD,,\n'
with zipfile.ZipFile(sys.argv[1] + '/bad-1.0-py3-none-any.whl', 'w') as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
)";

TEST_F(Environments, AreTestedInACellModuleByModule) {
  const auto wheels = folder.path() / "wheels";
  fs::create_directories(wheels);
  const auto wrote = run_tool({{"/usr/bin/python3", "-c", kBadWheel, wheels.string()}, {}, "/"});
  ASSERT_TRUE(wrote && wrote->status == 0) << (wrote ? wrote->output : wrote.error().message);
  const Setting links("UV_FIND_LINKS", wheels.string());
  const auto made = create(home, {"bad", "bad==1.0\n", "bad.txt"}, {});
  ASSERT_TRUE(made) << made.error().message << made.error().detail;
  EXPECT_FALSE(last_smoke(*made));
  std::string said;
  const auto smoke = smoke_test(*made, AGORA_BINARY_DIR "/agora-warden", {},
                                [&](std::string_view line) { (said += line) += "\n"; });
  ASSERT_TRUE(smoke) << smoke.error().message << smoke.error().detail;
  EXPECT_EQ(smoke->modules, 5) << said;
  ASSERT_EQ(smoke->failures.size(), 3u) << said;
  EXPECT_EQ(smoke->failures[0].error, "importing it ended the process by signal 11");
  EXPECT_EQ(smoke->failures[1].error, "importing it ended the process with status 7");
  EXPECT_EQ(smoke->failures[2].module, "bad_raises");
  EXPECT_EQ(smoke->failures[2].error, "OSError: libGL.so.1: cannot open shared object file[31m");
  EXPECT_EQ(smoke->failures[2].needs, "a display");
  EXPECT_FALSE(smoke->passed());
  EXPECT_TRUE(smoke->fit.empty()) << smoke->fit;
  const auto kept = last_smoke(*made);
  ASSERT_TRUE(kept);
  EXPECT_EQ(base::to_text(to_json(*kept)), base::to_text(to_json(*smoke)));
  EXPECT_FALSE(why_broken(*made)) << "its own files count for nothing";
}

TEST_F(Environments, DefaultPassesItsTest) {
  const auto made = ensure_default(shared_home(), {});
  ASSERT_TRUE(made);
  const auto smoke = smoke_test(*made, AGORA_BINARY_DIR "/agora-warden", {});
  ASSERT_TRUE(smoke) << smoke.error().message << smoke.error().detail;
  EXPECT_TRUE(smoke->passed()) << base::to_text(to_json(*smoke));
  EXPECT_EQ(smoke->packages, 21);
  EXPECT_EQ(smoke->fit.substr(0, 20), "scikit-learn 1.2.2: ");
}

}  // namespace
