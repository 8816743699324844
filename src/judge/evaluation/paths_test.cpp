#include "judge/evaluation/paths.h"

#include <gtest/gtest.h>

namespace evaluation {
namespace {

environments::Environment environment() {
  environments::Environment made;
  made.python_version = "3.11.2";
  made.folder = "/srv/agora/environments/94282e6c";
  made.site_packages = made.folder / "lib/python3.11/site-packages";
  made.prefix = "/usr";
  return made;
}

TEST(ShortPaths, NameALibraryAndLeaveOutWhereItLies) {
  const struct {
    const char* what;
    const char* text;
    const char* shown;
  } cases[] = {
      {"a library",
       "File \"/srv/agora/environments/94282e6c/lib/python3.11/site-packages/sklearn/base.py\", line 9",
       "File \"site-packages/sklearn/base.py\", line 9"},
      {"a warning",
       "/srv/agora/environments/94282e6c/lib/python3.11/site-packages/a.py:3: "
       "W\n/srv/agora/environments/94282e6c/lib/"
       "python3.11/site-packages/b.py:4: W",
       "site-packages/a.py:3: W\nsite-packages/b.py:4: W"},
      {"the standard library", "File \"/usr/lib/python3.11/json/decoder.py\"",
       "File \"python3.11/json/decoder.py\""},
      {"something else of it", "'/srv/agora/environments/94282e6c/bin/python'", "'bin/python'"},
      {"another environment", "/srv/agora/environments/94282e6d/lib/x.py",
       "/srv/agora/environments/94282e6d/lib/x.py"},
      {"the end of another path", "/home/usr/lib/python3.11/json/decoder.py",
       "/home/usr/lib/python3.11/json/decoder.py"},
      {"another Python", "/usr/lib/python3.12/json/decoder.py", "/usr/lib/python3.12/json/decoder.py"},
      {"the author's own", "File \"submissions/mine/classifier.py\"",
       "File \"submissions/mine/classifier.py\""},
      {"nothing", "", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(with_short_paths(c.text, environment()), c.shown) << c.what;
}

TEST(ShortPaths, HoldInAFailuresMessageAndTraceback) {
  Failure failure;
  failure.message = "no file /usr/lib/python3.11/x.json";
  failure.traceback = "File \"/srv/agora/environments/94282e6c/lib/python3.11/site-packages/x.py\"";
  failure.file = "problem.py";
  const auto shown = with_short_paths(failure, environment());
  EXPECT_EQ(shown.message, "no file python3.11/x.json");
  EXPECT_EQ(shown.traceback, "File \"site-packages/x.py\"");
  EXPECT_EQ(shown.file, "problem.py");
}

}  // namespace
}  // namespace evaluation
