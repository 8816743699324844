#include "features/events/starter.h"

#include <set>

#include <gtest/gtest.h>

#include "base/archive.h"
#include "base/files.h"

namespace events {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  ASSERT_TRUE(base::write_file(path, text));
}

struct Unpacked {
  std::set<std::string> paths;
  std::string all;  // every byte of every file
};

Unpacked unpacked(const fs::path& zip, const fs::path& folder) {
  Unpacked found;
  const auto files = base::unpack(zip, folder);
  EXPECT_TRUE(files) << files.error().message;
  for (const auto& file : *files) {
    found.paths.insert(file.path);
    found.all += *base::read_file(folder / file.path);
  }
  return found;
}

TEST(Starter, HoldsWhatAParticipantNeedsAndNothingElse) {
  const auto scratch = *base::TemporaryFolder::make("agora-starter-test");
  const auto kit = scratch.path() / "kit";
  for (const auto* path :
       {"problem.py", "kit.toml", "statement.md", "two_moons_starting_kit.ipynb", "requirements.txt",
        "data/train.csv", "data/deep/test.csv", "external_imports/utils/helper.py", "weights/pretrained.bin",
        "submissions/starting_kit/classifier.py"})
    write(kit / path, "public\n");
  for (const auto* path :
       {"make_data.py", "README.md", "submissions/baseline/classifier.py", "submissions/strong/classifier.py",
        "solutions/best.py", ".git/config", "data/.hidden",
        "submissions/starting_kit/__pycache__/classifier.pyc", "notes.txt", "weights/other.bin"})
    write(kit / path, "SECRET\n");
  const StarterFacts facts{"moons", "Two moons", "https://agora.example.org", false, {"classifier.py"}};
  ASSERT_TRUE(pack_starter(kit, facts, {"weights/pretrained.bin"}, scratch.path() / "starter.zip"));
  const auto found = unpacked(scratch.path() / "starter.zip", scratch.path() / "out");
  EXPECT_EQ(found.paths,
            (std::set<std::string>{"README.md", "problem.py", "kit.toml", "statement.md",
                                   "two_moons_starting_kit.ipynb", "requirements.txt", "data/train.csv",
                                   "data/deep/test.csv", "external_imports/utils/helper.py",
                                   "weights/pretrained.bin", "submissions/starting_kit/classifier.py"}));
  EXPECT_EQ(found.all.find("SECRET"), std::string::npos);
}

TEST(Starter, FilesHaveRolesAndTypesThatNoBrowserRuns) {
  const struct {
    const char* path;
    std::string_view role, type;
  } cases[] = {
      {"data/train.csv", "data", "text/csv; charset=utf-8"},
      {"data/notebook.ipynb", "data", "application/json"},
      {"data/page.html", "data", "text/plain; charset=utf-8"},
      {"data/page.xhtml", "data", "application/octet-stream"},
      {"data/cell.png", "data", "image/png"},
      {"submissions/starting_kit/classifier.py", "starter", "text/plain; charset=utf-8"},
      {"problem.py", "problem", "text/plain; charset=utf-8"},
      {"kit.toml", "problem", "text/plain; charset=utf-8"},
      {"statement.md", "statement", "text/markdown; charset=utf-8"},
      {"question.md", "statement", "text/markdown; charset=utf-8"},
      {"two_moons_starting_kit.ipynb", "notebook", "application/json"},
      {"external_imports/helper.py", "other", "text/plain; charset=utf-8"},
      {"LICENSE", "other", "text/plain; charset=utf-8"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(role_of(c.path, "question.md"), c.role) << c.path;
    EXPECT_EQ(content_type_of(c.path), c.type) << c.path;
  }
}

TEST(Starter, SaysTheFirstStepsOfThisEventOnThisServer) {
  const auto text =
      starter_readme({"moons", "Two moons", "https://agora.example.org", false, {"classifier.py"}});
  for (const auto* words :
       {"# Two moons", "agora login https://agora.example.org", "agora join moons",
        "agora submit moons submissions/starting_kit --wait", "submissions/starting_kit/classifier.py"})
    EXPECT_NE(text.find(words), std::string::npos) << words;
  EXPECT_NE(starter_readme({"m", "M", "s", true, {}}).find("for practice"), std::string::npos);
}

TEST(Starter, OfEverySampleKitHasNoBaselineInIt) {
  const auto scratch = *base::TemporaryFolder::make("agora-starter-test");
  for (const auto& kit : fs::directory_iterator(fs::path(AGORA_SOURCE_DIR) / "kits")) {
    if (!fs::exists(kit.path() / "problem.py")) continue;
    const auto name = kit.path().filename().string();
    const auto zip = scratch.path() / (name + ".zip");
    ASSERT_TRUE(pack_starter(kit.path(), {name, name, "s", false, {}}, {}, zip)) << name;
    const auto found = unpacked(zip, scratch.path() / name);
    EXPECT_TRUE(found.paths.contains("problem.py")) << name;
    for (const auto& path : found.paths)
      EXPECT_TRUE(!path.starts_with("submissions/") || path.starts_with("submissions/starting_kit/")) << path;
  }
}

}  // namespace
}  // namespace events
