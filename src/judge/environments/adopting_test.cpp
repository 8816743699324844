#include "judge/environments/adopting.h"

#include "judge/environments/room_for_tests.h"
#include "judge/environments/smoke.h"

namespace {
using namespace environments;

constexpr const char* kWarden = AGORA_BINARY_DIR "/agora-warden";

class Adopting : public Environments {
 protected:
  void SetUp() override {
    auto made = create(folder.path() / "other-home", six, {});
    ASSERT_TRUE(made) << made.error().message;
    // Ours never change: a site's may.
    prefix = folder.path() / "prefix";
    fs::copy(made->folder, prefix, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    for (const auto& entry : fs::recursive_directory_iterator(prefix))
      if (!entry.is_symlink()) fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
  }
  Recipe as_prefix(const char* name) {
    return {.name = name, .text = prefix.string(), .source = "--prefix", .kind = SourceKind::prefix};
  }
  fs::path prefix;
};

TEST_F(Adopting, APrefixIsUsedAsItStands) {
  const auto adopted = create(home, as_prefix("site"), {});
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_EQ(adopted->python, prefix / "bin/python");
  ASSERT_EQ(adopted->packages.size(), 1u);
  EXPECT_EQ(adopted->packages[0].version, "1.17.0");
  for (const auto& word : {std::string("site"), adopted->hash}) {
    const auto found = find(home, word);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->hash, adopted->hash);
    EXPECT_EQ(found->python, adopted->python);
    EXPECT_EQ(found->kind, SourceKind::prefix);
    EXPECT_EQ(mounts_of(*found), mounts_of(*adopted));
    EXPECT_EQ(package_folders(*found), package_folders(*adopted));
  }
  const auto smoke = smoke_test(*adopted, kWarden, {});
  ASSERT_TRUE(smoke) << smoke.error().message << smoke.error().detail;
  EXPECT_TRUE(smoke->passed());
  EXPECT_EQ(smoke->modules, 1);
  EXPECT_FALSE(why_broken(*adopted));
  EXPECT_EQ(create(home, as_prefix("again"), {})->hash, adopted->hash);
}

TEST_F(Adopting, AChangedPrefixIsNoLongerWhatItsNameSays) {
  ASSERT_TRUE(create(home, as_prefix("site"), {}));
  const auto info = prefix / "lib/python3.11/site-packages/six-1.17.0.dist-info";
  ASSERT_TRUE(base::write_file(info / "METADATA", "Name: six\nVersion: 1.18.0\n"));
  ASSERT_TRUE(base::write_file(info / "RECORD", "six.py,,\n"));
  const auto changed = find(home, "site");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, base::ErrorKind::unavailable);
  EXPECT_NE(changed.error().message.find("six was 1.17.0 and is 1.18.0"), std::string::npos)
      << changed.error().message;
  const auto taken = create(home, as_prefix("site"), {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, base::ErrorKind::conflict);
  EXPECT_TRUE(create(home, as_prefix("newer"), {}));
  fs::remove_all(info);
  EXPECT_FALSE(find(home, "newer"));
  EXPECT_EQ(create(home, as_prefix("empty"), {}).error().kind, base::ErrorKind::invalid);
}

TEST_F(Adopting, AFolderThatAPathFileNamesIsSeenToo) {
  const auto ours = folder.path() / "ours";
  fs::create_directories(ours);
  ASSERT_TRUE(base::write_file(ours / "our_module.py", "import six\n"));
  ASSERT_TRUE(
      base::write_file(prefix / "lib/python3.11/site-packages/ours.pth", ours.string() + "\nimport os\n"));
  const auto adopted = create(home, as_prefix("site"), {});
  ASSERT_TRUE(adopted) << adopted.error().message;
  const auto mounts = mounts_of(*adopted);
  EXPECT_NE(std::find(mounts.begin(), mounts.end(), ours), mounts.end());
}

TEST_F(Adopting, ASitesModulesAreLoadedInACleanShell) {
  if (!fs::exists("/usr/share/lmod/lmod/init/bash"))
    GTEST_SKIP() << "Lmod is not installed: `apt-get install lmod` (tools/setup test) brings it";
  const auto files = folder.path() / "modulefiles", extra = folder.path() / "extra";
  fs::create_directories(files / "python");
  fs::create_directories(files / "extra");
  fs::create_directories(extra);
  ASSERT_TRUE(
      base::write_file(extra / "site_extra.py", "import os\nassert os.environ['SITE_SAYS'] == 'so'\n"));
  fs::create_directories(extra / "site_extra-2.0.dist-info");
  ASSERT_TRUE(
      base::write_file(extra / "site_extra-2.0.dist-info/METADATA", "Name: site_extra\nVersion: 2.0\n"));
  ASSERT_TRUE(base::write_file(extra / "site_extra-2.0.dist-info/RECORD", "site_extra.py,,\n"));
  ASSERT_TRUE(base::write_file(files / "python/3.11.lua",
                               fmt::format("prepend_path('PATH', '{}')\n", (prefix / "bin").string())));
  ASSERT_TRUE(base::write_file(
      files / "extra/2.0.lua",
      fmt::format("prepend_path('PYTHONPATH', '{}')\nsetenv('SITE_SAYS', 'so')\n", extra.string())));
  const Setting path("MODULEPATH", files.string());
  std::string said;
  Recipe recipe{.name = "cluster",
                .text = "python/3.11, extra/2.0",
                .source = "--modules",
                .kind = SourceKind::modules};
  const auto adopted = create(home, recipe, {}, [&](std::string_view line) { (said += line) += "\n"; });
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_NE(said.find("loaded the module python/3.11\nloaded the module extra/2.0\n"), std::string::npos)
      << said;
  EXPECT_NE(adopted->lock.find("# module: extra/2.0\n"), std::string::npos) << adopted->lock;
  EXPECT_NE(adopted->lock.find("# variable: SITE_SAYS sha256:"), std::string::npos) << adopted->lock;
  ASSERT_EQ(adopted->packages.size(), 2u) << adopted->lock;
  EXPECT_EQ(adopted->packages[0].name, "site-extra");
  const auto found = find(home, "cluster");
  ASSERT_TRUE(found) << found.error().message;
  const auto smoke = smoke_test(*found, kWarden, {});
  ASSERT_TRUE(smoke) << smoke.error().message << smoke.error().detail;
  EXPECT_TRUE(smoke->passed()) << base::to_text(to_json(*smoke));
  EXPECT_EQ(smoke->modules, 2);
  recipe.text = "no-such-module/1.0";
  const auto none = create(home, recipe, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::invalid);
  EXPECT_NE(none.error().message.find("no-such-module/1.0"), std::string::npos) << none.error().message;
  recipe.text = "extra/2.0";
  recipe.name = "bare";
  EXPECT_TRUE(create(home, recipe, {})) << "the system's own Python stands on PATH";
}

TEST(Modules, AreReadFromWhatTheShellSays) {
  const auto loaded =
      loaded_from("Lmod is here\nmodule:python/3.11\nmodule:\nenv:PATH=/a:/b\nenv:X=a=b\nenv:odd\n");
  EXPECT_EQ(loaded.modules, std::vector<std::string>{"python/3.11"});
  EXPECT_EQ(loaded.variables.at("X"), "a=b");
  EXPECT_EQ(loaded.variables.size(), 2u);
  EXPECT_EQ(module_names_in(" a/1,b  c/2\n"), (std::vector<std::string>{"a/1", "b", "c/2"}));
  EXPECT_FALSE(why_bad_modules({"python/3.11+x_y-z"}));
  for (const char* bad : {"-h", "a;b", "$(id)", "a b"}) EXPECT_TRUE(why_bad_modules({bad})) << bad;
  EXPECT_TRUE(why_bad_modules({}));
}

}  // namespace
