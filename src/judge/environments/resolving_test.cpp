// Sources of an index of the test's own. What makes their wheels here runs no code of theirs; real builds are
// tested in judge/cells.
#include "judge/environments/resolving.h"

#include <fstream>

#include "base/archive.h"
#include "base/hash.h"
#include "judge/environments/room_for_tests.h"
#include "judge/environments/testing.h"

namespace environments {
namespace {

class FromSource : public Environments {
 protected:
  // A wheel that holds a module, and requires what `needs` says of "name version".
  base::Result<void> write_wheel(const WantedWheel& wanted) {
    const auto made = folder.path() / fmt::format("wheel-{}", built.size());
    const auto info = fmt::format("{}-{}.dist-info", wanted.name, wanted.version);
    fs::create_directories(made / info);
    std::ofstream(made / (wanted.name + ".py")) << fmt::format("version = '{}'\n", wanted.version);
    std::ofstream(made / info / "WHEEL") << "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    std::ofstream metadata(made / info / "METADATA");
    metadata << fmt::format("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", wanted.name, wanted.version);
    if (const auto need = needs.find(built.back()); need != needs.end())
      metadata << "Requires-Dist: " << need->second << "\n";
    metadata.close();
    std::ofstream(made / info / "RECORD")
        << fmt::format("{}.py,,\n{}/METADATA,,\n{}/WHEEL,,\n{}/RECORD,,\n", wanted.name, info, info, info);
    auto files = base::files_below(made);
    if (!files) return tl::unexpected(files.error());
    wheel = wanted.folder / fmt::format("{}-{}-py3-none-any.whl", wanted.name, wanted.version);
    auto packed = base::pack_zip(*std::move(files), wheel);
    if (packed) hash = *base::sha256_of_file(wheel);
    return packed;
  }

  base::Result<Environment> make(const std::string& name, const std::string& text) {
    Recipe recipe{name, text, "r.txt", ""};
    recipe.stop = stop.get_token();
    recipe.make_wheel = [this](const WantedWheel& wanted, const Environment& builder, const OnLine& said,
                               const std::stop_token&) -> base::Result<void> {
      EXPECT_EQ(run(builder, "import sys; print(sys.prefix)"), builder.folder.string());
      EXPECT_TRUE(fs::exists(wanted.uv));
      index_said = wanted.index;
      built.push_back(fmt::format("{} {}", wanted.name, wanted.version));
      said("a line of the build");
      if (on_build) return on_build();
      return write_wheel(wanted);
    };
    return create(home, recipe, [&](const Step& step) { steps.push_back(step.what); });
  }

  std::string log(const std::string& name) const { return base::read_file(log_of(home, name)).value_or(""); }

  std::map<std::string, std::string> needs;
  std::function<base::Result<void>()> on_build;
  std::stop_source stop;
  std::vector<std::string> built, steps;
  std::string index_said, hash;
  fs::path wheel;
};

TEST_F(FromSource, TheNewestVersionThatTheRequirementTakesIsBuiltOnce) {
  const LocalIndex index;
  for (const auto* version : {"1.0", "1.10", "1.9", "3.0"}) index.list_source("tool", version);
  index.list_source("tool", "1.11", "data-requires-python=\"&gt;=3.99\"");
  index.list_source("tool", "1.12", "data-yanked=\"it was wrong\"");
  const auto made = make("first", "tool<3\n");
  ASSERT_TRUE(made) << made.error().message << log("first");
  EXPECT_EQ(built, std::vector<std::string>{"tool 1.10"});
  EXPECT_EQ(index_said, index.url());
  EXPECT_EQ(run(*made, "import tool; print(tool.version)"), "1.10");
  EXPECT_EQ(made->lock, fmt::format("tool==1.10 \\\n    --hash=sha256:{}\n", hash));
  EXPECT_NE(std::find(steps.begin(), steps.end(), "building tool 1.10 from source"), steps.end());
  EXPECT_NE(log("first").find("a line of the build"), std::string::npos);
  EXPECT_FALSE(why_broken(*made));
  const auto again = make("second", "tool==1.10\n");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash, made->hash);
  EXPECT_EQ(built.size(), 1u) << "its wheel was kept";
  EXPECT_EQ(count_in(home / "environments", ".making-"), 0u);
}

TEST_F(FromSource, WhatABuiltWheelRequiresIsFoundAndBuiltToo) {
  const LocalIndex index;
  index.list_source("parent", "1.0");
  for (const auto* version : {"1.0", "2.0"}) index.list_source("child", version);
  needs["parent 1.0"] = "child<2";
  const auto made = make("family", "parent\n");
  ASSERT_TRUE(made) << made.error().message << log("family");
  EXPECT_EQ(built, (std::vector<std::string>{"parent 1.0", "child 1.0"}));
  EXPECT_EQ(run(*made, "import parent, child; print(child.version)"), "1.0");
}

TEST_F(FromSource, AnOlderVersionIsBuiltWhereTheNewestAsksForTooMuch) {
  const LocalIndex index;
  for (const auto* version : {"1.0", "2.0"}) index.list_source("parent", version);
  index.list_source("child", "1.0");
  needs["parent 2.0"] = "child>=2";
  const auto made = make("family", "parent\nchild\n");
  ASSERT_TRUE(made) << made.error().message << log("family");
  ASSERT_EQ(made->packages.size(), 2u);
  EXPECT_EQ(made->packages[1].version, "1.0");
}

TEST_F(FromSource, AFailureNamesPackagePlaceReasonAndLog) {
  const LocalIndex index;
  index.list_source("tool", "1.0");
  on_build = [] { return base::Result<void>(base::invalid("no compiler here")); };
  const auto made = make("broken", "# a comment\ntool\n");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(
      made.error().message,
      fmt::format("tool 1.0 (r.txt, line 2) has no wheel for this Python on this machine, and could not "
                  "be built from source: no compiler here. All that was said is in {}",
                  log_of(home, "broken").string()));
  expect_nothing_made();
  EXPECT_FALSE(fs::exists(built_wheels(home)));
}

TEST_F(FromSource, WhatIsNowhereIsSaidToBeSo) {
  const LocalIndex index;
  index.list("tool", "tool-1.0-cp27-none-win32.whl", std::string(64, '0'));
  const auto made = make("none", "tool\n");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find(
                "tool==1.0 (r.txt, line 1) has no wheel for this Python on this machine, and the "
                "package index has no source that would do"),
            std::string::npos)
      << made.error().message;
  const auto absent = make("absent", "no-such-package\n");
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message.find("there is no package \"no-such-package\""), std::string::npos)
      << absent.error().message;
}

TEST_F(FromSource, AnIndexWithAPasswordIsAskedWithItAndItIsToldToNobody) {
  const LocalIndex index("s3cret-of-the-site");
  index.list_source("tool", "1.0");
  const auto made = make("known", "tool\n");
  ASSERT_TRUE(made) << made.error().message << log("known");
  EXPECT_EQ(index_said, index.url());
  EXPECT_EQ(log("known").find("s3cret"), std::string::npos);
}

TEST_F(FromSource, WhoeverStopsItStopsTheBuild) {
  const LocalIndex index;
  index.list_source("tool", "1.0");
  on_build = [this] {
    stop.request_stop();
    return base::Result<void>(base::unavailable("it was stopped"));
  };
  const auto made = make("stopped", "tool\n");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(built.size(), 1u);
  expect_nothing_made();
}

}  // namespace
}  // namespace environments
