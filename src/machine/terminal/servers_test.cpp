#include "machine/terminal/servers.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace terminal {
namespace {
namespace fs = std::filesystem;

class Servers : public ::testing::Test {
 protected:
  base::TemporaryFolder folder = std::move(*base::TemporaryFolder::make("terminal-test"));
  fs::path file = folder.path() / "config" / "agora" / "servers.json";

  void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
};

TEST_F(Servers, StandWhereXdgSays) {
  EXPECT_EQ(servers_file({{"XDG_CONFIG_HOME", "/c"}, {"HOME", "/h"}}), "/c/agora/servers.json");
  EXPECT_EQ(servers_file({{"HOME", "/h"}}), "/h/.config/agora/servers.json");
}

TEST_F(Servers, AreForTheirOwnersEyesOnly) {
  ASSERT_TRUE(remember(file, {"https://a.example", "agora_secret", "01A", "ada"}));
  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(file.parent_path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
}

TEST_F(Servers, TheLastLoginIsCurrentAndOneEntryIsKeptOfEach) {
  ASSERT_TRUE(remember(file, {"https://a.example", "one"}));
  ASSERT_TRUE(remember(file, {"https://b.example", "two"}));
  ASSERT_TRUE(remember(file, {"https://a.example", "three"}));
  const auto kept = read_servers(file);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ(kept->back().url, "https://a.example");
  EXPECT_EQ(kept->back().token, "three");
  ASSERT_TRUE(forget(file, "https://a.example"));
  EXPECT_EQ(read_servers(file)->size(), 1u);
}

TEST_F(Servers, MembersOfAnotherClientAreKept) {
  write(file, R"({"servers": [{"url": "https://a.example", "token": "t", "theme": "dark"}]})");
  ASSERT_TRUE(remember(file, {"https://b.example", "two"}));
  EXPECT_NE(base::read_file(file)->find(R"("theme": "dark")"), std::string::npos);
}

TEST_F(Servers, ABrokenFileIsNamed) {
  EXPECT_TRUE(read_servers(file)->empty());  // there is none
  for (const auto* text : {"", "[]", R"({"servers": {}})", R"({"servers": [{"token": "t"}]})"}) {
    write(file, text);
    const auto read = read_servers(file);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find("servers.json"), std::string::npos) << text;
  }
}

TEST_F(Servers, AddressesTakeTheSafeScheme) {
  EXPECT_EQ(*address_of("agora.example.org"), "https://agora.example.org");
  EXPECT_EQ(*address_of("https://agora.example.org/below/"), "https://agora.example.org/below");
  EXPECT_EQ(*address_of("localhost:8080"), "http://localhost:8080");
  EXPECT_EQ(*address_of("127.0.0.1:8080"), "http://127.0.0.1:8080");
  for (const auto* wrong : {"", "ftp://x", "https://", "https://x?y", "https://a@b", "https://x:y"})
    EXPECT_FALSE(address_of(wrong)) << wrong;
  EXPECT_TRUE(is_open_to_eavesdroppers("http://agora.example.org"));
  EXPECT_TRUE(is_open_to_eavesdroppers("http://127.example.org.evil"));
  EXPECT_FALSE(is_open_to_eavesdroppers("http://127.0.0.1:8080"));
  EXPECT_FALSE(is_open_to_eavesdroppers("https://agora.example.org"));
}

TEST_F(Servers, AFolderKnowsItsEventFromAnywhereBelow) {
  const auto below = folder.path() / "kit" / "submissions" / "mine";
  fs::create_directories(below);
  EXPECT_FALSE(find_place(below)->has_value());
  ASSERT_TRUE(write_place({folder.path() / "kit", "https://a.example", "iris \"2026\""}));
  const auto place = find_place(below);
  ASSERT_TRUE(place && *place);
  EXPECT_EQ((*place)->event, "iris \"2026\"");
  EXPECT_EQ((*place)->server, "https://a.example");
  EXPECT_EQ((*place)->folder, fs::canonical(folder.path() / "kit"));
  write(folder.path() / "kit" / ".agora.toml", "server = \"https://a.example\"\n");
  EXPECT_NE(find_place(below).error().message.find(".agora.toml has no line event"), std::string::npos);
}

TEST_F(Servers, TheEnvironmentWinsThenTheFolderThenTheLastLogin) {
  const std::vector<Server> kept{{"https://a.example", "ta"}, {"https://b.example", "tb"}};
  const Place at_a{"/f", "https://a.example", "iris"};
  const Place at_c{"/f", "https://c.example", "iris"};
  const struct {
    const char* what;
    std::optional<Place> place;
    Environment environment;
    const char* url;
    const char* token;
  } cases[] = {
      {"the last login", {}, {}, "https://b.example", "tb"},
      {"the folder", at_a, {}, "https://a.example", "ta"},
      {"a folder of an unknown server", at_c, {}, "https://c.example", ""},
      {"the environment", at_a, {{"AGORA_SERVER", "https://b.example/"}}, "https://b.example", "tb"},
      {"both", {}, {{"AGORA_SERVER", "https://d.example"}, {"AGORA_TOKEN", "td"}}, "https://d.example", "td"},
      {"the token alone", {}, {{"AGORA_TOKEN", "t"}}, "https://b.example", "t"},
      {"the token in a known folder", at_a, {{"AGORA_TOKEN", "t"}}, "https://a.example", "t"},
  };
  for (const auto& c : cases) {
    const auto chosen = choose_server(kept, c.place, c.environment);
    ASSERT_TRUE(chosen) << c.what;
    EXPECT_EQ(chosen->url, c.url) << c.what;
    EXPECT_EQ(chosen->token, c.token) << c.what;
  }
  EXPECT_FALSE(choose_server({}, {}, {}));
  const auto stolen = choose_server(kept, at_c, {{"AGORA_TOKEN", "t"}});
  ASSERT_FALSE(stolen) << "a folder's file alone says where the token goes";
  EXPECT_NE(stolen.error().message.find("AGORA_SERVER=https://c.example"), std::string::npos);
}

TEST_F(Servers, NamesAreSafeInPaths) {
  EXPECT_EQ(encoded("iris-2026"), "iris-2026");
  EXPECT_EQ(encoded("a/../b?c é"), "a%2F..%2Fb%3Fc%20%C3%A9");
}

}  // namespace
}  // namespace terminal
